"""Messages as they are read from their table."""

from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.accounts import UserRef
from shared.schemas.roles import Role
from shared.schemas.room import ChatMessage
from shared.server.accounts.tables import UserRow
from shared.server.room.tables import ChatMessageRow


def message_query() -> Select[*tuple[Any, ...]]:
    """The query that `message_of` reads a row of; add what selects."""
    return select(
        ChatMessageRow.id,
        ChatMessageRow.stream_id,
        ChatMessageRow.author_id,
        ChatMessageRow.text,
        ChatMessageRow.at,
        ChatMessageRow.is_ai,
        ChatMessageRow.reply_to,
        ChatMessageRow.deleted_at,
        UserRow.display_name,
        UserRow.role,
    ).join(UserRow, UserRow.id == ChatMessageRow.author_id)


def message_of(row: Any) -> ChatMessage:
    """A row of `message_query` as the wire's message."""
    return ChatMessage(
        id=row.id,
        stream_id=row.stream_id,
        author=UserRef(id=row.author_id, display_name=row.display_name, role=Role(row.role)),
        text=row.text,
        at=row.at,
        is_ai=row.is_ai,
        reply_to=row.reply_to,
        deleted=row.deleted_at is not None,
    )


async def read_messages(
    db: AsyncConnection, *named: ColumnElement[bool], limit: int
) -> list[ChatMessage]:
    """The newest messages of which all this holds, newest first."""
    query = message_query().where(*named).order_by(ChatMessageRow.id.desc()).limit(limit)
    return [message_of(row) for row in (await db.execute(query)).all()]
