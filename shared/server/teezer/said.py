"""What a creator's Teezer said last, for its creator to look through."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from shared.schemas.teezer import TeezerReply
from shared.server.accounts.tables import UserRow
from shared.server.room.tables import ChatMessageRow
from shared.server.teezer.tables import TeezerReplyRow

LAST = 30


async def last_replies(db: AsyncConnection, user_id: str) -> list[TeezerReply]:
    """The newest texts that the rooms still show, with what was asked and what they drew on."""
    asked, asker = aliased(ChatMessageRow), aliased(UserRow)
    query = (
        select(
            TeezerReplyRow.message_id,
            ChatMessageRow.stream_id,
            ChatMessageRow.text,
            ChatMessageRow.at,
            asker.display_name.label("asker"),
            asked.text.label("question"),
            TeezerReplyRow.source,
            TeezerReplyRow.score,
        )
        .join(ChatMessageRow, ChatMessageRow.id == TeezerReplyRow.message_id)
        .join(asked, asked.id == TeezerReplyRow.question_id)
        .join(asker, asker.id == asked.author_id)
        .where(TeezerReplyRow.user_id == user_id, ChatMessageRow.deleted_at.is_(None))
        .order_by(TeezerReplyRow.at.desc(), TeezerReplyRow.message_id.desc())
        .limit(LAST)
    )
    rows = (await db.execute(query)).all()
    own = (
        select(ChatMessageRow.text, func.max(ChatMessageRow.at))
        .where(
            ChatMessageRow.author_id == user_id,
            ChatMessageRow.is_ai.is_(False),
            ChatMessageRow.text.in_([row.text for row in rows]),
        )
        .group_by(ChatMessageRow.text)
    )
    said_at = {text: at for text, at in (await db.execute(own)).all()} if rows else {}  # noqa: C416
    return [
        TeezerReply.model_validate({**row._mapping, "drew_on_at": said_at.get(row.text)})
        for row in rows
    ]
