"""One strip of the mixer: name, meter, fader, mute and what the creator hears, and its menu."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup, QContextMenuEvent, QFontMetrics, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout

from shared.qt.icons import icon, keep_icon
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import icon_button, label
from studio.docks.fader import SILENT_DB, Fader, db_text
from studio.docks.meter import MeterBar
from studio.project.mixing import UpdateStrip
from studio.project.model import ALL_TRACKS, Monitoring

_QUIET_AFTER_S = 2.0
_COLUMN_PX = 96
_BUTTON_PX = 28


@dataclass(frozen=True, slots=True)
class StripState:
    """A source's strip as the document has it."""

    source_id: str
    name: str
    kind: str = "microphone"
    gain_db: float = 0.0
    is_muted: bool = False
    balance: float = 0.0
    is_mono: bool = False
    monitor: Monitoring = "off"
    sync_offset_ms: int = 0
    tracks: int = ALL_TRACKS
    filters: int = 0


def monitoring_name(monitoring: Monitoring) -> str:
    """Who hears a source, in the person's language."""
    return {
        "off": tr("Viewers only"),
        "monitor": tr("Only I hear it"),
        "both": tr("Viewers and I hear it"),
    }[monitoring]


class _Name(QLabel):
    """A name on one line, cut where there is no room, whole in its tooltip."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._whole = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(30)
        set_role(self, "heading")
        self.setText(text)
        self.setToolTip(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the name to what fits."""
        super().resizeEvent(event)
        metrics = QFontMetrics(self.font())
        self.setText(
            metrics.elidedText(
                self._whole, Qt.TextElideMode.ElideRight, self.contentsRect().width()
            )
        )


