"""The consent log, and the safe word that takes a stream's picture away."""

import hashlib
import hmac
import unicodedata

from pydantic import SecretStr
from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.common import ErrorCode, Page
from shared.schemas.consent import ConsentCreate, ConsentEntry, ConsentKind, SafeWord
from shared.schemas.realtime import MOD_ROOM, EventType, stream_room, user_room
from shared.schemas.roles import Role
from shared.schemas.streams import Stream, StreamState
from shared.server.accounts.tables import UserRow
from shared.server.consent.tables import ConsentRow, SafeWordRow
from shared.server.core import Core
from shared.server.db.database import Tx, upsert
from shared.server.http.errors import Refused, forbidden
from shared.server.http.sessions import Caller
from shared.server.room.restrictions import Restrictions
from shared.server.secret import derive
from shared.server.streams.on_air import OnAir
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService
from shared.server.streams.tables import StreamRow

TRIES_PER_MINUTE = 10


class ConsentService:
    """Everybody's entries; rows are only ever added."""

    def __init__(
        self, core: Core, *, streams: StreamService, restrictions: Restrictions, on_air: OnAir
    ) -> None:
        self._core = core
        self._streams = streams
        self._restrictions = restrictions
        self._on_air = on_air

    async def log(
        self, caller: Caller, stream_id: str, cursor: str | None, limit: int
    ) -> Page[ConsentEntry]:
        """A stream's log, newest first: all of it for who keeps order there, else one's own."""
        async with self._core.db.read() as db:
            stream = await self._streams.require(db, stream_id)
            await self._streams.check_visible(db, caller, stream)
            named: ColumnElement[bool] = ConsentRow.stream_id == stream_id
            if not self._streams.may_moderate(caller, stream):
                named &= ConsentRow.user_id == caller.user_id
            if cursor is not None:
                named &= ConsentRow.id < cursor
            found = await _entries(db, named, limit + 1)
        more = found[limit - 1].id if len(found) > limit else None
        return Page[ConsentEntry](items=found[:limit], next_cursor=more)

    async def agreed(self, db: AsyncConnection, stream_id: str) -> int:
        """How many people besides its creator have agreed to a stream and not withdrawn since."""
        kinds = (ConsentKind.GRANTED.value, ConsentKind.WITHDRAWN.value)
        query = (
            select(ConsentRow.user_id, ConsentRow.kind)
            .join(StreamRow, StreamRow.id == ConsentRow.stream_id)
            .where(
                ConsentRow.stream_id == stream_id,
                ConsentRow.kind.in_(kinds),
                ConsentRow.user_id != StreamRow.creator_id,
            )
            .order_by(ConsentRow.id)
        )
        last = {row.user_id: row.kind for row in await db.execute(query)}
        return sum(kind == ConsentKind.GRANTED.value for kind in last.values())

    async def add(
        self, caller: Caller, stream_id: str, body: ConsentCreate, key: str | None
    ) -> ConsentEntry:
        """Log something about oneself; the room hears its creator, the creator hears others.

        Raises:
            Refused: the room is closed to the caller.
        """

        async def work(tx: Tx) -> ConsentEntry:
            stream = await self._streams.require_open(tx.db, stream_id)
            await self._streams.check_visible(tx.db, caller, stream)
            await self._restrictions.check_ban(tx.db, caller, stream)
            return await self._append(tx, caller, stream, body.kind, body.scope, body.note)

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"consent:{stream_id}",
            key=key,
            body=body,
            answer=ConsentEntry,
        )

    async def _append(
        self,
        tx: Tx,
        caller: Caller,
        stream: StreamRecord,
        kind: ConsentKind,
        scope: str,
        note: str = "",
    ) -> ConsentEntry:
        entry = ConsentEntry(
            id=new_id(),
            stream_id=stream.id,
            user=caller.ref,
            kind=kind,
            scope=scope,
            note=note,
            at=tx.now,
        )
        await tx.db.execute(
            insert(ConsentRow).values(
                id=entry.id,
                stream_id=stream.id,
                user_id=caller.user_id,
                kind=kind.value,
                scope=scope,
                note=note,
                at=tx.now,
            )
        )
        own = self._streams.may_steer(caller, stream)
        room = stream_room(stream.id) if own else user_room(stream.creator.id)
        self._core.feed.publish(tx, room, EventType.CONSENT_LOGGED, entry)
        return entry

    # The safe word

    def _hash(self, user_id: str, word: SecretStr) -> str:
        plain = unicodedata.normalize("NFKC", word.get_secret_value()).strip().casefold()
        key = derive(self._core.secret, "safe word", user_id)
        return hmac.new(key, plain.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    async def set_word(self, caller: Caller, user_id: str, body: SafeWord) -> None:
        """Set one's own safe word.

        Raises:
            Refused: it is somebody else's.
        """
        if caller.user_id != user_id:
            raise forbidden()
        values = {"word_hash": self._hash(user_id, body.word)}
        async with self._core.db.write() as tx:
            values_now = {**values, "at": tx.now}
            statement = upsert(tx.db.dialect, SafeWordRow).values(user_id=user_id, **values_now)
            await tx.db.execute(
                statement.on_conflict_do_update(
                    index_elements=[SafeWordRow.user_id], set_=values_now
                )
            )

    async def say_word(self, caller: Caller, stream_id: str, body: SafeWord) -> Stream:
        """Take one's own stream's picture away at once, log it, and tell the moderators.

        Raises:
            Refused: it is not the caller's stream, or not the word.
        """
        self._core.limits.check(f"safe-word:{caller.user_id}", TRIES_PER_MINUTE)
        async with self._core.db.write() as tx:
            stream = await self._streams.require_open(tx.db, stream_id)
            if not self._streams.may_steer(caller, stream):
                raise forbidden()
            query = select(SafeWordRow.word_hash).where(SafeWordRow.user_id == caller.user_id)
            stored = (await tx.db.execute(query)).scalar_one_or_none() or ""
            if not hmac.compare_digest(stored, self._hash(caller.user_id, body.word)):
                raise Refused(
                    ErrorCode.CONFLICT,
                    "This is not your safe word; use the panic button.",
                    "Dit is niet je stopwoord; gebruik de paniekknop.",
                )
            after = await self._streams.set_state(tx, stream, StreamState.PANICKED)
            entry = await self._append(tx, caller, after, ConsentKind.SAFE_WORD, "stream")
            self._core.feed.publish(tx, MOD_ROOM, EventType.CONSENT_LOGGED, entry)
        self._on_air.hide(stream_id)
        return self._streams.view(after, caller)


async def _entries(
    db: AsyncConnection, named: ColumnElement[bool], limit: int
) -> list[ConsentEntry]:
    query = (
        select(
            ConsentRow.id,
            ConsentRow.stream_id,
            ConsentRow.user_id,
            UserRow.display_name,
            UserRow.role,
            ConsentRow.kind,
            ConsentRow.scope,
            ConsentRow.note,
            ConsentRow.at,
        )
        .join(UserRow, UserRow.id == ConsentRow.user_id)
        .where(named)
        .order_by(ConsentRow.id.desc())
        .limit(limit)
    )
    return [
        ConsentEntry(
            id=row.id,
            stream_id=row.stream_id,
            user=UserRef(id=row.user_id, display_name=row.display_name, role=Role(row.role)),
            kind=ConsentKind(row.kind),
            scope=row.scope,
            note=row.note,
            at=row.at,
        )
        for row in (await db.execute(query)).all()
    ]
