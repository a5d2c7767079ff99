"""The mixer: a strip for each source that sounds, and the loudness of what goes on air."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QBasicTimer, Qt, QTimerEvent, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from shared.qt import format as words
from shared.qt.icons import icon
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import icon_button, label
from studio.docks.meter import MeterBar
from studio.docks.meter_field import MeterField
from studio.docks.mixer_details import StripDetails
from studio.docks.mixer_strip import MixerStrip, StripState
from studio.project.mixing import SetMonitorDevice, UpdateStrip

_FRAME_MS = 16
_LOOK_EVERY_S = 0.25
_UPRIGHT_FROM = 1.7
"""A dock so much wider than high stands its strips side by side."""

_UPRIGHT_PX = 210
_LOWEST_PX = 190
_NO_LOUDNESS = -70.0
_LOUDEST_TRUE_PEAK_DB = -1.0
"""EBU R 128: -1 dBTP at most."""


@dataclass(frozen=True, slots=True)
class MixerState:
    """The strips in order, the sources that have none by id and name, where the creator listens."""

    strips: tuple[StripState, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    output: str | None = None
    """None is the system's usual output."""


@dataclass(frozen=True, slots=True)
class Levels:
    """What is to be seen now: each source's peaks and magnitudes, and the mix."""

    strips: dict[str, tuple[tuple[float, float], tuple[float, float]]]
    true_peak_db: float = -96.0
    momentary_lufs: float = -96.0
    short_term_lufs: float = -96.0
    integrated_lufs: float = -96.0
    has_no_monitor: bool = False