class MixerStrip(QFrame):
    """Shows a strip and says what the person wants of it."""

    edit_requested = Signal(object)
    """An `UpdateStrip`."""

    filters_requested = Signal(str)
    details_requested = Signal(str)
    rename_requested = Signal(str)

    def __init__(self, theme: Theme, state: StripState, orientation: Qt.Orientation) -> None:
        super().__init__()
        self._theme = theme
        self._state = state
        self._hint = ""
        self._is_upright = orientation is Qt.Orientation.Vertical
        self.setObjectName(f"strip {state.source_id}")
        self.setAccessibleName(tr("Sound of {name}", name=state.name))
        set_role(self, "sunken")
        self._name = _Name(state.name)
        self._level = label(role="caption")
        self.fader = Fader(orientation, state.name)
        self.meter = MeterBar(theme, orientation)
        self.meter.setAccessibleName(tr("Level of {name}", name=state.name))
        self.mute = icon_button(theme, "sound", "", on_click=self._on_mute)
        self.listen = icon_button(theme, "headphones", "", on_click=self._on_listen)
        self.listen.setCheckable(True)
        self._menu = QMenu(self)
        self.more = icon_button(
            theme,
            "more",
            tr("More for {name}", name=state.name),
            on_click=lambda: self.menu().popup(
                self.more.mapToGlobal(self.more.rect().bottomLeft())
            ),
        )
        self._hint_text = label(role="warning", wrap=True)
        self._hint_text.setParent(self)
        self._hint_text.hide()
        if self._is_upright:
            self._stand()
        else:
            self._lie()
        self.fader.moved.connect(self._on_moved)
        self.set_state(state)

    def _lie(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self._name, 1)
        top.addSpacing(6)
        top.addWidget(self._level)
        top.addSpacing(2)
        for control in (self.mute, self.listen, self.more):
            control.setFixedWidth(_BUTTON_PX)
            top.addWidget(control)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 3, 4, 8)
        layout.setSpacing(3)
        layout.addLayout(top)
        inner = QVBoxLayout()
        inner.setContentsMargins(0, 0, 6, 0)
        inner.setSpacing(5)
        inner.addWidget(self.meter)
        inner.addWidget(self.fader)
        inner.addWidget(self._hint_text)
        layout.addLayout(inner)

    def _stand(self) -> None:
        self.setFixedWidth(_COLUMN_PX)
        self._name.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._level.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        middle = QHBoxLayout()
        middle.setSpacing(10)
        middle.addStretch(1)
        middle.addWidget(self.meter)
        middle.addWidget(self.fader)
        middle.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        for control in (self.mute, self.listen, self.more):
            control.setFixedWidth(26)
            buttons.addWidget(control)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 4, 4)
        layout.setSpacing(5)
        layout.addWidget(self._name)
        layout.addLayout(middle, 1)
        layout.addWidget(self._level)
        layout.addLayout(buttons)

    @property
    def state(self) -> StripState:
        """What is shown."""
        return self._state

    @property
    def hint(self) -> str:
        """What the strip warns of."""
        return self._hint

    def set_state(self, state: StripState) -> None:
        """Show the strip as it is now; the name stays (a renamed source gets another strip)."""
        self._state = state
        name = state.name
        self.fader.set_db(state.gain_db)
        self._show_level(state.gain_db)
        keep_icon(
            self.mute,
            self._theme,
            "sound-off" if state.is_muted else "sound",
            ink="danger" if state.is_muted else "text",
        )
        self.mute.setAccessibleName(
            tr("Let {name} be heard", name=name) if state.is_muted else tr("Mute {name}", name=name)
        )
        self.mute.setToolTip(self.mute.accessibleName())
        self.listen.setChecked(state.monitor != "off")
        self.listen.setAccessibleName(
            tr("{name}: {who}", name=name, who=monitoring_name(state.monitor))
        )
        self.listen.setToolTip(monitoring_name(state.monitor))
        self.meter.set_dim(is_dim=state.is_muted)

    def look(self, now_s: float) -> None:
        """Warn of a microphone that gives nothing; a few times a second."""
        state = self._state
        is_quiet = self.meter.ballistics.quiet_s(now_s) >= _QUIET_AFTER_S
        should_sound = not state.is_muted and state.gain_db > SILENT_DB
        hint = ""
        if state.kind == "microphone" and is_quiet and should_sound:
            hint = tr("Your microphone is silent")
        if hint != self._hint:
            self._hint = hint
            self._show_hint()

    def _show_hint(self) -> None:
        """Below the fader, or in place of the level where a strip is narrow."""
        tip = tr("Check its switch and its cable, and which microphone is chosen.")
        if self._is_upright:
            self._show_level(self._state.gain_db)
            self._level.setToolTip(f"{self._hint}. {tip}" if self._hint else "")
        else:
            self._hint_text.setText(self._hint)
            self._hint_text.setToolTip(tip)
            self._hint_text.setVisible(bool(self._hint))
        self.setAccessibleDescription(self._hint)

    def menu(self) -> QMenu:
        """What else can be done; choosing emits, closing does nothing."""
        menu, state = self._menu, self._state
        menu.clear()
        filters = tr("Filters ({n})", n=state.filters) if state.filters else tr("Filters")
        menu.addAction(icon(self._theme, "settings"), filters).triggered.connect(
            lambda: self.filters_requested.emit(state.source_id)
        )
        menu.addAction(tr("Balance, delay and tracks")).triggered.connect(
            lambda: self.details_requested.emit(state.source_id)
        )
        mono = menu.addAction(tr("Mono"))
        mono.setCheckable(True)
        mono.setChecked(state.is_mono)
        mono.triggered.connect(lambda is_on: self._edit(mono=is_on))
        menu.addAction(tr("Volume to 0 dB")).triggered.connect(self.fader.reset)
        menu.addSeparator()
        group = QActionGroup(menu)
        choices: tuple[Monitoring, ...] = ("off", "monitor", "both")
        for choice in choices:
            action = menu.addAction(monitoring_name(choice))
            action.setCheckable(True)
            action.setChecked(choice == state.monitor)
            group.addAction(action)
            action.triggered.connect(lambda _on=False, one=choice: self._edit(monitor=one))
        menu.addSeparator()
        menu.addAction(tr("Rename")).triggered.connect(
            lambda: self.rename_requested.emit(state.source_id)
        )
        menu.addAction(icon(self._theme, "eye-off"), tr("Hide in the mixer")).triggered.connect(
            lambda: self._edit(in_mixer=False)
        )
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the same menu as the button with the dots."""
        self.menu().popup(event.globalPos() or QPoint())

    def moveEvent(self, event: QMoveEvent) -> None:
        """The meter moves along."""
        super().moveEvent(event)
        self.meter.altered.emit()

    def _edit(self, **changes: object) -> None:
        edit = UpdateStrip.model_validate({"source_id": self._state.source_id, **changes})
        self.edit_requested.emit(edit)

    def _on_mute(self) -> None:
        self._edit(muted=not self._state.is_muted)

    def _on_listen(self) -> None:
        self.listen.setChecked(self._state.monitor != "off")  # until the document says otherwise
        self._edit(monitor="both" if self._state.monitor == "off" else "off")

    def _on_moved(self, db: float, gesture: str) -> None:
        self._state = replace(self._state, gain_db=db)
        self._show_level(db)
        self._edit(gain_db=db, gesture=gesture)

    def _show_level(self, db: float) -> None:
        is_warning = self._is_upright and bool(self._hint)
        self._level.setText(tr("No sound") if is_warning else db_text(db))
        set_role(self._level, "warning" if is_warning else "caption")
