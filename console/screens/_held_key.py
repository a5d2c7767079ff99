"""A key that counts for as long as it is held, which a shortcut alone cannot tell."""

from typing import override

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_ENDING = frozenset({QEvent.Type.WindowDeactivate, QEvent.Type.ApplicationDeactivate})


class HeldKey(QObject):
    """A shortcut says `press`; letting go of the key, or leaving the window, ends it."""

    changed = Signal(bool)

    def __init__(self, key: Qt.Key, host: QWidget) -> None:
        super().__init__(host)
        self._key = key
        self._is_held = False

    def press(self) -> None:
        """The key went down; repetitions while it is held change nothing."""
        app = QCoreApplication.instance()
        if self._is_held or app is None:
            return
        self._is_held = True
        app.installEventFilter(self)
        self.changed.emit(True)

    def release(self) -> None:
        """The key is up."""
        app = QCoreApplication.instance()
        if self._is_held and app is not None:
            self._is_held = False
            app.removeEventFilter(self)
            self.changed.emit(False)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        is_up = (
            kind == QEvent.Type.KeyRelease
            and isinstance(event, QKeyEvent)
            and event.key() == self._key
            and not event.isAutoRepeat()
        )
        if is_up or kind in _ENDING:
            self.release()
        return super().eventFilter(watched, event)
