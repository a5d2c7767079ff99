"""Looks for rows in the chat: words, mentions, questions, tips, the team, AI."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from shared.qt.chat_rows import ChatFilter, ChatShow
from shared.qt.translations import tr


def show_name(show: ChatShow) -> str:
    """Which rows, in the person's language."""
    return {
        ChatShow.EVERYTHING: tr("Everything"),
        ChatShow.MENTIONS: tr("Mentions"),
        ChatShow.QUESTIONS: tr("Questions"),
        ChatShow.TIPS: tr("Tips"),
        ChatShow.STAFF: tr("Team"),
        ChatShow.AI: tr("AI"),
    }[show]


class ChatSearchBar(QWidget):
    """One field and one choice; hidden, it filters nothing."""

    filter_changed = Signal(object)
    """A ChatFilter."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("chatSearch")
        self._own_name = ""
        self._words = QLineEdit()
        self._words.setObjectName("chatSearchWords")
        self._words.setPlaceholderText(tr("Search in the chat"))
        self._words.setAccessibleName(tr("Search in the chat"))
        self._words.setClearButtonEnabled(True)
        self._words.textChanged.connect(self._tell)
        self._show = QComboBox()
        self._show.setAccessibleName(tr("Which messages"))
        self._show.setToolTip(tr("Which messages"))
        for show in ChatShow:
            self._show.addItem(show_name(show), show.value)
        self._show.activated.connect(self._tell)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._words, 1)
        row.addWidget(self._show)
        self.hide()

    @property
    def filter(self) -> ChatFilter:
        """What is looked for now; everything while the bar is hidden."""
        if self.isHidden():
            return ChatFilter()
        return ChatFilter(
            words=self._words.text(),
            show=ChatShow(self._show.currentData()),
            own_name=self._own_name,
        )

    def set_own_name(self, name: str) -> None:
        """Who is mentioned."""
        self._own_name = name
        self._tell()

    def toggle(self) -> None:
        """Open the bar with the keyboard in it, or close it and show everything again."""
        self.setVisible(self.isHidden())
        if self.isHidden():
            self._words.clear()
            self._show.setCurrentIndex(0)
        else:
            self._words.setFocus()
        self._tell()

    def _tell(self) -> None:
        self.filter_changed.emit(self.filter)
