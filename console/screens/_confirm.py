"""A question before something is done: what will happen, then Enter, and not before."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout

from shared.qt.theme import set_role
from shared.qt.translations import tr
from shared.qt.widgets import button, label


class Confirm(QFrame):
    """Shows a sentence; once it asks, its button or `proceed` does what was asked."""

    def __init__(self, resting: str) -> None:
        super().__init__()
        self._resting = resting
        self._run: Callable[[], object] | None = None
        self._words = label(wrap=True)
        self._go = button(tr("Confirm  (Enter)"), role="primary", on_click=self.proceed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.addWidget(self._words, 1)
        row.addWidget(self._go)
        self.take_back()

    @property
    def is_asking(self) -> bool:
        """Whether Enter would do something."""
        return self._run is not None

    @property
    def words(self) -> str:
        """The sentence shown."""
        return self._words.text()

    def ask(self, what: str, run: Callable[[], object]) -> None:
        """Say what would happen; `run` does it."""
        self._run = run
        self._say(tr("{what} Enter carries it out, Esc goes back.", what=what), "accent-card")
        self._go.show()
        self._go.setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self, why: str) -> None:
        """Say what is missing before anything can be asked."""
        self._run = None
        self._go.hide()
        self._say(why, "warning-card")

    def proceed(self) -> None:
        """Do what was asked."""
        run = self._run
        if run is not None:
            self.take_back()
            run()

    def take_back(self) -> bool:
        """Ask no longer; false when nothing was asked."""
        was_asking, self._run = self.is_asking, None
        self._go.hide()
        self._say(self._resting, "sunken")
        return was_asking

    def rest(self, words: str) -> None:
        """Another sentence for when nothing is asked."""
        self._resting = words
        self.take_back()

    def _say(self, words: str, ground: str) -> None:
        self._words.setText(words)
        self.setAccessibleName(words)
        set_role(self, ground)
