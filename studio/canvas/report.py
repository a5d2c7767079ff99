"""Tells what of an imported collection was taken over and what was not, and finds lost files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from shared.qt.overlay import Overlay
from shared.qt.translations import tr
from shared.qt.widgets import button, clear_layout, label

_LIST_PX = 120
_MOST_ROWS = 4


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; each of `left_out` is a name, what it was, and a reason's word."""

    name: str
    scenes: int
    sources: int
    items: int
    left_out: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MissingFile:
    """A source whose file is not there."""

    source_id: str
    name: str
    path: str


def reason_words(what: str, reason: str) -> str:
    """Why something was not taken over, in the person's language."""
    return {
        "filter": tr("filter; add one of ours"),
        "unknown": tr("nothing like it here ({what})", what=what),
        "limit": tr("too many of them"),
        "settings": tr("its settings cannot be used"),
        "lost": tr("it is not in the file"),
        "loop": tr("it contains itself"),
        "blend": tr("blend mode"),
    }.get(reason, reason)


class ReportPanel(Overlay):
    """The report of one import; its words can be copied."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, "", width=440)
        self.setObjectName("importReport")
        self._title = label(role="title", wrap=True)
        self._sum = label(wrap=True)
        self._list = QPlainTextEdit()
        self._list.setObjectName("leftOut")
        self._list.setReadOnly(True)
        self._list.setTabChangesFocus(True)
        self._list.setFixedHeight(_LIST_PX)
        self._list.setAccessibleName(tr("Not taken over:"))
        self._heading = label(role="heading")
        for widget in (self._title, self._sum, self._heading, self._list):
            self.body.addWidget(widget)
        self._close = button(tr("Close"), role="primary", on_click=self.dismiss)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._close)
        self.body.addLayout(row)

    def show_report(self, report: ImportReport) -> None:
        """Show what was taken over and what was not."""
        self._title.setText(tr("{name} is imported", name=report.name))
        self._sum.setText(
            tr(
                "{scenes} scenes, {sources} sources and {items} places were taken over.",
                scenes=report.scenes,
                sources=report.sources,
                items=report.items,
            )
        )
        has_losses = bool(report.left_out)
        self._heading.setText(tr("Not taken over:") if has_losses else tr("Nothing was left out."))
        self._list.setVisible(has_losses)
        self._list.setPlainText(
            "\n".join(f"{name}: {reason_words(what, why)}" for name, what, why in report.left_out)
        )
        self.open(self._close)


class MissingPanel(Overlay):
    """The files that are not there, each with a button to look for it."""

    find_requested = Signal(str, str)
    """A source's id and the path it has now."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("Missing files"), width=480)
        self.setObjectName("missingFiles")
        self._sentence = label(role="muted", wrap=True)
        self._rows = QVBoxLayout()
        self._close = button(tr("Close"), on_click=self.dismiss)
        self.body.addWidget(self._sentence)
        self.body.addLayout(self._rows)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._close)
        self.body.addLayout(row)

    def show_files(self, files: Sequence[MissingFile]) -> None:
        """Show what is missing, or that nothing is."""
        clear_layout(self._rows)
        self._sentence.setText(
            tr("These sources show files that are not there any more.")
            if files
            else tr("All files are where they should be.")
        )
        for one in files[:_MOST_ROWS]:
            name = label(f"{one.name}\n{Path(one.path).name}")
            name.setToolTip(one.path)
            find = button(tr("Find {name}", name=Path(one.path).name[:24]))
            find.setObjectName(f"find {one.source_id}")
            find.clicked.connect(
                lambda _checked=False, of=one: self.find_requested.emit(of.source_id, of.path)
            )
            row = QHBoxLayout()
            row.addWidget(name, 1)
            row.addWidget(find)
            self._rows.addLayout(row)
        self.open(self._close)
