"""Goals and tip menus of the creators."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.realtime import EventType, stream_room
from shared.schemas.show import (
    Goal,
    GoalCreate,
    GoalPatch,
    Milestone,
    TipMenu,
    TipMenuItem,
    TipMenuPut,
)
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import forbidden, not_found, version_conflict
from shared.server.http.sessions import Caller
from shared.server.show.milestones import advanced, again, fresh, passed, rewritten, stored
from shared.server.show.tables import GoalRow, TipMenuItemRow
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService
from shared.server.streams.tables import StreamRow

CARRIED_GOALS = 10


def _goal(row: Any) -> Goal:
    return Goal(
        id=row.id,
        stream_id=row.stream_id,
        title=row.title,
        target_tokens=row.target_tokens,
        raised_tokens=row.raised_tokens,
        reached_at=row.reached_at,
        version=row.version,
        position=row.position,
        milestones=[Milestone.model_validate(step) for step in row.milestones],
        advance_percent=row.advance_percent,
    )


_GOALS = select(
    GoalRow.id,
    GoalRow.stream_id,
    GoalRow.title,
    GoalRow.target_tokens,
    GoalRow.raised_tokens,
    GoalRow.reached_at,
    GoalRow.version,
    GoalRow.position,
    GoalRow.milestones,
    GoalRow.advance_percent,
)
_GOAL = _GOALS.where(
    GoalRow.id == bindparam("the_goal"),
    GoalRow.stream_id == bindparam("the_stream"),
    GoalRow.deleted_at.is_(None),
)
_FIRST_OPEN = (
    select(GoalRow.id)
    .where(
        GoalRow.stream_id == bindparam("the_stream"),
        GoalRow.deleted_at.is_(None),
        GoalRow.reached_at.is_(None),
    )
    .order_by(GoalRow.position, GoalRow.id)
    .limit(1)
)
_RAISE = (
    update(GoalRow)
    .where(
        GoalRow.id == bindparam("the_goal"),
        GoalRow.stream_id == bindparam("the_stream"),
        GoalRow.deleted_at.is_(None),
    )
    .values(raised_tokens=GoalRow.raised_tokens + bindparam("by"), version=GoalRow.version + 1)
)


class ShowService:
    """Goals of streams and the tip menus of their creators."""

    def __init__(self, core: Core, streams: StreamService) -> None:
        self._core = core
        self._streams = streams

    async def goals(self, db: AsyncConnection, stream_id: str) -> list[Goal]:
        """A stream's goals in their order."""
        return await self._goals(db, GoalRow.stream_id == stream_id, GoalRow.deleted_at.is_(None))

    async def _goals(self, db: AsyncConnection, *named: ColumnElement[bool]) -> list[Goal]:
        query = _GOALS.where(*named).order_by(GoalRow.position, GoalRow.id)
        return [_goal(row) for row in (await db.execute(query)).all()]

    async def _own(self, tx: Tx, caller: Caller, stream_id: str) -> StreamRecord:
        stream = await self._streams.require_open(tx.db, stream_id)
        if not self._streams.may_steer(caller, stream):
            raise forbidden()
        return stream

    async def create_goal(
        self, caller: Caller, stream_id: str, body: GoalCreate, key: str | None
    ) -> Goal:
        """A new goal of one's own stream."""

        async def work(tx: Tx) -> Goal:
            await self._own(tx, caller, stream_id)
            return await self.add_goal(tx, stream_id, body)

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"goals:{stream_id}",
            key=key,
            body=body,
            answer=Goal,
        )

    async def add_goal(self, tx: Tx, stream_id: str, body: GoalCreate) -> Goal:
        """Insert and announce a goal: at the place it asks for, else the last."""
        others = await self.goals(tx.db, stream_id)
        goal = Goal(
            id=new_id(),
            stream_id=stream_id,
            title=body.title,
            target_tokens=body.target_tokens,
            milestones=fresh(body),
            advance_percent=body.advance_percent,
            position=others[-1].position + 1 if others else 0,
        )
        values = goal.model_dump(exclude={"deleted", "milestones"})
        await tx.db.execute(insert(GoalRow).values(**values, milestones=stored(goal.milestones)))
        if body.position is not None and others:
            await self._move(tx, goal, body.position)
            goal = await self._goal(tx, stream_id, goal.id)
        self._core.feed.publish(tx, stream_room(stream_id), EventType.GOAL_CREATED, goal)
        return goal

    async def _move(self, tx: Tx, goal: Goal, place: int) -> None:
        """Put a goal at a place among its stream's, and announce the others that shifted."""
        goals = await self.goals(tx.db, goal.stream_id)
        order = [one for one in goals if one.id != goal.id]
        order.insert(min(place, len(order)), goal)
        for position, one in enumerate(order):
            if one.position == position:
                continue
            await tx.db.execute(
                update(GoalRow).where(GoalRow.id == one.id).values(position=position)
            )
            if one.id != goal.id:
                shifted = one.model_copy(update={"position": position})
                room = stream_room(goal.stream_id)
                self._core.feed.publish(tx, room, EventType.GOAL_PROGRESS, shifted)

    async def carry_goals(self, tx: Tx, stream: StreamRecord) -> None:
        """Begin a stream with what the creator's last one did not reach, from zero again."""
        last = (
            select(StreamRow.id)
            .where(StreamRow.creator_id == stream.creator.id, StreamRow.id < stream.id)
            .order_by(StreamRow.id.desc())
            .limit(1)
        )
        last_id = (await tx.db.execute(last)).scalar_one_or_none()
        if last_id is None:
            return
        for goal in (await self.goals(tx.db, last_id))[:CARRIED_GOALS]:
            if goal.reached_at is None:
                await self.add_goal(tx, stream.id, again(goal))

    async def change_goal(
        self, caller: Caller, stream_id: str, goal_id: str, body: GoalPatch
    ) -> Goal:
        """Change a goal of one's own stream; raising the target of a reached one opens it again.

        Raises:
            Refused: somebody changed it first, or it is not the caller's.
        """
        async with self._core.db.write() as tx:
            await self._own(tx, caller, stream_id)
            before = await self._goal(tx, stream_id, goal_id)
            if before.version != body.version:
                raise version_conflict(before.model_dump(mode="json"))
            values: dict[str, Any] = body.model_dump(
                exclude={"version", "milestones", "position"}, exclude_none=True
            )
            if body.milestones is not None:
                values["milestones"] = stored(rewritten(before, body.milestones, tx.now))
            target = body.target_tokens or before.target_tokens
            if before.raised_tokens < target:
                values["reached_at"] = None
            elif before.reached_at is None:
                values["reached_at"] = tx.now
            await tx.db.execute(
                update(GoalRow)
                .where(GoalRow.id == goal_id)
                .values(**values, version=GoalRow.version + 1)
            )
            if body.position is not None:
                await self._move(tx, before, body.position)
            after = await self._goal(tx, stream_id, goal_id)
            self._announce(tx, before, after)
            await self._advance(tx, before, after)
        return after

    async def _goal(self, tx: Tx, stream_id: str, goal_id: str) -> Goal:
        row = (await tx.db.execute(_GOAL, {"the_goal": goal_id, "the_stream": stream_id})).first()
        if row is None:
            raise not_found()
        return _goal(row)

    def _announce(self, tx: Tx, before: Goal, after: Goal) -> None:
        room = stream_room(after.stream_id)
        self._core.feed.publish(tx, room, EventType.GOAL_PROGRESS, after)
        if after.reached_at is not None and before.reached_at is None:
            self._core.feed.publish(tx, room, EventType.GOAL_REACHED, after)

    async def delete_goal(self, caller: Caller, stream_id: str, goal_id: str) -> None:
        """Take a goal away; the tips it got stay what they are."""
        async with self._core.db.write() as tx:
            await self._own(tx, caller, stream_id)
            goal = await self._goal(tx, stream_id, goal_id)
            await tx.db.execute(
                update(GoalRow).where(GoalRow.id == goal_id).values(deleted_at=tx.now)
            )
            self._core.feed.publish(
                tx,
                stream_room(stream_id),
                EventType.GOAL_PROGRESS,
                goal.model_copy(update={"deleted": True}),
            )

    async def credit(self, tx: Tx, stream_id: str, goal_id: str | None, tokens: int) -> Goal | None:
        """Add a tip to a goal: the one named, else the stream's first open one; None if none.

        Raises:
            Refused: the goal named is not one of this stream.
        """
        if goal_id is None:
            first = await tx.db.execute(_FIRST_OPEN, {"the_stream": stream_id})
            goal_id = first.scalar_one_or_none()
            if goal_id is None:
                return None
        raised = await tx.db.execute(
            _RAISE, {"the_goal": goal_id, "the_stream": stream_id, "by": tokens}
        )
        if not raised.rowcount:
            raise not_found()
        before = await self._goal(tx, stream_id, goal_id)
        goal = passed(before, tx.now)
        if goal is not before:
            await tx.db.execute(
                update(GoalRow)
                .where(GoalRow.id == goal_id)
                .values(reached_at=goal.reached_at, milestones=stored(goal.milestones))
            )
        self._announce(tx, before, goal)
        await self._advance(tx, before, goal)
        return goal

    async def _advance(self, tx: Tx, before: Goal, after: Goal) -> None:
        """A goal that has just been reached is followed by a higher one, where that is wanted."""
        if after.reached_at is not None and before.reached_at is None:
            following = advanced(after)
            if following is not None:
                await self.add_goal(tx, after.stream_id, following)

    async def debit(self, tx: Tx, goal_id: str, tokens: int) -> None:
        """Take back what a refunded tip added; a goal that was reached stays reached."""
        found = await self._goals(tx.db, GoalRow.id == goal_id)
        if not found:
            return
        left = max(0, found[0].raised_tokens - tokens)
        await tx.db.execute(
            update(GoalRow)
            .where(GoalRow.id == goal_id)
            .values(raised_tokens=left, version=GoalRow.version + 1)
        )
        after = (await self._goals(tx.db, GoalRow.id == goal_id))[0]
        self._announce(tx, found[0], after)

    async def tip_menu(self, db: AsyncConnection, user_id: str) -> TipMenu:
        """A creator's tip menu in its order."""
        query = (
            select(
                TipMenuItemRow.id,
                TipMenuItemRow.title,
                TipMenuItemRow.tokens,
                TipMenuItemRow.duration_s,
            )
            .where(TipMenuItemRow.user_id == user_id)
            .order_by(TipMenuItemRow.position)
        )
        rows = await db.execute(query)
        return TipMenu(
            items=[
                TipMenuItem(id=id_, title=title, tokens=tokens, duration_s=duration)
                for id_, title, tokens, duration in rows
            ]
        )

    async def put_tip_menu(self, caller: Caller, user_id: str, body: TipMenuPut) -> TipMenu:
        """Replace one's own tip menu.

        Raises:
            Refused: it is somebody else's.
        """
        if caller.user_id != user_id:
            raise forbidden()
        async with self._core.db.write() as tx:
            return await self.set_tip_menu(tx, user_id, body)

    async def set_tip_menu(self, tx: Tx, user_id: str, body: TipMenuPut) -> TipMenu:
        """Replace a tip menu within a transaction."""
        await tx.db.execute(delete(TipMenuItemRow).where(TipMenuItemRow.user_id == user_id))
        if body.items:
            await tx.db.execute(
                insert(TipMenuItemRow),
                [
                    {"id": new_id(), "user_id": user_id, "position": position, **item.model_dump()}
                    for position, item in enumerate(body.items)
                ],
            )
        return await self.tip_menu(tx.db, user_id)
