"""The controls dock: on air, recording, replay, freeze and the destinations, within one reach."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from shared.qt import format as words
from shared.qt.icons import keep_icon
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import Badge, button, clear_layout, icon_button, label, line


@dataclass(frozen=True, slots=True)
class DestinationLine:
    """One place the show is sent to, as it is now."""

    name: str
    mark: str
    kind: str = "neutral"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ControlsState:
    """All that the dock shows; an empty `blocked_by` means that going live is possible."""

    is_on: bool = False
    is_ending: bool = False
    ending_s: float | None = None
    """How long viewers still see what the delay holds, after the end."""
    blocked_by: str = ""
    is_recording: bool = False
    is_paused: bool = False
    recording: str = ""
    """Time and size of what is being recorded, or how much room the disk has."""
    is_replaying: bool = False
    held_s: float = 0.0
    replay_s: int = 30
    is_frozen: bool = False
    is_panicked: bool = False
    delay_s: float = 0.0
    is_delayed: bool = False
    """The delay holds something now."""
    destinations: tuple[DestinationLine, ...] = ()
    advice: str = ""
    """What is wrong now, its cause and its remedy, the worst first."""


class ControlsDock(QFrame):
    """Says what was pressed; what it shows comes from outside."""

    air_pressed = Signal()
    """Go live, or end."""

    record_pressed = Signal()
    pause_pressed = Signal()
    chapter_pressed = Signal()
    """Begin a chapter in the recording."""

    replay_pressed = Signal()
    """Keep the last seconds from now on, or no more."""

    replay_saved = Signal()
    freeze_pressed = Signal()
    dump_pressed = Signal()
    panic_pressed = Signal()
    settings_pressed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state: ControlsState | None = None
        self.setObjectName("controlsDock")
        self.setAccessibleName(tr("Controls"))
        set_role(self, "card")
        self._air = self._button("controlsAir", self.air_pressed.emit)
        self._record = self._button("controlsRecord", self.record_pressed.emit)
        self._pause = self._button("controlsPause", self.pause_pressed.emit)
        self._chapter = self._button("controlsChapter", self.chapter_pressed.emit)
        self._replay = self._button("controlsReplay", self.replay_pressed.emit)
        self._save = self._button("controlsSave", self.replay_saved.emit)
        self._freeze = self._button("controlsFreeze", self.freeze_pressed.emit)
        self._dump = self._button("controlsDump", self.dump_pressed.emit)
        self._panic = self._button("controlsPanic", self.panic_pressed.emit)
        self._recording = label(role="caption", wrap=True)
        self._delay = label(role="caption", wrap=True)
        self._advice = label(role="warning", wrap=True)
        self._advice.setObjectName("controlsAdvice")
        self._places = QVBoxLayout()
        self._places.setSpacing(4)
        self._places_title = label(tr("Destinations"), role="caption")
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(5, 8, 5, 8)  # a scroll bar beside it fits at 1280 pixels, too
        layout.setSpacing(8)
        layout.addLayout(self._grid())
        layout.addWidget(self._recording)
        layout.addWidget(self._delay)
        layout.addWidget(self._advice)
        layout.addWidget(line())
        head = QHBoxLayout()
        head.addWidget(self._places_title, 1)
        head.addWidget(
            icon_button(
                theme, "settings", tr("Output settings"), on_click=self.settings_pressed.emit
            )
        )
        layout.addLayout(head)
        layout.addLayout(self._places)
        layout.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self._inner, self._area = inner, area
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self._panic.setText(tr("Panic"))
        set_role(self._panic, "danger")
        keep_icon(self._panic, theme, "panic", ink="danger")
        self._panic.setToolTip(tr("Privacy slate and silence on air at once"))
        self.set_state(ControlsState())

    def minimumSizeHint(self) -> QSize:
        """As wide as the buttons and the bar beside them; what is too high is scrolled."""
        bar = self._area.verticalScrollBar().sizeHint().width()
        return QSize(self._inner.minimumSizeHint().width() + bar, 120)

    @property
    def state(self) -> ControlsState:
        """What is shown."""
        return self._state or ControlsState()

    def set_state(self, state: ControlsState) -> None:
        """Show the state of now."""
        before, self._state = self._state, state
        if before == state:
            return
        self._show_air(state)
        self._show_recording(state)
        self._show_replay(state)
        self._show_safety(state)
        self._advice.setText(state.advice)
        self._advice.setVisible(bool(state.advice))
        if before is None or before.destinations != state.destinations:
            clear_layout(self._places)
            for place in state.destinations:
                self._places.addWidget(_place_row(place))

    def _show_air(self, state: ControlsState) -> None:
        can_end_now = state.is_ending and state.ending_s is not None
        if state.is_on:
            text = tr("Ending") if state.is_ending else tr("End")
            self._air.setText(tr("End now") if can_end_now else text)
            set_role(self._air, "")
            keep_icon(self._air, self._theme, "stop")
        else:
            self._air.setText(tr("Go live"))
            set_role(self._air, "live")
            keep_icon(self._air, self._theme, "live", ink="on_danger")
        never = tr("What viewers have not seen yet never leaves") if can_end_now else ""
        self._air.setToolTip(state.blocked_by if not state.is_on else never)
        is_possible = not state.is_ending and (state.is_on or not state.blocked_by)
        self._air.setEnabled(can_end_now or is_possible)

    def _show_recording(self, state: ControlsState) -> None:
        is_on = state.is_recording
        self._record.setText(tr("Recording") if is_on else tr("Record"))
        self._record.setToolTip(tr("Stop recording") if is_on else "")
        set_role(self._record, "primary" if is_on else "")
        keep_icon(self._record, self._theme, "record", ink="on_accent" if is_on else "danger")
        self._pause.setText(tr("Go on") if state.is_paused else tr("Pause"))
        keep_icon(self._pause, self._theme, "record" if state.is_paused else "pause")
        self._pause.setEnabled(state.is_recording)
        self._chapter.setText(tr("Mark chapter"))
        self._chapter.setToolTip(tr("Find this moment again in the recording (Ctrl+Shift+K)"))
        keep_icon(self._chapter, self._theme, "flag")
        self._chapter.setEnabled(state.is_recording and not state.is_paused)
        self._recording.setText(state.recording)
        self._recording.setVisible(bool(state.recording))

    def _show_replay(self, state: ControlsState) -> None:
        self._replay.setText(tr("Replay"))
        set_role(self._replay, "primary" if state.is_replaying else "")
        ink = "on_accent" if state.is_replaying else "text"
        keep_icon(self._replay, self._theme, "replay", ink=ink)
        self._replay.setToolTip(
            tr("Keep the last {n} s in memory, to save them as a clip", n=state.replay_s)
        )
        self._save.setText(tr("Save"))
        held_s = words.number(min(state.held_s, state.replay_s))
        self._save.setToolTip(tr("Save the last {n} s as a clip", n=held_s))
        keep_icon(self._save, self._theme, "down")
        self._save.setEnabled(state.is_replaying and state.held_s > 0)

    def _show_safety(self, state: ControlsState) -> None:
        self._freeze.setText(tr("Go on") if state.is_frozen else tr("Freeze"))
        keep_icon(
            self._freeze,
            self._theme,
            "eye" if state.is_frozen else "freeze",
            ink="on_accent" if state.is_frozen else "text",
        )
        set_role(self._freeze, "primary" if state.is_frozen else "")
        self._freeze.setToolTip(tr("Viewers see a blurred still and hear nothing"))
        self._dump.setText(tr("Dump"))
        keep_icon(self._dump, self._theme, "remove")
        self._dump.setToolTip(tr("What viewers have not seen yet never leaves"))
        self._dump.setEnabled(state.is_delayed)
        self._panic.setEnabled(not state.is_panicked)
        if state.is_panicked:
            text = tr("Viewers see a slate and hear nothing.")
        elif state.is_frozen:
            text = tr("Viewers see a blurred still and hear nothing.")
        elif state.ending_s is not None:
            text = tr("Ending, {n} s left", n=words.number(round(state.ending_s)))
        elif state.delay_s:
            text = tr("Viewers are {n} s behind.", n=words.number(state.delay_s))
        else:
            text = ""
        self._delay.setText(text)
        self._delay.setVisible(bool(text))

    def _button(self, name: str, press: Callable[[], object]) -> QPushButton:
        made = button("", on_click=press)
        made.setObjectName(name)
        return made

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setHorizontalSpacing(4)
        pairs = (
            (self._air, self._panic),
            (self._record, self._pause),
            (self._replay, self._save),
            (self._freeze, self._dump),
        )
        for row, (left, right) in enumerate(pairs):
            grid.addWidget(left, row + (row > 1), 0)
            grid.addWidget(right, row + (row > 1), 1)
        grid.addWidget(self._chapter, 2, 0, 1, 2)  # of the recording, which is above it
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid


def _place_row(place: DestinationLine) -> QWidget:
    row = QWidget()
    row.setAccessibleName(f"{place.name}: {place.mark}. {place.detail}".strip())
    name = label(place.name)
    name.setToolTip(place.name)
    mark = Badge()
    mark.set_state(place.mark, place.kind)
    upper = QHBoxLayout()
    upper.setContentsMargins(0, 0, 0, 0)
    upper.addWidget(name, 1)
    upper.addWidget(mark)
    layout = QVBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(1)
    layout.addLayout(upper)
    if place.detail:
        layout.addWidget(label(place.detail, role="caption", wrap=True))
    return row
