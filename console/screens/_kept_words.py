"""A text field that keeps unsent words apart for each thing they are about."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QPlainTextEdit

_MOST = 100


class KeptWords(QPlainTextEdit):
    """Looking at another item and coming back loses nothing; the oldest of 100 drafts goes."""

    def __init__(self, name: str, *, placeholder: str) -> None:
        super().__init__()
        self._key = ""
        self._kept: dict[str, str] = {}
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)

    @property
    def words(self) -> str:
        """What is written about the thing shown."""
        return self.toPlainText().strip()

    def turn_to(self, key: str) -> None:
        """Show what was written about another thing."""
        if key == self._key:
            return
        self._keep()
        self._key = key
        self._show(self._kept.pop(key, ""))

    def forget(self, key: str) -> None:
        """The words about a thing were sent."""
        self._kept.pop(key, None)
        if key == self._key:
            self._show("")

    def _keep(self) -> None:
        if self._key and self.words:
            self._kept[self._key] = self.toPlainText()
            while len(self._kept) > _MOST:
                del self._kept[next(iter(self._kept))]

    def _show(self, words: str) -> None:
        with QSignalBlocker(self):
            self.setPlainText(words)
