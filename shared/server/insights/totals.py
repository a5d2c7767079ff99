"""Running totals of who gave and who got, kept in the transactions that move the tokens."""

from typing import Any

from shared.server.db.database import Tx, upsert
from shared.server.http.sessions import Caller
from shared.server.insights.tables import PairRow, SupportRow
from shared.server.streams.records import StreamRecord


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
        statement = upsert(tx.db.dialect, PairRow).values(
            creator_id=creator_id, sender_id=sender_id, tokens=tokens, count=times
        )
        await tx.db.execute(
            statement.on_conflict_do_update(
                index_elements=[PairRow.creator_id, PairRow.sender_id],
                set_={"tokens": PairRow.tokens + tokens, "count": PairRow.count + times},
            )
        )

    async def _add(self, tx: Tx, user_id: str, change: dict[str, int]) -> None:
        zero = dict.fromkeys(
            ("given_tokens", "given_count", "received_tokens", "received_count"), 0
        )
        statement = upsert(tx.db.dialect, SupportRow).values(user_id=user_id, **(zero | change))
        await tx.db.execute(
            statement.on_conflict_do_update(
                index_elements=[SupportRow.user_id],
                set_={name: getattr(SupportRow, name) + by for name, by in change.items()},
            )
        )


def _first(pair: tuple[str, Any]) -> str:
    return pair[0]
