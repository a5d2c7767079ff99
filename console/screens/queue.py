"""The report queue: what to look at first, why, and who has it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import override

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from console.screens._filters import QueueFilter, Whose
from console.screens._item_list import ItemList
from console.screens._list_pane import Nothing, calm_list
from console.screens._priority_panel import PriorityPanel
from console.screens._queue_delegate import QueueDelegate, spoken_case
from console.screens.base import Screen
from console.wording import reason_words
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import button
from shared.schemas.moderation import CaseSummary, ReportReason


class QueueScreen(Screen):
    """Cases in the order they were given in, with the explanation of the chosen one beside them."""

    case_opened = Signal(str)
    claim_asked = Signal(str)
    refresh_asked = Signal()
    undo_asked = Signal()
    """The person wants to take back what they decided last."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._me = ""
        self._now = datetime.now(UTC)
        self._cases: tuple[CaseSummary, ...] = ()
        self._filter = QueueFilter()
        self.list = ItemList[CaseSummary](
            self._make_list(),
            key=lambda case: case.id,
            spoken=spoken_case,
            nothing=Nothing(tr("The queue is empty"), tr("New reports appear here by themselves.")),
        )
        self.list.chosen_changed.connect(self._show_chosen)
        self.list.refresh_asked.connect(self.refresh_asked)
        self._count = QLabel()
        set_role(self._count, "muted")
        self._count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whose = QButtonGroup(self)
        self._stream_id = ""
        self._stream = button("", role="chip", tip=tr("Show all streams again (Esc)"))
        self._stream.setMaximumWidth(240)
        self._stream.hide()
        self._stream.clicked.connect(self._on_clear)
        self._reason = self._make_reasons()
        self._words = self._make_search()
        self._panel = PriorityPanel(theme)
        self._panel.open_asked.connect(self._on_open)
        self._panel.claim_asked.connect(self._on_claim)
        self._lay_out()
        self._bind_keys()
        self._refresh()

    # -- state in ----------------------------------------------------------------------------

    def show_cases(self, cases: Sequence[CaseSummary], *, me: str) -> None:
        """Show the queue, highest priority first, to the person with the id `me`."""
        self._me = me
        self._cases = tuple(cases)
        self._refresh()

    def show_loading(self) -> None:
        """Say that the queue is being read."""
        self.list.show_loading()

    def show_problem(self, title: str, sentence: str) -> None:
        """Say why the queue could not be read; cases already shown stay."""
        self.list.show_problem(title, sentence)

    def show_cut_off(self, *, is_cut_off: bool) -> None:
        """Say that no news arrives, or that it does again."""
        self.list.show_cut_off(is_cut_off=is_cut_off)

    def show_only_stream(self, stream_id: str, title: str) -> None:
        """Show only what is reported in one stream, until the person asks for all again."""
        self._on_clear()
        self._stream_id = stream_id
        self._stream.setText(tr("Only: {title}", title=title))
        self._stream.show()
        self._on_filter_changed()

    @override
    def tick(self, now: datetime) -> None:
        self._now = now
        self.list.view.viewport().update()
        self._panel.show_case(self.chosen, me=self._me, now=now)

    @override
    def focus_first(self) -> None:
        self.list.focus_rows()

    @property
    def chosen(self) -> CaseSummary | None:
        """The case the keyboard is on."""
        return self.list.chosen

    @property
    def shown(self) -> tuple[CaseSummary, ...]:
        """The cases that pass the filter, from top to bottom."""
        return self._filter.apply(self._cases, self._me)

    @property
    def empty_title(self) -> str:
        """What is said in place of the list; empty while the list is shown."""
        return self.list.said

    def choose(self, case_id: str) -> None:
        """Move the keyboard to a case, if it is shown."""
        self.list.choose_key(case_id)

    # -- building ----------------------------------------------------------------------------

    def _make_list(self) -> QListView:
        view = calm_list(tr("Report queue"), object_name="queueList")
        view.setSpacing(0)
        view.setItemDelegate(
            QueueDelegate(self.theme, me=lambda: self._me, now=lambda: self._now, parent=view)
        )
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.doubleClicked.connect(lambda _index: self._on_open())
        return view

    def _make_reasons(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(tr("Reason"))
        box.setToolTip(tr("Show only cases with this reason"))
        box.addItem(tr("All reasons"), None)
        for reason in ReportReason:
            box.addItem(reason_words(reason), reason)
        box.currentIndexChanged.connect(self._on_filter_changed)
        return box

    def _make_search(self) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(tr("Find ( / )"))
        field.setAccessibleName(tr("Find in the queue"))
        field.setClearButtonEnabled(True)
        field.setMaximumWidth(200)
        field.textChanged.connect(self._on_filter_changed)
        return field

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(6)
        for whose, words in (
            (Whose.ALL, tr("All")),
            (Whose.FREE, tr("Unclaimed")),
            (Whose.MINE, tr("Mine")),
            (Whose.OTHERS, tr("With others")),
            (Whose.ESCALATED, tr("Escalated")),
        ):
            chip = QPushButton(words)
            set_role(chip, "chip")
            chip.setCheckable(True)
            chip.setChecked(whose is Whose.ALL)
            self._whose.addButton(chip, list(Whose).index(whose))
            bar.addWidget(chip)
        self._whose.idToggled.connect(self._on_filter_changed)
        bar.addWidget(self._stream)
        bar.addWidget(self._count, 1)
        bar.addWidget(self._reason)
        bar.addWidget(self._words)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addWidget(self.list, 1)
        body.addWidget(self._panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(bar)
        layout.addLayout(body, 1)

    def _bind_keys(self) -> None:
        self.bind("J", tr("Next case"), lambda: self.list.step(1))
        self.bind("K", tr("Previous case"), lambda: self.list.step(-1))
        self.bind("Return Enter", tr("Open"), self._on_open, shown_as="Enter")
        self.bind("C", tr("Claim and open"), self._on_claim)
        self.bind("F", tr("Next filter"), self._on_next_filter)
        self.bind("/", tr("Find"), self._words.setFocus)
        self.bind("Esc", tr("Clear the filter"), self._on_clear)
        self.bind("U", tr("Undo the last decision"), self.undo_asked.emit)
        self.bind("F5", tr("Read again"), self.refresh_asked.emit)

    # -- intent out --------------------------------------------------------------------------

    def _on_open(self) -> None:
        case = self.chosen
        if case is not None:
            self.case_opened.emit(case.id)

    def _on_claim(self) -> None:
        case = self.chosen
        if case is not None:
            self.claim_asked.emit(case.id)

    def _on_next_filter(self) -> None:
        button = self._whose.button((self._whose.checkedId() + 1) % len(Whose))
        button.setChecked(True)

    def _on_clear(self) -> None:
        self._stream_id = ""
        self._stream.hide()
        self._words.clear()
        self._reason.setCurrentIndex(0)
        self._whose.button(0).setChecked(True)
        self._on_filter_changed()
        self.list.focus_rows()

    def _on_filter_changed(self) -> None:
        self._filter = QueueFilter(
            whose=list(Whose)[max(0, self._whose.checkedId())],
            reason=self._reason.currentData(),
            words=self._words.text(),
            stream_id=self._stream_id,
        )
        self._refresh()

    def _show_chosen(self) -> None:
        self._panel.show_case(self.chosen, me=self._me, now=self._now)

    # -- shown -------------------------------------------------------------------------------

    def _refresh(self) -> None:
        """Show the filtered cases; the chosen one stays chosen, or its place does."""
        shown = self.shown
        if self._cases:
            nothing = Nothing(tr("No case passes the filter"), tr("Press Esc to see all of them."))
        else:
            nothing = Nothing(
                tr("The queue is empty"), tr("New reports appear here by themselves.")
            )
        self.list.show_nothing(nothing)
        self.list.show_items(shown)
        total = tr_n("{n} case", "{n} cases", len(self._cases))
        if len(shown) != len(self._cases):
            total = tr("{shown} of {total}", shown=len(shown), total=total)
        self._count.setText(f"  {total}" if self._cases else "")
        self._panel.setVisible(bool(shown))
        self._panel.show_case(self.chosen, me=self._me, now=self._now)
