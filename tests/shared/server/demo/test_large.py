"""The large demo, made small: everything adds up, and a second start makes nothing again."""

from pathlib import Path

import pytest
from fakes.platform import platform
from sqlalchemy import func, select

from shared.server.accounts.tables import UserRow
from shared.server.admin.hub import HubService
from shared.server.demo.large import Size, make_large
from shared.server.demo.people import CONVERSATION, TROUBLE
from shared.server.insights.tables import PairRow, SupportRow
from shared.server.room.tables import ChatMessageRow
from shared.server.streams.tables import StreamRow
from shared.server.wallet import ledger
from shared.server.wallet.tables import LedgerEntryRow, TipRow

SIZE = Size(people=150, messages=700, entries=900, streams=12, creators=6)


async def test_a_grown_platform_adds_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.server.demo.large.Size", lambda: SIZE)
    async with platform(tmp_path / "data", demo=True, demo_size="large") as made:
        await make_large(made.core)
        async with made.core.db.read() as db:
            assert (await ledger.check(db)).ok

            async def count(table: type) -> int:
                return (await db.execute(select(func.count()).select_from(table))).scalar_one()

            assert await count(UserRow) == 150
            assert await count(ChatMessageRow) == 700 + 2 * len(CONVERSATION) + len(TROUBLE)
            assert await count(StreamRow) == 12 + 1
            assert 900 <= await count(LedgerEntryRow) < 903
            tipped = (await db.execute(select(func.sum(TipRow.tokens)))).scalar_one()
            for column in (SupportRow.given_tokens, SupportRow.received_tokens, PairRow.tokens):
                assert (await db.execute(select(func.sum(column)))).scalar_one() == tipped
        hub = await made.services.get(HubService).hub()
        assert hub.users.total == 150
        assert hub.revenue.tokens_24h > 0
