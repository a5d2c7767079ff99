"""What every screen of the console is: a widget with a list of its keys and a sense of time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import override

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from shared.qt.theme import Theme, set_role


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key and what it does, as the key bar and the overlay show it."""

    keys: str
    what: str


class Screen(QWidget):
    """A page of the window. It shows state that it is given and emits what the person wants."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._hints: list[KeyHint] = []
        theme.changed.connect(self._on_theme_changed)

    @property
    def hints(self) -> tuple[KeyHint, ...]:
        """The keys that work on this screen, the most used first."""
        return tuple(self._hints)

    def bind(
        self, keys: str, what: str, run: Callable[[], None], *, shown_as: str | None = None
    ) -> None:
        """Let `keys` (one or more, separated by spaces) run something while this screen is shown.

        Text fields keep the letters typed into them. An empty `shown_as` lists the keys nowhere.
        """
        for key in keys.split():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(run)
        if shown_as != "":
            self.hint(shown_as or keys.replace(" ", " / "), what)

    def hint(self, keys: str, what: str) -> None:
        """List keys that were bound without being listed."""
        self._hints.append(KeyHint(keys, what))

    def focus_first(self) -> None:
        """Put the keyboard where work on this screen begins."""
        self.setFocus()

    def tick(self, now: datetime) -> None:
        """Repaint what depends on the time; called once a second while the screen is shown."""

    def _on_theme_changed(self) -> None:
        self.update()


class EmptyState(QWidget):
    """Says in the middle of an empty area why it is empty and what happens next."""

    def __init__(self, title: str, detail: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel()
        self._detail = QLabel()
        set_role(self._title, "heading")
        set_role(self._detail, "muted")
        layout = QVBoxLayout(self)
        layout.setSpacing(6)
        layout.addStretch(2)
        for label in (self._title, self._detail):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addStretch(3)
        self.say(title, detail)

    def say(self, title: str, detail: str) -> None:
        """Change the words."""
        self._title.setText(title)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))

    @property
    def title(self) -> str:
        """What is said, for tests."""
        return self._title.text()


class ElidedLabel(QLabel):
    """A label that gives way: what does not fit ends in dots and is told by the tooltip."""

    def __init__(self, *, role: str = "") -> None:
        super().__init__()
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if role:
            set_role(self, role)

    @property
    def whole(self) -> str:
        """The text, uncut."""
        return self._whole

    def say(self, text: str) -> None:
        """Show another text."""
        self._whole = " ".join(text.split())
        self.setAccessibleName(self._whole)
        self._cut()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(
            self._whole, Qt.TextElideMode.ElideRight, max(0, self.width() - 2)
        )
        self.setText(shown)
        self.setToolTip("" if shown == self._whole else self._whole)


def caption(text: str) -> QLabel:
    """A small heading above a part of a screen."""
    label = QLabel(text)
    set_role(label, "caption")
    return label