class _Strips(QWidget):
    """What the strips stand on, and the field of their meters over them."""

    def __init__(self) -> None:
        super().__init__()
        self._field: MeterField | None = None

    def field(self, theme: Theme, meters: list[MeterBar]) -> MeterField:
        """Lay the field over the strips that are there now."""
        self._field = MeterField(self, theme, meters)
        return self._field

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The field keeps lying over all."""
        super().resizeEvent(event)
        if self._field is not None:
            self._field.cover()


class MixerDock(QFrame):
    """Faders are dragged, turned and typed; meters move sixty times a second while it is seen."""

    edits_requested = Signal(tuple)
    """Edits of the document: one step, or more of a gesture."""

    filters_requested = Signal(str)
    rename_requested = Signal(str)
    outputs_requested = Signal()
    """The menu opens: say by `set_outputs` where the creator can listen."""

    seen_changed = Signal(bool)
    """Whether the dock is on screen: nobody measures for one that is not."""

    def __init__(self, theme: Theme, *, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._theme = theme
        self._now_s = now_s
        self._state = MixerState()
        self._orientation = Qt.Orientation.Horizontal
        self._chosen: Qt.Orientation | None = None
        self._strips: dict[str, MixerStrip] = {}
        self._levels = Levels({})
        self._outputs: tuple[str, ...] = ()
        self._looked_s = 0.0
        self.setObjectName("mixerDock")
        self.setAccessibleName(tr("Mixer"))
        set_role(self, "panel")
        self.setMinimumHeight(_LOWEST_PX)
        self._menu = QMenu(self)
        self._listen = QMenu(tr("Listen on"), self)
        self._loudness = label(role="caption")
        self._loudness.setToolTip(
            tr("Loudness of what viewers hear: of the last three seconds, and of the whole show")
        )
        self._peak = label(role="caption")
        self._peak.setToolTip(tr("True peak: above -1 dB it may distort at the viewers'"))
        self._monitor = label(tr("You hear nothing: no output"), role="warning")
        self._monitor.setToolTip(tr("Plug headphones in; they are found by themselves."))
        self._monitor.hide()
        self._more = icon_button(theme, "more", tr("More for the mixer"), on_click=self._open_menu)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.details = StripDetails(theme)
        self.details.hide()
        self.details.closed.connect(self.details.hide)
        self.details.edit_requested.connect(self._on_edit)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self._loudness)
        foot.addWidget(self._peak)
        foot.addWidget(self._monitor)
        foot.addStretch(1)
        foot.addWidget(self._more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(self._area, 1)
        layout.addWidget(self.details)
        layout.addLayout(foot)
        self._timer = QBasicTimer()
        self._rebuild()
        self._show_loudness(self._levels)

    # --- what it shows --------------------------------------------------------------------

    @property
    def orientation(self) -> Qt.Orientation:
        """How the strips lie: horizontal one below the other, vertical side by side."""
        return self._orientation

    def strip(self, source_id: str) -> MixerStrip:
        """The strip of a source.

        Raises: KeyError when there is none.
        """
        return self._strips[source_id]

    def set_state(self, state: MixerState) -> None:
        """Show the strips of the document."""
        if state == self._state:
            return
        before, self._state = self._state, state
        if [(s.source_id, s.name, s.kind) for s in before.strips] != [
            (s.source_id, s.name, s.kind) for s in state.strips
        ]:
            self._rebuild()
        for strip in state.strips:
            self._strips[strip.source_id].set_state(strip)
            if strip.source_id == self.details.source_id:
                self.details.set_state(strip)
        if self.details.source_id not in self._strips:
            self.details.hide()

    def hear(self, levels: Levels) -> None:
        """Take the newest levels in."""
        now_s = self._now_s()
        self._levels = levels
        for source_id, (peaks, magnitudes) in levels.strips.items():
            strip = self._strips.get(source_id)
            if strip is not None:
                strip.meter.ballistics.hear(peaks, magnitudes, now_s)

    def advance(self) -> None:
        """Move every meter to now."""
        now_s = self._now_s()
        self.meters.advance(now_s)
        if now_s - self._looked_s >= _LOOK_EVERY_S:
            self._looked_s = now_s
            self.look()

    def look(self) -> None:
        """Show the figures of now, and warn of silent microphones."""
        now_s = self._now_s()
        self._show_loudness(self._levels)
        self._monitor.setVisible(self._levels.has_no_monitor)
        for strip in self._strips.values():
            strip.look(now_s)

    def open_details(self, source_id: str) -> None:
        """Show what a strip has besides its fader."""
        self.details.set_state(self._strips[source_id].state)
        self.details.show()
        self.details.balance.setFocus(Qt.FocusReason.OtherFocusReason)

    def menu(self) -> QMenu:
        """How the strips lie, and the sources that have none."""
        menu = self._menu
        menu.clear()
        for text, chosen in (
            (tr("Arrange by itself"), None),
            (tr("One below the other"), Qt.Orientation.Horizontal),
            (tr("Side by side"), Qt.Orientation.Vertical),
        ):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(chosen == self._chosen)
            action.triggered.connect(lambda _on=False, one=chosen: self.arrange(one))
        menu.addSeparator()
        self._listen.setIcon(icon(self._theme, "headphones"))
        menu.addMenu(self._listen)
        self._fill_outputs(self._listen)
        if self._state.hidden:
            menu.addSeparator()
        for source_id, name in self._state.hidden:
            menu.addAction(
                icon(self._theme, "eye"), tr("Show {name}", name=name)
            ).triggered.connect(
                lambda _on=False, one=source_id: self._on_edit(
                    UpdateStrip(source_id=one, in_mixer=True)
                )
            )
        return menu

    def set_outputs(self, names: tuple[str, ...]) -> None:
        """Offer these outputs from now on, and in the menu that is open."""
        is_new, self._outputs = names != self._outputs, names
        if is_new and self._menu.isVisible():
            self.menu()

    def _fill_outputs(self, menu: QMenu) -> None:
        menu.clear()
        known = self._outputs
        if self._state.output is not None and self._state.output not in known:
            known = (*known, self._state.output)
        for name in (None, *known):
            action = menu.addAction(tr("The system's output") if name is None else name)
            action.setCheckable(True)
            action.setChecked(name == self._state.output)
            action.triggered.connect(
                lambda _on=False, one=name: self.edits_requested.emit(
                    (SetMonitorDevice(device=one),)
                )
            )

    def arrange(self, orientation: Qt.Orientation | None) -> None:
        """Lay the strips so, or by the shape of the dock when None."""
        self._chosen = orientation
        self._arrange()

    # --- inside ---------------------------------------------------------------------------

    def _arrange(self) -> None:
        is_high = self.height() >= _UPRIGHT_PX
        is_wide = is_high and self.width() > self.height() * _UPRIGHT_FROM
        by_shape = Qt.Orientation.Vertical if is_wide else Qt.Orientation.Horizontal
        wanted = self._chosen or by_shape
        if wanted is not self._orientation:
            self._orientation = wanted
            self._rebuild()

    def _rebuild(self) -> None:
        meters = {name: strip.meter.ballistics for name, strip in self._strips.items()}
        is_upright = self._orientation is Qt.Orientation.Vertical
        inner = _Strips()
        row: QBoxLayout = QHBoxLayout(inner) if is_upright else QVBoxLayout(inner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._strips = {}
        for state in self._state.strips:
            strip = MixerStrip(self._theme, state, self._orientation)
            strip.meter.ballistics = meters.get(state.source_id, strip.meter.ballistics)
            strip.edit_requested.connect(self._on_edit)
            strip.filters_requested.connect(self.filters_requested)
            strip.details_requested.connect(self.open_details)
            strip.rename_requested.connect(self.rename_requested)
            self._strips[state.source_id] = strip
            row.addWidget(strip)
        if not self._state.strips:
            row.addWidget(
                label(tr("Nothing sounds yet. Add a microphone below."), role="muted", wrap=True)
            )
        row.addStretch(1)
        self.meters = inner.field(self._theme, [strip.meter for strip in self._strips.values()])
        off, needed = (
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            Qt.ScrollBarPolicy.ScrollBarAsNeeded,
        )
        self._area.setHorizontalScrollBarPolicy(needed if is_upright else off)
        self._area.setVerticalScrollBarPolicy(off if is_upright else needed)
        self._area.setWidget(inner)

    def _show_loudness(self, levels: Levels) -> None:
        has_any = max(levels.short_term_lufs, levels.integrated_lufs) > _NO_LOUDNESS
        self._loudness.setVisible(has_any)
        self._peak.setVisible(levels.true_peak_db > _NO_LOUDNESS)
        self._loudness.setText(
            tr(
                "{short} LUFS, show {whole}",
                short=_figure(levels.short_term_lufs),
                whole=_figure(levels.integrated_lufs),
            )
        )
        self._peak.setText(tr("peak {n} dB", n=_figure(levels.true_peak_db)))
        is_hot = levels.true_peak_db > _LOUDEST_TRUE_PEAK_DB
        set_role(self._peak, "warning" if is_hot else "caption")

    def _on_edit(self, edit: UpdateStrip) -> None:
        self.edits_requested.emit((edit,))

    def _open_menu(self) -> None:
        self.outputs_requested.emit()
        self.menu().popup(self._more.mapToGlobal(self._more.rect().topLeft()))

    def timerEvent(self, event: QTimerEvent) -> None:
        """Sixty times a second while it is seen."""
        if event.timerId() == self._timer.timerId():
            self.advance()
        else:
            super().timerEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another shape may want another arrangement."""
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to move."""
        super().showEvent(event)
        self._timer.start(_FRAME_MS, Qt.TimerType.PreciseTimer, self)
        self.seen_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop: nobody looks."""
        super().hideEvent(event)
        self._timer.stop()
        self.seen_changed.emit(False)


def _figure(db: float) -> str:
    if db <= _NO_LOUDNESS:
        return "\N{EN DASH}"
    sign = "\N{MINUS SIGN}" if round(db, 1) < 0 else ""
    return sign + words.number(abs(db), decimals=1)
