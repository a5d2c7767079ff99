"""The chat around the reported message, removed messages included."""

from dataclasses import replace

from shared.qt.chat_rows import ChatRow, chat_row, notice_row
from shared.qt.chat_view import ChatView
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import Card
from shared.schemas.moderation import CaseDetail


class ContextDock(Card):
    """Moderators read what the room no longer can: a removed message keeps its words here."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(tr("Around it in the chat"))
        self._chat = ChatView(theme, capacity=500)
        self._chat.set_empty_text(tr("Nothing was said around it."))
        self.body.addWidget(self._chat, 1)
        self._rows: tuple[ChatRow, ...] = ()

    @property
    def rows(self) -> tuple[ChatRow, ...]:
        """What is shown."""
        return self._rows

    def show_case(self, case: CaseDetail) -> None:
        """Show the messages before and after the subject."""
        rows: list[ChatRow] = []
        for message in case.context:
            if message.id == case.subject_id:
                marker = tr("This is the reported message:")
                rows.append(notice_row(f"marker {message.id}", marker))
            row = chat_row(message)
            if message.deleted:
                row = replace(row, is_deleted=False, text=tr("{text} (removed)", text=message.text))
            rows.append(row)
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self._chat.replace(rows)
