"""Drives the real studio window like a person: finds controls by name, clicks, waits for sights."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from tools.waiting import until

from shared.qt.loop import App
from studio.docks.sources import SourceChoice
from studio.main_window import StudioWindow


class Pilot:
    """A person at one studio window."""

    def __init__(self, app: App, window: StudioWindow) -> None:
        self.app = app
        self.window = window

    @classmethod
    async def board(cls, app: App) -> "Pilot":
        """Wait for the window."""
        found: list[StudioWindow] = []

        def look() -> bool:
            found[:] = [w for w in QApplication.topLevelWidgets() if isinstance(w, StudioWindow)]
            return bool(found) and found[0].isVisible()

        await until(look, "the studio window")
        return cls(app, found[0])

    def control[W: QWidget](self, kind: type[W], name: str) -> W:
        """The control of an object name."""
        found = self.window.findChild(kind, name)
        assert found is not None, f"no {kind.__name__} {name!r}"
        return found

    def press(self, name: str) -> None:
        """Click a button with the mouse."""
        button = self.control(QAbstractButton, name)
        assert button.isEnabled(), f"{name} cannot be pressed: {button.toolTip()}"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def type_into(self, name: str, text: str) -> None:
        """Type into a field and press Enter."""
        field = self.control(QWidget, name)
        field.setFocus()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def add(self, choice: SourceChoice) -> None:
        """Choose a source, as its entry in the menu does."""
        self.window.cockpit.stage.sources.add_requested.emit(choice)

    def shot(self, path: Path) -> None:
        """Save what the window shows."""
        self.window.repaint()
        assert self.window.grab().save(str(path)), f"{path} was not saved"
