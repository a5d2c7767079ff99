"""The studio in the system tray: what is on air, and the few things that cannot wait."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from shared.qt import format as words
from shared.qt.icons import pixmap
from shared.qt.theme import Theme
from shared.qt.translations import tr

_SIZE = 64


@dataclass(frozen=True, slots=True)
class TrayState:
    """What the tray says."""

    is_live: bool = False
    live_for_s: float = 0.0
    is_panicked: bool = False
    is_frozen: bool = False
    is_recording: bool = False


@dataclass(frozen=True, slots=True)
class TrayActions:
    """What its menu does."""

    panic: Callable[[], object]
    freeze: Callable[[], object]
    record: Callable[[], object]
    end: Callable[[], object]
    quit: Callable[[], object]


class Tray:
    """An icon with a menu. Where the system has no tray, notices flash the window instead."""

    def __init__(self, window: QWidget, theme: Theme, actions: TrayActions) -> None:
        self._window = window
        self._theme = theme
        self._state: TrayState | None = None
        self.menu = QMenu(window)
        self._line = self.menu.addAction("")
        self._line.setEnabled(False)
        self.menu.addSeparator()
        self._show = self.menu.addAction("")
        self._show.triggered.connect(lambda _on=False: self.toggle())
        self.menu.addSeparator()
        self._panic = self.menu.addAction(tr("Panic"))
        self._freeze = self.menu.addAction("")
        self._record = self.menu.addAction("")
        self._end = self.menu.addAction(tr("End the broadcast"))
        self.menu.addSeparator()
        leave = self.menu.addAction(tr("Close the studio"))
        for action, run in (
            (self._panic, actions.panic),
            (self._freeze, actions.freeze),
            (self._record, actions.record),
            (self._end, actions.end),
            (leave, actions.quit),
        ):
            action.triggered.connect(lambda _on=False, do=run: do())
        self.menu.aboutToShow.connect(self._name_toggle)
        self.icon: QSystemTrayIcon | None = None
        if QSystemTrayIcon.isSystemTrayAvailable():
            self.icon = QSystemTrayIcon(window)
            self.icon.setContextMenu(self.menu)
            self.icon.activated.connect(self._on_activated)
        self.set_state(TrayState())
        if self.icon is not None:
            self.icon.show()

    @property
    def line(self) -> str:
        """What the first line says."""
        return self._line.text()

    def set_state(self, state: TrayState) -> None:
        """Say what is on air."""
        before, self._state = self._state, state
        if before == state:
            return
        self._line.setText(_words(state))
        self._panic.setEnabled(not state.is_panicked)
        self._freeze.setText(tr("Go on") if state.is_frozen else tr("Freeze"))
        self._record.setText(tr("Stop recording") if state.is_recording else tr("Record"))
        self._end.setEnabled(state.is_live)
        if self.icon is None:
            return
        self.icon.setToolTip(f"{tr('Teezu Studio')}: {_words(state)}")
        if before is None or (before.is_live, before.is_panicked) != (
            state.is_live,
            state.is_panicked,
        ):
            self.icon.setIcon(QIcon(self._picture(state)))

    def toggle(self) -> None:
        """Show the window, or hide it where the tray brings it back."""
        if not self._window.isVisible() or self._window.isMinimized():
            self.bring_back()
        elif self.icon is not None:
            self._window.hide()
        else:
            self._window.showMinimized()

    def bring_back(self) -> None:
        """Show the window, in front."""
        self._window.showNormal()
        self._window.raise_()
        self._window.activateWindow()

    def notice(self, title: str, text: str) -> None:
        """Show a notice on the desktop."""
        if self.icon is not None and QSystemTrayIcon.supportsMessages():
            self.icon.showMessage(title, text)

    def close(self) -> None:
        """Leave the tray."""
        if self.icon is not None:
            self.icon.hide()

    def _picture(self, state: TrayState) -> QPixmap:
        tokens = self._theme.tokens
        if state.is_panicked:
            return pixmap("panic", tokens.danger, size=_SIZE)
        return pixmap("teezu", tokens.danger if state.is_live else tokens.accent, size=_SIZE)

    def _name_toggle(self) -> None:
        is_shown = self._window.isVisible() and not self._window.isMinimized()
        self._show.setText(tr("Hide the window") if is_shown else tr("Show the window"))

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.toggle()


def _words(state: TrayState) -> str:
    if state.is_panicked:
        return tr("The privacy slate is up")
    if state.is_frozen:
        return tr("Frozen: viewers see a blurred still.")
    if state.is_live:
        return tr("LIVE {time}", time=words.duration(state.live_for_s))
    return tr("Recording") if state.is_recording else tr("Off air")
