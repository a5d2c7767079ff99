"""The feed: goals, mood, chat and activity, and Teezer's switch."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from shared.qt.charts import MoodStripBar, mood_name
from shared.qt.chat_view import ChatView
from shared.qt.folding import FoldingRow
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import (
    Card,
    GoalBar,
    GoalState,
    PageStack,
    button,
    clear_layout,
    icon_button,
    label,
)
from shared.schemas.moods import Mood, MoodStrip
from studio.zones.chat_search import ChatSearchBar

FEED_WIDTH = 300
_GOALS_SHOWN = 2
_CHAT, _ACTIVITY = "chat", "activity"


@dataclass(frozen=True, slots=True)
class TeezerView:
    """Teezer as the feed shows it."""

    is_known: bool = False
    is_enabled: bool = False
    status: str = ""
    is_busy: bool = False


class FeedZone(Card):
    """What happens in the room, newest at the bottom."""

    goal_add_requested = Signal(str, int)
    """Title and tokens."""

    teezer_switched = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__(margin=12)
        self._theme = theme
        self._unread = 0
        self._goal_bars: dict[str, GoalBar] = {}
        self.setObjectName("feedZone")
        self.setAccessibleName(tr("Activity of the room"))
        self.setMinimumWidth(FEED_WIDTH)
        self.chat = ChatView(theme, pause_on_hover=True)
        self.activity = ChatView(theme, capacity=500)
        self.activity.setAccessibleName(tr("Activity"))
        self.activity.set_empty_text(tr("Tips, goals and notices show up here."))
        self.body.addLayout(self._goals_part())
        self.body.addLayout(self._mood_part())
        self.search = ChatSearchBar()
        self.search.filter_changed.connect(self.chat.set_filter)
        self.body.addLayout(self._tabs())
        self.body.addWidget(self.search)
        self._pages = PageStack()
        self._pages.add(_CHAT, lambda: self.chat)
        self._pages.add(_ACTIVITY, lambda: self.activity)
        # Both are built at once: a page that was never made could not take rows.
        self._pages.page(_ACTIVITY)
        self.body.addWidget(self._pages, 1)
        self.body.addWidget(self._teezer_part())
        self.set_goals(())
        self.set_mood(None)
        self.set_teezer(TeezerView())
        self.set_can_add_goal(is_possible=False)
        self._show(_CHAT)

    def sizeHint(self) -> QSize:
        """As wide as the zone is at first."""
        return QSize(FEED_WIDTH, super().sizeHint().height())

    def set_goals(self, goals: Sequence[GoalState]) -> None:
        """Show the goals that matter now: those not reached first, the newest of the rest after."""
        open_ = [goal for goal in goals if not goal.is_reached]
        reached = [goal for goal in reversed(goals) if goal.is_reached]
        shown = (open_ + reached)[:_GOALS_SHOWN]
        if [goal.id for goal in shown] != list(self._goal_bars):
            clear_layout(self._goal_list)
            self._goal_bars = {goal.id: GoalBar(goal) for goal in shown}
            for bar in self._goal_bars.values():
                self._goal_list.addWidget(bar)
        for goal in shown:
            self._goal_bars[goal.id].set_state(goal)
        self._no_goal.setVisible(not shown)

    def set_can_add_goal(self, *, is_possible: bool) -> None:
        """Offer the goal form, which needs a stream to belong to."""
        self._add_goal.setEnabled(is_possible)
        self._add_goal.setToolTip(
            tr("Add a goal") if is_possible else tr("Goals belong to a broadcast: go live first")
        )
        self._no_goal.setText(
            tr("No goal yet. Add one that viewers can reach together.")
            if is_possible
            else tr("Goals of your broadcast show up here.")
        )
        if not is_possible:
            self._goal_form.hide()

    def set_mood(self, strip: MoodStrip | None) -> None:
        """Show the room's mood."""
        self._strip.set_shares(strip.shares if strip is not None else {})
        dominant: Mood | None = strip.dominant if strip is not None else None
        self._mood.setText(mood_name(dominant) if dominant else tr("No votes yet"))

    def set_teezer(self, view: TeezerView) -> None:
        """Show whether Teezer answers in the creator's place."""
        self._teezer.blockSignals(True)
        self._teezer.setChecked(view.is_enabled)
        self._teezer.blockSignals(False)
        self._teezer.setEnabled(view.is_known and not view.is_busy)
        self._teezer_status.setText(view.status)
        self._teezer_status.setToolTip(view.status)

    def note_activity(self, count: int) -> None:
        """Count what came while the activity is not in sight."""
        if self._pages.current == _ACTIVITY:
            return
        self._unread += count
        self._name_tabs()

    def set_own_name(self, name: str) -> None:
        """Mentions of this person stand out and can be looked for."""
        self.chat.set_own_name(name)
        self.search.set_own_name(name)

    def toggle_search(self) -> None:
        """Open or close the search of the chat."""
        self._show(_CHAT)
        self.search.toggle()

    def _goals_part(self) -> QVBoxLayout:
        head = QHBoxLayout()
        head.addWidget(label(tr("Goals"), role="heading"), 1)
        self._add_goal = icon_button(
            self._theme, "add", tr("Add a goal"), on_click=self._toggle_goal_form
        )
        head.addWidget(self._add_goal)
        self._no_goal = label(role="muted", wrap=True)
        self._goal_list = QVBoxLayout()
        self._goal_list.setSpacing(8)
        self._goal_form = self._goal_fields()
        part = QVBoxLayout()
        part.setSpacing(4)
        part.addLayout(head)
        part.addWidget(self._no_goal)
        part.addLayout(self._goal_list)
        part.addWidget(self._goal_form)
        return part

    def _goal_fields(self) -> QWidget:
        form = QWidget()
        self._goal_title = QLineEdit()
        self._goal_title.setMaxLength(80)
        self._goal_title.setPlaceholderText(tr("Goal, for example: a song by request"))
        self._goal_title.setAccessibleName(tr("Title of the goal"))
        self._goal_tokens = QSpinBox()
        self._goal_tokens.setRange(1, 1_000_000)
        self._goal_tokens.setValue(500)
        self._goal_tokens.setSingleStep(50)
        self._goal_tokens.setAccessibleName(tr("Tokens to reach"))
        self._goal_tokens.setToolTip(tr("Tokens to reach"))
        self._goal_save = button(tr("Add"), role="primary", on_click=self._on_goal)
        self._goal_title.returnPressed.connect(self._on_goal)
        row = QHBoxLayout()
        row.addWidget(self._goal_tokens, 1)
        row.addWidget(self._goal_save)
        layout = QVBoxLayout(form)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(6)
        layout.addWidget(self._goal_title)
        layout.addLayout(row)
        form.hide()
        return form

    def _mood_part(self) -> QVBoxLayout:
        self._strip = MoodStripBar(self._theme)
        self._strip.setFixedHeight(10)
        self._mood = label(role="caption")
        head = QHBoxLayout()
        head.addWidget(label(tr("Mood of the room"), role="caption"), 1)
        head.addWidget(self._mood)
        part = QVBoxLayout()
        part.setSpacing(3)
        part.addLayout(head)
        part.addWidget(self._strip)
        return part

    def _tabs(self) -> QHBoxLayout:
        self._chat_tab = self._tab(_CHAT)
        self._activity_tab = self._tab(_ACTIVITY)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._chat_tab, 1)
        row.addWidget(self._activity_tab, 1)
        row.addWidget(
            icon_button(
                self._theme,
                "search",
                tr("Search in the chat"),
                tip=tr("Search in the chat (Ctrl+F)"),
                on_click=self.toggle_search,
            )
        )
        return row

    def _tab(self, page: str) -> QPushButton:
        made = button("", role="quiet", on_click=lambda: self._show(page))
        made.setCheckable(True)
        made.setAutoExclusive(True)
        return made

    def _teezer_part(self) -> QWidget:
        self._teezer = QCheckBox(tr("Teezer answers"))
        self._teezer.setObjectName("teezerSwitch")
        self._teezer.setToolTip(
            tr("Teezer answers questions in your place; every answer is marked as AI")
        )
        self._teezer.clicked.connect(self.teezer_switched)
        self._teezer_status = label(role="caption")
        self._teezer_status.setObjectName("teezerStatus")
        return FoldingRow(self._teezer, self._teezer_status)

    def _show(self, page: str) -> None:
        self._pages.show_page(page)
        if page == _ACTIVITY:
            self._unread = 0
        self._chat_tab.setChecked(page == _CHAT)
        self._activity_tab.setChecked(page == _ACTIVITY)
        self._name_tabs()

    def _name_tabs(self) -> None:
        self._chat_tab.setText(tr("Chat"))
        if self._unread:
            self._activity_tab.setText(tr("Activity ({n})", n=min(self._unread, 99)))
        else:
            self._activity_tab.setText(tr("Activity"))

    def _toggle_goal_form(self) -> None:
        self._goal_form.setVisible(self._goal_form.isHidden())
        if not self._goal_form.isHidden():
            self._goal_title.setFocus()

    def _on_goal(self) -> None:
        title = self._goal_title.text().strip()
        if not title:
            self._goal_title.setFocus()
            return
        self._goal_form.hide()
        self._goal_title.clear()
        self.goal_add_requested.emit(title, self._goal_tokens.value())
