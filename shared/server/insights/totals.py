"""Running totals of who gave and who got, kept in the transactions that move the tokens."""

from typing import Any

from sqlalchemy import BindParameter, Dialect, bindparam

from shared.server.db.database import Tx, per_dialect, upsert
from shared.server.http.sessions import Caller
from shared.server.insights.tables import PairRow, SupportRow
from shared.server.streams.records import StreamRecord

_COUNTED = ("given_tokens", "given_count", "received_tokens", "received_count")


@per_dialect
def _pair(dialect: Dialect) -> Any:
    by: BindParameter[int] = bindparam("by")
    times: BindParameter[int] = bindparam("times")
    statement = upsert(dialect, PairRow).values(
        creator_id=bindparam("creator"), sender_id=bindparam("sender"), tokens=by, count=times
    )
    return statement.on_conflict_do_update(
        index_elements=[PairRow.creator_id, PairRow.sender_id],
        set_={"tokens": PairRow.tokens + by, "count": PairRow.count + times},
    )


@per_dialect
def _support(dialect: Dialect) -> Any:
    by: dict[str, BindParameter[int]] = {name: bindparam(f"by_{name}") for name in _COUNTED}
    statement = upsert(dialect, SupportRow).values(user_id=bindparam("who"), **by)
    return statement.on_conflict_do_update(
        index_elements=[SupportRow.user_id],
        set_={name: getattr(SupportRow, name) + change for name, change in by.items()},
    )


class Totals:
    """Keeps `SupportRow` and `PairRow` up."""

    async def spent(self, tx: Tx, caller: Caller, stream: StreamRecord, tokens: int) -> None:
        """Count a tip or gift."""
        await self.count(tx, caller.user_id, stream.creator.id, tokens, 1)

    async def count(self, tx: Tx, sender_id: str, creator_id: str, tokens: int, times: int) -> None:
        """Add tokens and times on both sides; a refund adds negative ones."""
        given = {"given_tokens": tokens, "given_count": times}
        got = {"received_tokens": tokens, "received_count": times}
        # One order for all, so that two people who tip each other cannot wait for each other.
        for user_id, change in sorted(((sender_id, given), (creator_id, got)), key=_first):
            await self._add(tx, user_id, change)
        pair = {"creator": creator_id, "sender": sender_id, "by": tokens, "times": times}
        await tx.db.execute(_pair(tx.db.dialect), pair)

    async def _add(self, tx: Tx, user_id: str, change: dict[str, int]) -> None:
        by = {f"by_{name}": change.get(name, 0) for name in _COUNTED}
        await tx.db.execute(_support(tx.db.dialect), {"who": user_id, **by})


def _first(pair: tuple[str, Any]) -> str:
    return pair[0]
