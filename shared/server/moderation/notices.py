"""Notices of moderation to the people concerned, in their own room and their own language."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.notices import Notice, NoticeKind
from shared.schemas.realtime import EventType, user_room
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.moderation.views import Case


def notify(
    core: Core,
    tx: Tx,
    user_id: str,
    kind: NoticeKind,
    text: str,
    case: Case,
    statement_id: str | None = None,
) -> None:
    """Tell a person something about a case; it leaves with the commit."""
    notice = Notice(
        id=new_id(),
        kind=kind,
        text=text,
        subject_type=case.subject_type.value,
        subject_id=case.subject_id,
        at=tx.now,
        statement_id=statement_id,
    )
    core.feed.publish(tx, user_room(user_id), EventType.NOTIFICATION_NEW, notice)


async def speaks_dutch(db: AsyncConnection, user_id: str) -> bool:
    """Whether the person chose Dutch."""
    query = select(UserRow.locale).where(UserRow.id == user_id)
    return (await db.execute(query)).scalar_one_or_none() == "nl"
