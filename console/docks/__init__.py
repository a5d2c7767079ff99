"""The docks of the case screen. A new one is a file here and an entry in `DOCKS`."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

from console.docks._stills import Check
from console.docks.context import ContextDock
from console.docks.decision import DecisionDock
from console.docks.evidence import EvidenceDock
from console.docks.reports import ReportsDock
from console.docks.subject import SubjectDock
from shared.qt.theme import Theme
from shared.schemas.moderation import CaseDetail


@runtime_checkable
class CaseDock(Protocol):
    """A widget that shows one side of a case."""

    def show_case(self, case: CaseDetail) -> None:
        """Show the case as it is now."""
        ...


class Column(StrEnum):
    """Where a dock stands: what was said, or who said and reported it."""

    MATTER = "matter"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class DockSpec:
    """A dock and its place; `stretch` is its share of the column's height, 0 for its own height."""

    name: str
    column: Column
    stretch: int
    make: Callable[[Theme], QWidget]


DOCKS: tuple[DockSpec, ...] = (
    DockSpec("evidence", Column.MATTER, 0, EvidenceDock),
    DockSpec("context", Column.MATTER, 1, ContextDock),
    DockSpec("reports", Column.PEOPLE, 1, ReportsDock),
    DockSpec("subject", Column.PEOPLE, 1, SubjectDock),
)

__all__ = [
    "DOCKS",
    "CaseDock",
    "Check",
    "Column",
    "ContextDock",
    "DecisionDock",
    "DockSpec",
    "EvidenceDock",
    "ReportsDock",
    "SubjectDock",
]
