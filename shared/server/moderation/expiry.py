"""Ends claims and actions that ran out, in the name of the system, and tells the moderators."""

import asyncio
import logging

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from shared.schemas.realtime import MOD_ROOM, EventType
from shared.server.core import Core
from shared.server.moderation.log import locked_case
from shared.server.moderation.reversals import Reversals
from shared.server.moderation.tables import CaseRow
from shared.server.moderation.transitions import LEASED_STAGES
from shared.server.moderation.views import summarise

_log = logging.getLogger(__name__)
_LOOK_EVERY_S = 2.0
_AT_ONCE = 50


class Expiry:
    """A claim or a mute is void the moment it ends; this makes it seen where nobody has asked."""

    def __init__(self, core: Core, reversals: Reversals) -> None:
        self._core = core
        self._reversals = reversals

    async def run(self) -> None:
        """Look every two seconds until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            try:
                await self.look()
                await self._reversals.expire()
            except SQLAlchemyError:
                _log.exception("what expired was not taken back")

    async def look(self) -> int:
        """Take back what has expired; how many claims that were."""
        query = (
            select(CaseRow.id)
            .where(
                CaseRow.stage.in_([stage.value for stage in LEASED_STAGES]),
                CaseRow.lease_until <= self._core.clock.now(),
            )
            .limit(_AT_ONCE)
        )
        async with self._core.db.read() as db:
            expired = list((await db.execute(query)).scalars())
        for case_id in expired:
            async with self._core.db.write() as tx:
                case = await locked_case(tx, case_id)  # undoes the claim, if it still is one
                row = await summarise(tx.db, case, tx.now)
                self._core.feed.publish(tx, MOD_ROOM, EventType.CASE_UPDATED, row)
        return len(expired)
