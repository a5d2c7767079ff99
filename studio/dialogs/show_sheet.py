"""Everything about a show before it goes live: words, tags, mood, audience, goal, checklist."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from shared.qt.charts import mood_name
from shared.qt.overlay import Overlay
from shared.qt.theme import set_role
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Badge, Card, button, label
from shared.schemas.moods import Mood
from shared.schemas.streams import Audience

_TAGS_AT_MOST = 10
_TAG_LENGTH = 32
_COUNTDOWNS_S = (0, 3, 5, 10, 30)
_AUDIENCES = (Audience.PUBLIC, Audience.SUBSCRIBERS, Audience.HIDDEN, Audience.PRIVATE)
_NO_TAG = re.compile(r"[^\w\-]+")


@dataclass(frozen=True, slots=True)
class ShowPlan:
    """What the creator announces; a goal without a title is none."""

    title: str = ""
    tags: tuple[str, ...] = ()
    mood: Mood = Mood.CHILL
    audience: Audience = Audience.PUBLIC
    goal_title: str = ""
    goal_tokens: int = 500
    countdown_s: int = 0
    keep_recording: bool = False
    """Whether the platform keeps what viewers see, to be watched after the end."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line of the checklist; `kind` is that of a badge."""

    name: str
    mark: str
    kind: str
    detail: str = ""


def tags_of(text: str) -> tuple[str, ...]:
    """The tags typed: parted by commas or spaces, each once, as the platform takes them."""
    found: dict[str, None] = {}
    for word in re.split(r"[,\s]+", text):
        tag = _NO_TAG.sub("", word)[:_TAG_LENGTH].lower()
        if tag:
            found[tag] = None
    return tuple(found)[:_TAGS_AT_MOST]


def audience_name(audience: Audience) -> str:
    """An audience in the person's language."""
    return {
        Audience.PUBLIC: tr("Everybody"),
        Audience.SUBSCRIBERS: tr("Subscribers"),
        Audience.PRIVATE: tr("Only whom I invite"),
        Audience.AWAY: tr("Everybody, while I am away"),
        Audience.HIDDEN: tr("Whoever has the address"),
    }[audience]


