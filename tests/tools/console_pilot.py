"""Drives the real console window like a person: keys, waits for what can be seen, pictures."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tools.waiting import until

from console.main_window import MainWindow, Workspace
from console.screens import Screen

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_NONE = Qt.KeyboardModifier.NoModifier


class ConsolePilot:
    """A person at one console window."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    @classmethod
    async def board(cls) -> "ConsolePilot":
        """Wait for the window."""
        found: list[MainWindow] = []

        def look() -> bool:
            widgets = QApplication.topLevelWidgets()
            found[:] = [widget for widget in widgets if isinstance(widget, MainWindow)]
            return bool(found) and found[0].isVisible()

        await until(look, "the console window")
        return cls(found[0])

    async def enter(self) -> Workspace:
        """Wait until somebody is signed in and the queue is shown."""
        await until(self._find_workspace, "the workspace")
        return self.workspace

    @property
    def workspace(self) -> Workspace:
        """The workspace shown."""
        found = self._find_workspace()
        assert found is not None, "nobody is signed in"
        return found

    def screen[S: Screen](self, kind: type[S]) -> S:
        """A screen of the workspace."""
        return self.workspace.screen_of(kind)

    def key(self, key: Qt.Key, *, ctrl: bool = False, shift: bool = False) -> None:
        """Press a key where the keyboard is."""
        target = self.window.focusWidget() or self.window
        QTest.keyClick(target, key, (_CTRL if ctrl else _NONE) | (_SHIFT if shift else _NONE))

    def write(self, text: str) -> None:
        """Type where the keyboard is."""
        QTest.keyClicks(self.window.focusWidget() or self.window, text)

    def shot(self, path: Path) -> None:
        """Save what the window shows."""
        self.window.repaint()
        assert self.window.grab().save(str(path)), f"{path} was not saved"

    def _find_workspace(self) -> Workspace | None:
        found = self.window.findChildren(Workspace)
        shown = [workspace for workspace in found if workspace.isVisible() and workspace.current]
        return shown[-1] if shown else None
