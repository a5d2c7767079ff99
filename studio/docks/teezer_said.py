"""What Teezer said: each answer with the question and what it drew on, to be looked through."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.schemas.teezer import TeezerReply
from studio.docks.rows import Row, RowAction, RowList


def drawn_from(reply: TeezerReply) -> str:
    """Where an answer came from, in words."""
    own = tr("your own words")
    if reply.drew_on_at is not None:
        own = tr("your words of {day}", day=reply.drew_on_at.astimezone().strftime("%d-%m-%Y"))
    return {
        "pair": own,
        "statement": own,
        "fallback": tr("a polite phrase"),
        "model": tr("newly written"),
        "refusal": tr("a refusal"),
    }[reply.source]


class SaidPage(QWidget):
    """Answers, newest first; those not looked through yet stand out."""

    removed = Signal(str, str)
    """A stream's id and a message's."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._streams: dict[str, str] = {}
        self.rows = RowList(
            theme,
            tr("What Teezer said"),
            tr("Nothing said yet. What Teezer answers while you are away shows up here."),
        )
        self.rows.acted.connect(self._on_acted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.rows)

    def set_replies(self, replies: Sequence[TeezerReply], *, seen_until: datetime | None) -> None:
        """Show these; what came after `seen_until` is new."""
        self._streams = {one.message_id: one.stream_id for one in replies}
        self.rows.set_rows([_row(one, seen_until) for one in replies])

    def _on_acted(self, message_id: str, _key: str) -> None:
        if message_id in self._streams:
            self.removed.emit(self._streams[message_id], message_id)


def _row(reply: TeezerReply, seen_until: datetime | None) -> Row:
    is_new = seen_until is None or reply.at > seen_until
    detail = tr(
        "{time} to {name}: {question}",
        time=reply.at.astimezone().strftime("%H:%M"),
        name=reply.asker,
        question=reply.question,
    )
    source = tr("From {source}", source=drawn_from(reply))
    return Row(
        reply.message_id,
        reply.text,
        f"{detail}\n{source}",
        badge=tr("AI, new") if is_new else tr("AI"),
        badge_kind="accent" if is_new else "neutral",
        actions=(RowAction("remove", "remove", tr("Delete this answer")),),
        is_quiet=not is_new,
    )
