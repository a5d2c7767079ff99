"""The end of a show: asked once, then told in figures."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from shared.qt import format as words
from shared.qt.overlay import Overlay
from shared.qt.translations import tr
from shared.qt.widgets import LabelledValue, button, clear_layout, label

_COLUMNS = 3


class EndQuestion(Overlay):
    """Asks before a broadcast ends for everyone; Enter and Escape go back to the show."""

    end_chosen = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("End the broadcast?"))
        self.setObjectName("endQuestion")
        self.body.addWidget(label(tr("The stream ends for everybody in the room."), wrap=True))
        self._note = label(role="muted", wrap=True)
        self.body.addWidget(self._note)
        self._back = button(tr("Stay on air"), role="primary", on_click=self.dismiss)
        self._end = button(tr("End the broadcast"), role="danger", on_click=self._on_end)
        self._end.setObjectName("endYes")
        row = QHBoxLayout()
        row.addStretch(1)
        for choice in (self._end, self._back):
            choice.setAutoDefault(True)
            row.addWidget(choice)
        self.body.addLayout(row)

    def ask(self, note: str = "", *, behind_s: float = 0.0) -> None:
        """Show the question, with what the creator may want to know first.

        Viewers who are behind by a safety delay see what it holds before the end.
        """
        if behind_s:
            held = tr(
                "What you do now is not sent; viewers still see the last {n} s.",
                n=words.number(round(behind_s)),
            )
            note = f"{held}\n{note}".strip()
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.open(self._back)

    def _on_end(self) -> None:
        self.dismiss()
        self.end_chosen.emit()


class SummaryPanel(Overlay):
    """What came of a show, once it is over."""

    folder_requested = Signal()
    """Show the clips that were saved."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("Your show in figures"), width=520)
        self.setObjectName("showSummary")
        self._title = label(role="title", wrap=True)
        self._note = label(role="muted", wrap=True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(14)
        self._close = button(tr("Close"), role="primary", on_click=self.dismiss)
        self._close.setObjectName("closeSummary")
        self._folder = button(tr("Open the folder"), on_click=self.folder_requested.emit)
        self._folder.setObjectName("openClips")
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._folder)
        row.addWidget(self._close)
        self.body.addWidget(self._title)
        self.body.addLayout(self._grid)
        self.body.addWidget(self._note)
        self.body.addLayout(row)

    @property
    def figures(self) -> tuple[str, ...]:
        """Every figure shown, with its name, as a screen reader says it."""
        return tuple(one.accessibleName() for one in self._cards())

    def show_figures(
        self,
        title: str,
        figures: Sequence[tuple[str, str]],
        *,
        note: str = "",
        has_files: bool = False,
    ) -> None:
        """Show a show's figures, each with its name, and the way to its clips when it has any."""
        self._folder.setVisible(has_files)
        self._title.setText(title)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        clear_layout(self._grid)
        for place, (name, value) in enumerate(figures):
            self._grid.addWidget(LabelledValue(name, value=value), *divmod(place, _COLUMNS))
        self.open(self._close)

    def _cards(self) -> list[LabelledValue]:
        found = []
        for place in range(self._grid.count()):
            item = self._grid.itemAt(place)
            widget = item.widget() if item is not None else None
            if isinstance(widget, LabelledValue):
                found.append(widget)
        return found
