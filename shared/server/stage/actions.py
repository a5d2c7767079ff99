"""StripSync: timed actions that tips, votes and spins queue for the creator."""

from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.common import ErrorCode, Page
from shared.schemas.realtime import EventType, stream_room
from shared.schemas.roles import Role
from shared.schemas.show import TipMenuItem
from shared.schemas.stage import ActionSource, StageAction, StageAnswer, StageRequest
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.db.database import Tx, upsert
from shared.server.http.errors import Refused, forbidden, not_found
from shared.server.http.sessions import Caller
from shared.server.room.restrictions import Restrictions
from shared.server.show.service import ShowService
from shared.server.stage.tables import ActionVoteRow, StageActionRow
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService

MOST_WAITING = 200
VOTES_NEEDED = 5
"""Different people whose votes for one line of the menu queue it."""
DEFAULT_S = 30


class StageActions:
    """The queues of all streams."""

    def __init__(
        self, core: Core, streams: StreamService, show: ShowService, restrictions: Restrictions
    ) -> None:
        self._core = core
        self._streams = streams
        self._show = show
        self._restrictions = restrictions

    async def waiting(self, db: AsyncConnection, stream_id: str) -> list[StageAction]:
        """What is queued and not done, first come first."""
        named = (StageActionRow.stream_id == stream_id) & StageActionRow.done_at.is_(None)
        return await _actions(db, named, limit=MOST_WAITING)

    async def queue_of(self, caller: Caller, stream_id: str) -> Page[StageAction]:
        """The same for a person who may enter the room."""
        async with self._core.db.read() as db:
            stream = await self._streams.require(db, stream_id)
            await self._streams.check_visible(db, caller, stream)
            await self._restrictions.check_ban(db, caller, stream)
            return Page[StageAction](items=await self.waiting(db, stream_id))

    async def request(
        self, caller: Caller, stream_id: str, body: StageRequest, key: str | None
    ) -> StageAnswer:
        """Queue an action of one's own stream, or vote for a line of a tip menu.

        Raises:
            Refused: the room is closed to the caller, or there is no such line.
        """

        async def work(tx: Tx) -> StageAnswer:
            stream = await self._streams.require_open(tx.db, stream_id)
            if self._streams.may_steer(caller, stream) and body.title is not None:
                action = await self.queue(
                    tx,
                    stream,
                    ActionSource.CREATOR,
                    title=body.title,
                    duration_s=body.duration_s,
                    by=caller.ref,
                )
                return StageAnswer(action=action)
            await self._streams.check_visible(tx.db, caller, stream)
            await self._restrictions.check_voice(tx.db, caller, stream)
            return await self._vote(tx, caller, stream, body)

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"actions:{stream_id}",
            key=key,
            body=body,
            answer=StageAnswer,
        )

    async def _vote(
        self, tx: Tx, caller: Caller, stream: StreamRecord, body: StageRequest
    ) -> StageAnswer:
        menu = await self._show.tip_menu(tx.db, stream.creator.id)
        item = next((item for item in menu.items if item.id == body.menu_item_id), None)
        if item is None:
            raise not_found()
        row = ActionVoteRow
        statement = upsert(tx.db.dialect, row).values(
            stream_id=stream.id, menu_item_id=item.id, user_id=caller.user_id, at=tx.now
        )
        await tx.db.execute(statement.on_conflict_do_nothing())
        named = (row.stream_id == stream.id) & (row.menu_item_id == item.id)
        votes = (await tx.db.execute(select(func.count()).where(named))).scalar_one()
        if votes < VOTES_NEEDED:
            return StageAnswer(votes=votes, votes_needed=VOTES_NEEDED)
        await tx.db.execute(delete(row).where(named))
        action = await self.queue(
            tx, stream, ActionSource.VOTE, title=item.title, duration_s=item.duration_s
        )
        return StageAnswer(action=action, votes=votes, votes_needed=VOTES_NEEDED)

    async def ordered(
        self, tx: Tx, caller: Caller, stream: StreamRecord, item: TipMenuItem, tokens: int
    ) -> None:
        """Queue what a tip for a line of the menu asks for, where the line takes time."""
        if item.duration_s is not None:
            await self.queue(
                tx,
                stream,
                ActionSource.TIP,
                title=item.title,
                duration_s=item.duration_s,
                tokens=tokens,
                by=caller.ref,
            )

    async def queue(
        self,
        tx: Tx,
        stream: StreamRecord,
        source: ActionSource,
        *,
        title: str,
        duration_s: int | None,
        tokens: int = 0,
        by: UserRef | None = None,
    ) -> StageAction:
        """Append an action to a stream's queue and tell the room.

        Raises:
            Refused: the queue is full; a tip for it is refused with it.
        """
        waiting = select(func.count()).where(
            StageActionRow.stream_id == stream.id, StageActionRow.done_at.is_(None)
        )
        if (await tx.db.execute(waiting)).scalar_one() >= MOST_WAITING:
            raise Refused(
                ErrorCode.CONFLICT,
                "The queue of this room is full; try again when something was done.",
                "De wachtrij van deze ruimte is vol; probeer het later opnieuw.",
            )
        action = StageAction(
            id=new_id(),
            stream_id=stream.id,
            source=source,
            title=title,
            duration_s=duration_s or DEFAULT_S,
            tokens=tokens,
            requested_by=by,
            queued_at=tx.now,
        )
        await tx.db.execute(
            insert(StageActionRow).values(
                **action.model_dump(exclude={"requested_by", "done_at", "source"}),
                source=source.value,
                requested_by=None if by is None else by.id,
            )
        )
        self._core.feed.publish(tx, stream_room(stream.id), EventType.ACTION_QUEUED, action)
        return action

    async def done(self, caller: Caller, stream_id: str, action_id: str) -> StageAction:
        """Tick an action of one's own stream off; again changes nothing.

        Raises:
            Refused: it is not the caller's stream, or there is no such action.
        """
        async with self._core.db.write() as tx:
            stream = await self._streams.require(tx.db, stream_id)
            if not self._streams.may_steer(caller, stream):
                raise forbidden()
            named = (StageActionRow.id == action_id) & (StageActionRow.stream_id == stream_id)
            ticked = await tx.db.execute(
                update(StageActionRow)
                .where(named, StageActionRow.done_at.is_(None))
                .values(done_at=tx.now)
            )
            found = await _actions(tx.db, named, limit=1)
            if not found:
                raise not_found()
            if ticked.rowcount:
                self._core.feed.publish(tx, stream_room(stream_id), EventType.ACTION_DONE, found[0])
        return found[0]


async def _actions(
    db: AsyncConnection, named: ColumnElement[bool], *, limit: int
) -> list[StageAction]:
    query = (
        select(
            StageActionRow.id,
            StageActionRow.stream_id,
            StageActionRow.source,
            StageActionRow.title,
            StageActionRow.duration_s,
            StageActionRow.tokens,
            StageActionRow.requested_by,
            UserRow.display_name,
            UserRow.role,
            StageActionRow.queued_at,
            StageActionRow.done_at,
        )
        .outerjoin(UserRow, UserRow.id == StageActionRow.requested_by)
        .where(named)
        .order_by(StageActionRow.id)
        .limit(limit)
    )
    return [_action(row) for row in (await db.execute(query)).all()]


def _action(row: Any) -> StageAction:
    by = row.requested_by
    return StageAction(
        id=row.id,
        stream_id=row.stream_id,
        source=ActionSource(row.source),
        title=row.title,
        duration_s=row.duration_s,
        tokens=row.tokens,
        requested_by=None
        if by is None
        else UserRef(id=by, display_name=row.display_name, role=Role(row.role)),
        queued_at=row.queued_at,
        done_at=row.done_at,
    )
