"""What cases are about: the subject as it is now, what surrounds it, and whom it concerns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.clock import rfc3339
from shared.schemas.accounts import UserRef
from shared.schemas.moderation import SubjectType
from shared.schemas.roles import Role
from shared.schemas.room import ChatMessage, Restriction, RestrictionKind
from shared.server.accounts.tables import UserRow
from shared.server.http.errors import not_found
from shared.server.moderation.views import Case
from shared.server.room.messages import message_of, message_query
from shared.server.room.tables import ChatMessageRow, RestrictionRow
from shared.server.streams.tables import StreamRow

_AROUND = timedelta(seconds=60)
_MOST_CONTEXT = 60
_MOST_RESTRICTIONS = 50


@dataclass(frozen=True, slots=True)
class Subject:
    """Something reported: `evidence` is JSON, the subject as it is at this moment."""

    type: SubjectType
    id: str
    label: str
    user: UserRef | None
    stream_id: str | None
    evidence: Mapping[str, Any]


async def find_subject(db: AsyncConnection, type_: SubjectType, subject_id: str) -> Subject:
    """The subject of this type and id.

    Raises:
        Refused: there is none.
    """
    match type_:
        case SubjectType.MESSAGE:
            return await _message(db, subject_id)
        case SubjectType.USER:
            return await _user(db, subject_id)
        case SubjectType.STREAM:
            return await _stream(db, subject_id)


async def person(db: AsyncConnection, user_id: str | None) -> UserRef | None:
    """The person as others see them."""
    if user_id is None:
        return None
    query = select(UserRow.id, UserRow.display_name, UserRow.role).where(UserRow.id == user_id)
    row = (await db.execute(query)).first()
    return None if row is None else _ref(*row)


async def context_of(
    db: AsyncConnection, case: Case, evidence: Mapping[str, Any]
) -> list[ChatMessage]:
    """The chat around the subject, oldest first, deleted messages with their words.

    Of a message a minute before and after it; of a person their latest words; of a stream the
    room's latest words when it was reported.
    """
    where: tuple[ColumnElement[bool], ...]
    match case.subject_type:
        case SubjectType.MESSAGE:
            at = datetime.fromisoformat(evidence["at"])
            where = (
                ChatMessageRow.stream_id == case.stream_id,
                ChatMessageRow.at.between(at - _AROUND, at + _AROUND),
            )
        case SubjectType.USER:
            where = (ChatMessageRow.author_id == case.subject_id,)
        case SubjectType.STREAM:
            where = (
                ChatMessageRow.stream_id == case.subject_id,
                ChatMessageRow.at <= case.opened_at + _AROUND,
            )
    query = message_query().where(*where).order_by(ChatMessageRow.id.desc()).limit(_MOST_CONTEXT)
    found = [message_of(row) for row in await db.execute(query)]
    return found[::-1]


async def restrictions_of(
    db: AsyncConnection, user: UserRef | None, now: datetime
) -> list[Restriction]:
    """The mutes and bans in force against a person, newest first."""
    if user is None:
        return []
    query = (
        select(
            RestrictionRow.id,
            RestrictionRow.kind,
            RestrictionRow.stream_id,
            RestrictionRow.reason,
            RestrictionRow.at,
            RestrictionRow.until,
        )
        .where(
            RestrictionRow.user_id == user.id,
            RestrictionRow.lifted_at.is_(None),
            or_(RestrictionRow.until.is_(None), RestrictionRow.until > now),
        )
        .order_by(RestrictionRow.id.desc())
        .limit(_MOST_RESTRICTIONS)
    )
    return [
        Restriction(
            id=restriction_id,
            kind=RestrictionKind(kind),
            user=user,
            stream_id=stream_id,
            reason=reason,
            at=at,
            until=until,
        )
        for restriction_id, kind, stream_id, reason, at, until in (await db.execute(query))
    ]


async def _message(db: AsyncConnection, message_id: str) -> Subject:
    query = message_query().where(ChatMessageRow.id == message_id)
    row = (await db.execute(query)).first()
    if row is None:
        raise not_found()
    message = message_of(row)
    return Subject(
        type=SubjectType.MESSAGE,
        id=message.id,
        label=f"{message.author.display_name}: {message.text}",
        user=message.author,
        stream_id=message.stream_id,
        evidence=message.model_dump(mode="json"),
    )


async def _user(db: AsyncConnection, user_id: str) -> Subject:
    query = select(UserRow.display_name, UserRow.role, UserRow.bio, UserRow.tags).where(
        UserRow.id == user_id
    )
    row = (await db.execute(query)).first()
    if row is None:
        raise not_found()
    name, role, bio, tags = row
    return Subject(
        type=SubjectType.USER,
        id=user_id,
        label=name,
        user=_ref(user_id, name, role),
        stream_id=None,
        evidence={
            "id": user_id,
            "display_name": name,
            "role": role,
            "bio": bio,
            "tags": list(tags),
        },
    )


async def _stream(db: AsyncConnection, stream_id: str) -> Subject:
    query = (
        select(
            StreamRow.title,
            StreamRow.tags,
            StreamRow.mood,
            StreamRow.state,
            StreamRow.started_at,
            UserRow.id,
            UserRow.display_name,
            UserRow.role,
        )
        .join(UserRow, UserRow.id == StreamRow.creator_id)
        .where(StreamRow.id == stream_id)
    )
    row = (await db.execute(query)).first()
    if row is None:
        raise not_found()
    title, tags, mood, state, started_at, user_id, name, role = row
    creator = _ref(user_id, name, role)
    return Subject(
        type=SubjectType.STREAM,
        id=stream_id,
        label=f"{name}: {title}",
        user=creator,
        stream_id=stream_id,
        evidence={
            "id": stream_id,
            "creator": creator.model_dump(mode="json"),
            "title": title,
            "tags": list(tags),
            "mood": mood,
            "state": state,
            "started_at": rfc3339(started_at),
        },
    )


def _ref(user_id: str, name: str, role: str) -> UserRef:
    return UserRef(id=user_id, display_name=name, role=Role(role))
