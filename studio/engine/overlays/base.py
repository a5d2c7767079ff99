"""What an overlay is: looks at the room and says what it would draw, then draws it when asked."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from studio.engine.overlays.board import ArrivedTip, Facts
from studio.project.overlays import AlertRule, OverlaySettings

if TYPE_CHECKING:  # Qt is loaded by those who paint: only a show with overlays pays
    from PySide6.QtGui import QPainter


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, by both clocks an overlay may need."""

    s: float
    """Seconds on the monotonic clock."""
    local: datetime
    """The wall clock, with its zone."""


@dataclass(frozen=True, slots=True)
class Look:
    """What an overlay shows at a moment."""

    view: Hashable | None
    """Equal views are painted the same; None shows nothing."""
    due_s: float | None = None
    """When the view changes by itself, on the monotonic clock; None: only with the room."""
    sounds: tuple[tuple[float, AlertRule], ...] = ()
    """What begins to sound, and when; told once."""


class Overlay(Protocol):
    """One kind of overlay at work. One thread uses it."""

    @property
    def settings(self) -> OverlaySettings:
        """How it is to look."""
        ...

    def look(self, facts: Facts, tips: Sequence[ArrivedTip], now: Moment) -> Look:
        """Say what is to be seen; `tips` are those that came since the last look."""
        ...

    def paint(self, view: Any, painter: "QPainter") -> None:
        """Paint a view onto an empty picture of the settings' size."""
        ...


@dataclass(frozen=True, slots=True)
class OverlayKind:
    """A registry entry: which settings it serves and how to make the overlay."""

    kind: str
    settings: type[OverlaySettings]
    make: Callable[[Any], Overlay]
    has_sound: bool = False
