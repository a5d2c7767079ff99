"""A creator's schedule of streams to be: its rules and its routes."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import delete, func, insert, select

from shared.ids import new_id
from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, Done, ErrorCode, Id, Page
from shared.schemas.roles import Permission
from shared.schemas.streams import Plan, PlanCreate
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, forbidden, not_found
from shared.server.http.routes import IdempotencyKey, Router, SignedIn, provided
from shared.server.http.sessions import Caller
from shared.server.streams.tables import ScheduledStreamRow

MOST_PLANS = 100
_AFTER = timedelta(hours=1)
"""How long after its start a plan is still shown."""
_LATEST = timedelta(days=366)


class PlanService:
    """Everybody's plans; each sees their own."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def plans(self, caller: Caller, user_id: str | None, limit: int) -> Page[Plan]:
        """What lies ahead, soonest first.

        Raises:
            Refused: it is somebody else's and the caller is no admin.
        """
        owner = user_id or caller.user_id
        if owner != caller.user_id and not caller.may(Permission.ADMINISTER_USERS):
            raise forbidden()
        columns: tuple[Any, ...] = tuple(
            getattr(ScheduledStreamRow, name) for name in Plan.model_fields
        )
        query = (
            select(*columns)
            .where(
                ScheduledStreamRow.creator_id == owner,
                ScheduledStreamRow.starts_at > self._core.clock.now() - _AFTER,
            )
            .order_by(ScheduledStreamRow.starts_at, ScheduledStreamRow.id)
            .limit(limit)
        )
        async with self._core.db.read() as db:
            rows = (await db.execute(query)).all()
        return Page[Plan](items=[Plan.model_validate(row, from_attributes=True) for row in rows])

    async def plan(self, caller: Caller, body: PlanCreate, key: str | None) -> Plan:
        """Plan a stream.

        Raises:
            Refused: it lies in the past or more than a year ahead, or there are too many.
        """

        async def work(tx: Tx) -> Plan:
            if not tx.now < body.starts_at < tx.now + _LATEST:
                raise Refused(
                    ErrorCode.INVALID_INPUT,
                    "Plan a moment that lies ahead, within a year.",
                    "Kies een moment in de toekomst, binnen een jaar.",
                    meta={"fields": [{"field": "body.starts_at", "problem": "not ahead"}]},
                )
            ahead = select(func.count()).where(
                ScheduledStreamRow.creator_id == caller.user_id,
                ScheduledStreamRow.starts_at > tx.now,
            )
            if (await tx.db.execute(ahead)).scalar_one() >= MOST_PLANS:
                raise Refused(
                    ErrorCode.CONFLICT,
                    f"You have {MOST_PLANS} plans ahead; remove one first.",
                    f"Je hebt {MOST_PLANS} plannen staan; verwijder er eerst een.",
                )
            made = Plan(id=new_id(), creator_id=caller.user_id, **body.model_dump())
            values = made.model_dump() | {
                "mood": made.mood.value,
                "audience": made.audience.value,
                "created_at": tx.now,
            }
            await tx.db.execute(insert(ScheduledStreamRow).values(**values))
            return made

        return await self._core.once.run(
            work, actor=caller.user_id, scope="schedule", key=key, body=body, answer=Plan
        )

    async def remove(self, caller: Caller, plan_id: str) -> None:
        """Give up a plan of one's own.

        Raises:
            Refused: the caller has no such plan.
        """
        async with self._core.db.write() as tx:
            removed = await tx.db.execute(
                delete(ScheduledStreamRow).where(
                    ScheduledStreamRow.id == plan_id,
                    ScheduledStreamRow.creator_id == caller.user_id,
                )
            )
            if not removed.rowcount:
                raise not_found()


ROUTER = Router("streams")
Plans = Annotated[PlanService, provided(PlanService)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]


@ROUTER.get("/streams/schedule", needs=Permission.STREAM_LIMITED, summary="My schedule")
async def schedule(
    caller: SignedIn, plans: Plans, user_id: Id | None = None, limit: Limit = DEFAULT_PAGE
) -> Page[Plan]:
    """What lies ahead, soonest first; admins may name somebody else."""
    return await plans.plans(caller, user_id, limit)


@ROUTER.post(
    "/streams/schedule",
    needs=Permission.STREAM_LIMITED,
    status_code=201,
    errors=(ErrorCode.CONFLICT, ErrorCode.IDEMPOTENCY_MISMATCH),
    summary="Plan a stream",
)
async def plan(
    body: PlanCreate, caller: SignedIn, plans: Plans, key: IdempotencyKey = None
) -> Plan:
    """Within a year, at most a hundred at a time."""
    return await plans.plan(caller, body, key)


@ROUTER.delete(
    "/streams/schedule/{plan_id}",
    needs=Permission.STREAM_LIMITED,
    errors=(ErrorCode.NOT_FOUND,),
    summary="Give up a plan",
)
async def unplan(plan_id: Id, caller: SignedIn, plans: Plans) -> Done:
    """One's own."""
    await plans.remove(caller, plan_id)
    return Done()