class ShowSheet(Overlay):
    """Asks for a show's words and shows whether it is ready; the window below goes on."""

    go_live_requested = Signal(object)
    """A ShowPlan; its countdown has run out."""

    look_again_requested = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("Your next show"), width=760)
        self.setObjectName("showSheet")
        self._is_ready = False
        self._left_s = 0
        self._timer = QTimer(self)
        self._timer.setObjectName("go-live countdown")
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._on_second)
        self._title = QLineEdit()
        self._title.setObjectName("sheetTitle")
        self._title.setMaxLength(120)
        self._title.setPlaceholderText(tr("What is your show about tonight?"))
        self._tags = QLineEdit()
        self._tags.setObjectName("sheetTags")
        self._tags.setPlaceholderText(tr("music, talk, relaxed"))
        self._mood = QComboBox()
        for mood in Mood:
            self._mood.addItem(mood_name(mood), mood.value)
        self._audience = QComboBox()
        for audience in _AUDIENCES:
            self._audience.addItem(audience_name(audience), audience.value)
        self._recording = QCheckBox(tr("Keep it to be watched afterwards"))
        self._recording.setObjectName("sheetRecording")
        self._recording.setToolTip(
            tr("What a panic takes away is never in it. You can delete it at any time.")
        )
        self._goal = QLineEdit()
        self._goal.setObjectName("sheetGoal")
        self._goal.setMaxLength(80)
        self._goal.setPlaceholderText(tr("No goal"))
        self._tokens = QSpinBox()
        self._tokens.setRange(1, 1_000_000)
        self._tokens.setSingleStep(50)
        self._tokens.setAccessibleName(tr("Tokens to reach"))
        self._tokens.setToolTip(tr("Tokens to reach"))
        self._countdown = QComboBox()
        for seconds in _COUNTDOWNS_S:
            text = tr_n("{n} second", "{n} seconds", seconds) if seconds else tr("None")
            self._countdown.addItem(text, seconds)
        parts = QHBoxLayout()
        parts.setSpacing(24)
        parts.addLayout(self._form(), 3)
        parts.addWidget(self._checklist(), 2)
        self.body.addLayout(parts)
        self._counting = label(role="title")
        self._counting.setObjectName("countdown")
        self.body.addWidget(self._counting)
        self.body.addLayout(self._buttons())
        self.closed.connect(self._stop)
        self.set_plan(ShowPlan())
        self.set_checks((), is_ready=False)
        self._stop()

    @property
    def plan(self) -> ShowPlan:
        """What is filled in now."""
        return ShowPlan(
            title=self._title.text().strip(),
            tags=tags_of(self._tags.text()),
            mood=Mood(self._mood.currentData()),
            audience=Audience(self._audience.currentData()),
            goal_title=self._goal.text().strip(),
            goal_tokens=self._tokens.value(),
            countdown_s=int(self._countdown.currentData()),
            keep_recording=self._recording.isChecked(),
        )

    @property
    def seconds_left(self) -> int:
        """How long the countdown still runs; 0 while there is none."""
        return self._left_s

    @property
    def findings(self) -> str:
        """What the checklist shows, as a screen reader says it."""
        return " | ".join(row.accessibleName() for row in self._rows if not row.isHidden())

    def set_plan(self, plan: ShowPlan) -> None:
        """Fill the form in."""
        self._title.setText(plan.title)
        self._tags.setText(", ".join(plan.tags))
        self._mood.setCurrentIndex(max(0, self._mood.findData(plan.mood.value)))
        self._audience.setCurrentIndex(max(0, self._audience.findData(plan.audience.value)))
        self._goal.setText(plan.goal_title)
        self._tokens.setValue(plan.goal_tokens)
        self._countdown.setCurrentIndex(max(0, self._countdown.findData(plan.countdown_s)))
        self._recording.setChecked(plan.keep_recording)

    def set_checks(self, lines: Sequence[CheckLine], *, is_ready: bool) -> None:
        """Show what was found; the show can start when nothing found stops it."""
        for row, line in zip(self._rows, lines, strict=False):
            row.set_line(line)
        for row in self._rows[len(lines) :]:
            row.set_line(None)
        self._is_ready = is_ready
        if not is_ready:
            self._stop()
        self._start.setEnabled(is_ready)
        self._start.setToolTip("" if is_ready else tr("First solve what is marked with Stop."))

    def ask(self, plan: ShowPlan) -> None:
        """Show the sheet."""
        self.set_plan(plan)
        self.open(self._title)

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(9)
        for caption, field in (
            (tr("Title"), self._title),
            (tr("Tags"), self._tags),
            (tr("Mood"), self._mood),
            (tr("Audience"), self._audience),
            (tr("On the platform"), self._recording),
            (tr("First goal"), self._goal),
            (tr("Tokens"), self._tokens),
            (tr("Countdown"), self._countdown),
        ):
            name = label(caption, role="muted")
            name.setMinimumHeight(30)
            name.setBuddy(field)
            field.setAccessibleName(field.text() if isinstance(field, QCheckBox) else caption)
            form.addRow(name, field)
        return form

    def _checklist(self) -> QWidget:
        card = Card(tr("Before you go live"), role="sunken", margin=12)
        self._rows = [_CheckRow() for _ in range(7)]
        for row in self._rows:
            card.body.addWidget(row)
        card.body.addStretch(1)
        card.body.addWidget(
            button(tr("Look again"), role="quiet", on_click=self.look_again_requested.emit)
        )
        return card

    def _buttons(self) -> QHBoxLayout:
        self._back = button(tr("Close"), on_click=self.dismiss)
        self._cancel = button(tr("Stop the countdown"), on_click=self._stop)
        self._cancel.setObjectName("stopCountdown")
        self._start = button(tr("Go live"), role="live", on_click=self._on_start)
        self._start.setObjectName("sheetGoLive")
        self._start.setMinimumWidth(120)
        row = QHBoxLayout()
        row.addWidget(self._back)
        row.addStretch(1)
        row.addWidget(self._cancel)
        row.addWidget(self._start)
        return row

    def _on_start(self) -> None:
        if not self._is_ready:
            return
        self._left_s = self.plan.countdown_s
        if self._left_s <= 0:
            self._go()
            return
        self._timer.start()
        self._show_countdown()

    def _on_second(self) -> None:
        self._left_s -= 1
        if self._left_s <= 0:
            self._go()
        else:
            self._show_countdown()

    def _show_countdown(self) -> None:
        self._counting.setText(tr_n("Live in {n} second", "Live in {n} seconds", self._left_s))
        self._counting.show()
        self._cancel.show()
        self._start.hide()
        self._cancel.setFocus()

    def _go(self) -> None:
        plan = self.plan
        self._stop()
        self.dismiss()
        self.go_live_requested.emit(plan)

    def _stop(self) -> None:
        self._timer.stop()
        self._left_s = 0
        self._counting.hide()
        self._cancel.hide()
        self._start.show()


class _CheckRow(QWidget):
    """One line of the checklist: what was looked at, how it is, and what to do."""

    def __init__(self) -> None:
        super().__init__()
        self._name = label()
        self._detail = label(role="caption", wrap=True)
        self._mark = Badge()
        row = QHBoxLayout()
        row.addWidget(self._name, 1)
        row.addWidget(self._mark)
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(0)
        layout.addRow(row)
        layout.addRow(self._detail)
        self.set_line(None)

    def set_line(self, line: CheckLine | None) -> None:
        """Show a finding, or nothing."""
        self.setVisible(line is not None)
        if line is None:
            return
        self._name.setText(line.name)
        self._mark.set_state(line.mark, line.kind)
        self._detail.setText(line.detail)
        self._detail.setVisible(bool(line.detail))
        set_role(self._detail, "caption")
        self.setAccessibleName(f"{line.name}: {line.mark}. {line.detail}".strip())
