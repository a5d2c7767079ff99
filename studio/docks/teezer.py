"""The Teezer dock: whether it answers, what it said, replies to choose from, its week, its lessons.

Everything it shows is AI text or steers it; each such text carries the badge that says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from shared.qt.theme import Theme
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Badge, PageStack, button, label
from shared.schemas.teezer import SlotMode, Suggestions, Teezer, TeezerReply, TeezerSchedule
from studio.docks.rows import ToolDock
from studio.docks.teezer_learning import LearningPage
from studio.docks.teezer_said import SaidPage
from studio.docks.teezer_suggest import SuggestPage
from studio.docks.teezer_week import WeekPage

SAID, SUGGEST, WEEK, LEARNING = "said", "suggest", "week", "learning"


@dataclass(frozen=True, slots=True)
class TeezerState:
    """Teezer as the dock shows it; without one, `reason` says why nothing can be done."""

    teezer: Teezer | None = None
    reason: str = ""
    is_busy: bool = False
    is_learning: bool = False
    seen_until: datetime | None = None
    """What it said after this has not been looked through."""


def status_of(teezer: Teezer) -> tuple[str, str]:
    """Whether it answers now, and the kind of the badge that says so."""
    if teezer.active:
        return tr("Answers as AI"), "accent"
    if not teezer.enabled:
        return tr("Off"), "neutral"
    if teezer.mode is SlotMode.TEEZER:
        return tr("Still learning"), "warning"
    if teezer.mode is SlotMode.LIVE:
        return tr("You are planned live"), "neutral"
    return tr("Waits for its hours"), "neutral"


class TeezerDock(ToolDock):
    """A switch, and four pages."""

    switched = Signal(bool)
    reply_removed = Signal(str, str)
    """A stream's id and a message's."""

    replies_seen = Signal()
    suggestions_requested = Signal(str)
    suggestion_chosen = Signal(str)
    """A text for the message bar; the creator may edit it and sends it."""

    schedule_changed = Signal(object)
    """A TeezerSchedule in place of the one before."""

    learn_requested = Signal()
    forget_requested = Signal()
    persona_changed = Signal(str)
    refresh_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "teezerDock", tr("Teezer"))
        self._state = TeezerState()
        self._switch = QCheckBox(tr("Answers in my place"))
        self._switch.setObjectName("teezerDockSwitch")
        self._switch.setToolTip(
            tr("Teezer answers questions in your place; every answer is marked as AI")
        )
        self._switch.clicked.connect(self.switched)
        self._badge = Badge()
        self._about = label(role="caption", wrap=True)
        self._reason = label(role="muted", wrap=True)
        self.said_page = SaidPage(theme)
        self.suggest_page = SuggestPage(theme)
        self.week_page = WeekPage(theme)
        self.learning_page = LearningPage()
        self._pages = PageStack()
        self._tabs: dict[str, QPushButton] = {}
        for name, page in (
            (SAID, self.said_page),
            (SUGGEST, self.suggest_page),
            (WEEK, self.week_page),
            (LEARNING, self.learning_page),
        ):
            self._offer(name, page)
        self.body.addLayout(self._head())
        self.body.addWidget(self._reason)
        self.body.addLayout(self._tab_row())
        self.body.addWidget(self._pages, 1)
        self._connect()
        self.show_page(SAID)
        self.set_state(TeezerState())

    @property
    def state(self) -> TeezerState:
        """What is shown."""
        return self._state

    @property
    def page(self) -> str:
        """Which page is shown."""
        return self._pages.current

    def set_state(self, state: TeezerState) -> None:
        """Show Teezer as it is now."""
        self._state = state
        teezer = state.teezer
        is_usable = teezer is not None and not state.is_busy
        self._switch.setChecked(teezer is not None and teezer.enabled)
        self._switch.setEnabled(is_usable)
        self._badge.setVisible(teezer is not None)
        self._badge.set_state(*(status_of(teezer) if teezer is not None else ("", "neutral")))
        self._reason.setText(state.reason)
        self._reason.setVisible(bool(state.reason))
        self._about.setVisible(teezer is not None)
        for page in (self.suggest_page, self.week_page, self.learning_page):
            page.setEnabled(teezer is not None)
        if teezer is None:
            self.said_page.set_replies((), seen_until=None)
            self._name_tabs(0)
            return
        self._about.setText(
            tr_n("{n} answer today", "{n} answers today", teezer.replies_today)
            + " \N{MIDDLE DOT} "
            + tr_n("{n} message learnt", "{n} messages learnt", teezer.trained_messages)
        )
        self._set_replies(teezer.replies, state.seen_until)
        self.week_page.set_schedule(teezer.schedule)
        self.learning_page.set_teezer(teezer, is_learning=state.is_learning)

    def set_suggestions(self, found: Suggestions | None) -> None:
        """Show what may be answered; None while it is being thought of."""
        self.suggest_page.set_suggestions(found)

    def ask_about(self, words: str) -> None:
        """Ask for replies to what somebody wrote."""
        self.show_page(SUGGEST)
        self.suggest_page.ask_about(words)

    def show_page(self, name: str) -> None:
        """Bring a page to the front; answers that are turned away from were looked through."""
        before = self._pages.current
        self._pages.show_page(name)
        for one, tab in self._tabs.items():
            tab.setChecked(one == name)
        if before == SAID and self._state.teezer is not None:
            self.replies_seen.emit()

    def _set_replies(self, replies: Sequence[TeezerReply], seen_until: datetime | None) -> None:
        self.said_page.set_replies(replies, seen_until=seen_until)
        self._name_tabs(sum(seen_until is None or one.at > seen_until for one in replies))

    def _connect(self) -> None:
        self.said_page.removed.connect(self.reply_removed)
        self.suggest_page.requested.connect(self.suggestions_requested)
        self.suggest_page.chosen.connect(self.suggestion_chosen)
        self.week_page.changed.connect(self._on_week)
        self.week_page.refused.connect(self.set_problem)
        self.learning_page.learn_requested.connect(self.learn_requested)
        self.learning_page.forget_requested.connect(self.forget_requested)
        self.learning_page.persona_changed.connect(self.persona_changed)

    def _on_week(self, schedule: TeezerSchedule) -> None:
        self.set_problem("")
        self.schedule_changed.emit(schedule)

    def _head(self) -> QVBoxLayout:
        state = QHBoxLayout()
        state.setSpacing(8)
        state.addWidget(self._badge)
        state.addWidget(self._about, 1)
        rows = QVBoxLayout()
        rows.setSpacing(4)
        rows.addWidget(self._switch)
        rows.addLayout(state)
        return rows

    def _tab_row(self) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(4)
        for names in ((SAID, SUGGEST), (WEEK, LEARNING)):
            row = QHBoxLayout()
            row.setSpacing(4)
            for name in names:
                row.addWidget(self._tabs[name], 1)
            rows.addLayout(row)
        self._name_tabs(0)
        return rows

    def _offer(self, name: str, page: QWidget) -> None:
        self._pages.add(name, lambda: page)
        self._pages.page(name)
        self._tabs[name] = self._tab(name)

    def _tab(self, name: str) -> QPushButton:
        made = button("", role="quiet", on_click=partial(self.show_page, name))
        made.setObjectName(f"teezer {name}")
        made.setCheckable(True)
        return made

    def _name_tabs(self, unseen: int) -> None:
        said = tr("Said ({n} new)", n=unseen) if unseen else tr("Said")
        for name, text in (
            (SAID, said),
            (SUGGEST, tr("Suggest")),
            (WEEK, tr("Week")),
            (LEARNING, tr("Learning")),
        ):
            self._tabs[name].setText(text)
