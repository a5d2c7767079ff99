"""Drives a studio window like a person: finds controls by name, clicks, types, looks."""

from typing import Any, Self

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLabel, QLineEdit, QWidget
from tools.loop_watch import LoopWatch
from tools.waiting import until

from shared.qt.chat_view import ChatView
from shared.qt.overlay import Overlay
from shared.qt.theme import Scheme
from shared.qt.widgets import GoalBar
from studio.docks.sources import SourceChoice, SourceKind
from studio.main_window import StudioWindow
from studio.zones.dockyard import Preset


class Pilot:
    """A person at one studio window."""

    def __init__(self, window: StudioWindow) -> None:
        self.window = window
        self._watch: LoopWatch | None = None

    @classmethod
    async def board(cls) -> Self:
        """Wait for the window."""
        found: list[StudioWindow] = []

        def look() -> bool:
            found[:] = [w for w in QApplication.topLevelWidgets() if isinstance(w, StudioWindow)]
            return bool(found) and found[0].isVisible()

        await until(look, "the studio window")
        return cls(found[0])

    def control[W: QWidget](self, kind: type[W], name: str) -> W:
        """The control of an object name."""
        found = self.window.findChild(kind, name)
        assert found is not None, f"no {kind.__name__} {name!r}"
        return found

    def press(self, name: str) -> None:
        """Click a button with the mouse."""
        button = self.control(QAbstractButton, name)
        assert button.isVisible(), f"{name} cannot be seen"
        assert button.isEnabled(), f"{name} cannot be pressed: {button.toolTip()}"
        if isinstance(button, QCheckBox):
            button.click()
        else:
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def type_into(self, name: str, text: str) -> None:
        """Type into a field and press Enter."""
        field = self.control(QWidget, name)
        field.setFocus()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def fill(self, name: str, text: str) -> None:
        """Write into a field in place of what it holds."""
        field = self.control(QLineEdit, name)
        field.selectAll()
        QTest.keyClicks(field, text)

    def add(self, kind: str, value: str = "", name: str = "") -> None:
        """Choose a source, as its entry in the menu does."""
        choice = SourceChoice(SourceKind(kind), value, name)
        self.window.cockpit.stage.sources.add_requested.emit(choice)

    def dismiss_notice(self) -> None:
        """Close the message bar."""
        self.window.bar.clear()

    def sign_out(self) -> None:
        """Sign out, as the preferences' button does."""
        self.window.preferences.sign_out_requested.emit()

    def sign_in(self, email: str, password: str) -> None:
        """Fill the sign-in page in and press Enter."""
        page = self.window.sign_in
        page.email.setText(email)
        page.password.setFocus()
        page.password.clear()
        QTest.keyClicks(page.password, password)
        QTest.keyClick(page.password, Qt.Key.Key_Return)

    def press_action(self) -> None:
        """Take the next step that the message bar offers."""
        notice = self.window.bar.notice
        assert notice is not None
        assert notice.action is not None, f"no action: {notice.sentence}"
        button = next(
            one
            for one in self.window.bar.findChildren(QAbstractButton)
            if one.text() == notice.action.label
        )
        button.click()

    def open_preferences(self) -> None:
        """Open the preferences as their button does."""
        self.window.cockpit.people.preferences_requested.emit()

    def close_panels(self) -> None:
        """Close every panel that lies over the content."""
        for panel in self.window.findChildren(Overlay):
            panel.dismiss()

    def set_scheme(self, scheme: str) -> None:
        """Show the dark or the light look."""
        self.window.theme.with_scheme(Scheme(scheme))

    def arrange(self, preset: str) -> None:
        """Put the docks as a preset has them."""
        self.window.cockpit.docks.arrange(Preset(preset))

    def show_dock(self, name: str) -> None:
        """Open a dock and bring it to the front."""
        self.window.cockpit.docks.show_dock(name)

    def act(self, action: str) -> None:
        """Do an action as its keys or the palette do."""
        assert self.window.shortcuts.run(action), f"there is no action {action}"

    def open_wizard(self) -> None:
        """Open the set-up as its action does."""
        self.window.wizard_requested.emit()

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self.window.resize(width, height)

    def shot(self, path: str) -> None:
        """Save what the window shows."""
        self.window.repaint()
        assert self.window.grab().save(path), f"{path} was not saved"

    def watch_loop(self) -> None:
        """Begin to watch how late the event loop is."""
        self._watch = LoopWatch(self.window, rows_seen=self.window.cockpit.feed.chat.rows_seen)

    def loop_watched(self) -> dict[str, Any]:
        """What was seen of the event loop since then."""
        assert self._watch is not None, "nobody watched"
        return self._watch.result(rows_seen=self.window.cockpit.feed.chat.rows_seen)

    def look(self) -> dict[str, Any]:
        """What a person sees, as plain values."""
        cockpit = self.window.cockpit
        notice = self.window.bar.notice
        panic = self.control(QAbstractButton, "panic")
        return {
            "page": self.window.page,
            "notice": notice.sentence if notice else "",
            "action": notice.action.label if notice and notice.action else "",
            "badge": self.control(QLabel, "liveBadge").text(),
            "problem": self._text_in("broadcastProblem"),
            "line": self.control(QLabel, "lineStatus").text(),
            "has_picture": cockpit.stage.preview.has_picture,
            "title": cockpit.stage.title,
            "sources": [entry.name for entry in cockpit.stage.sources.entries],
            "chat": rows_of(cockpit.feed.chat),
            "activity": rows_of(cockpit.feed.activity),
            "goals": [
                bar.findChildren(QLabel)[0].text() + " | " + bar.accessible_amount
                for bar in cockpit.feed.findChildren(GoalBar)
                if bar.isVisibleTo(cockpit.feed)
            ],
            "tip": self.control(QLabel, "tipCallOut").text(),
            "teezer": self.control(QCheckBox, "teezerSwitch").isChecked(),
            "teezer_status": self.control(QLabel, "teezerStatus").text(),
            "mood": cockpit.mood.value if cockpit.mood else "",
            "panic": panic.text() if panic.isVisible() else "confirm",
            "go_live": self.control(QAbstractButton, "goLive").text(),
            "can_go_live": self.control(QAbstractButton, "goLive").isEnabled(),
            "close_question": self.window.close_question.isVisible(),
            "end_question": self.window.end_question.isVisible(),
            "checks": self.window.show_sheet.findings if self.window.show_sheet.isVisible() else "",
            "can_start": self.window.show_sheet.isVisible()
            and self.control(QAbstractButton, "sheetGoLive").isEnabled(),
            "summary": " | ".join(self.window.summary.figures)
            if self.window.summary.isVisible()
            else "",
            "name": cockpit.stage.accessible_owner,
            "sign_in_problem": self.control(QLabel, "signInProblem").text(),
        }

    def _text_in(self, name: str) -> str:
        card = self.control(QWidget, name)
        return card.accessibleName() if card.isVisible() else ""


def rows_of(view: ChatView) -> list[str]:
    """The rows that a chat view holds, as a screen reader says them."""
    return [view.spoken_row(index) for index in range(view.row_count)]
