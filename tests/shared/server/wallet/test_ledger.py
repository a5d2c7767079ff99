"""The ledger: whatever is tried, entries sum to zero and no balance goes below it."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from fakes.server import migrated
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from shared.clock import SystemClock
from shared.schemas.wallet import EntryKind
from shared.server.db.database import Database
from shared.server.db.upgrade import open_database
from shared.server.http.errors import Refused
from shared.server.wallet import ledger
from shared.server.wallet.ledger import PLATFORM, PROCESSOR, Move, Unbalanced
from shared.server.wallet.tables import LedgerAccountRow, LedgerEntryRow

ACCOUNTS = ("one", "two", "three")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("deposit", "tip", "reverse", "crooked")),
        st.sampled_from(ACCOUNTS),
        st.sampled_from(ACCOUNTS),
        st.integers(1, 1000),
    ),
    max_size=25,
)


class _Model:
    """The balances as a child would keep them."""

    def __init__(self) -> None:
        self.balances: dict[str, int] = {}
        self.posted: list[tuple[str, list[tuple[str, int]]]] = []

    def fits(self, moves: list[tuple[str, int]]) -> bool:
        after = dict(self.balances)
        for account, tokens in moves:
            after[account] = after.get(account, 0) + tokens
        return all(after[a] >= 0 for a, t in moves if t < 0 and a != PROCESSOR)

    def apply(self, moves: list[tuple[str, int]]) -> None:
        for account, tokens in moves:
            self.balances[account] = self.balances.get(account, 0) + tokens


async def _play(steps: list[tuple[str, str, str, int]], folder: Path) -> None:
    db = Database(await open_database(await migrated(folder), ""), SystemClock())
    model = _Model()
    reversed_: set[str] = set()
    for kind, source, target, tokens in steps:
        moves = {
            "deposit": [(PROCESSOR, -tokens), (target, tokens)],
            "tip": [(source, -tokens), (target, tokens - tokens // 5), (PLATFORM, tokens // 5)],
            "crooked": [(source, -tokens), (target, tokens + 1)],
            "reverse": [],
        }[kind]
        moves = [move for move in moves if move[1]]
        reverses = None
        if kind == "reverse":
            if not model.posted:
                continue
            reverses, before = model.posted[tokens % len(model.posted)]
            moves = [(account, -amount) for account, amount in before]
        try:
            async with db.write() as tx:
                if reverses is not None:
                    posted = await ledger.reverse(tx, reverses, "taken back")
                else:
                    made = [Move(account, amount, EntryKind.TIP) for account, amount in moves]
                    posted = await ledger.post(tx, EntryKind.TIP, made)
        except Unbalanced:
            assert kind == "crooked"
        except IntegrityError:
            assert reverses in reversed_
        except Refused:
            assert not _fits_in_order(model, moves)
        else:
            assert kind != "crooked"
            assert reverses not in reversed_
            model.apply(moves)
            if reverses is not None:
                reversed_.add(reverses)
            else:
                model.posted.append((posted.id, moves))
    async with db.read() as connection:
        assert (await ledger.check(connection)).ok
        for account, balance in model.balances.items():
            assert await ledger.balance(connection, account) == balance
        total = await connection.execute(select(func.sum(LedgerAccountRow.balance)))
        assert (total.scalar_one() or 0) == 0
    await db.aclose()


def _fits_in_order(model: _Model, moves: list[tuple[str, int]]) -> bool:
    """Whether every single step of the moves, in the ledger's order, stays above zero."""
    trial = dict(model.balances)
    for account, tokens in sorted(moves, key=lambda move: move[0]):
        trial[account] = trial.get(account, 0) + tokens
        if trial[account] < 0 and account != PROCESSOR:
            return False
    return True


@settings(max_examples=30, deadline=None)
@given(STEPS)
def test_any_sequence_leaves_the_ledger_whole(steps: list[tuple[str, str, str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_play(steps, Path(folder)))


async def test_a_refused_movement_leaves_no_trace(tmp_path: Path) -> None:
    db = Database(await open_database(tmp_path, ""), SystemClock())

    async def overdraw() -> None:
        async with db.write() as tx:
            moves = [
                Move("aaa", 10, EntryKind.TIP),  # written first, undone with the rest
                Move("one", -10, EntryKind.TIP),
            ]
            await ledger.post(tx, EntryKind.TIP, moves)

    with pytest.raises(Refused, match="0 tokens"):
        await overdraw()
    async with db.read() as connection:
        entries = await connection.execute(select(func.count()).select_from(LedgerEntryRow))
        assert entries.scalar_one() == 0
        assert await ledger.balance(connection, "aaa") == 0
    await db.aclose()


async def test_the_check_finds_a_ledger_that_was_tampered_with(tmp_path: Path) -> None:
    db = Database(await open_database(tmp_path, ""), SystemClock())
    async with db.write() as tx:
        moves = [Move(PROCESSOR, -10, EntryKind.PURCHASE), Move("one", 10, EntryKind.PURCHASE)]
        posted = await ledger.post(tx, EntryKind.PURCHASE, moves)
    async with db.write() as tx:
        await tx.db.exec_driver_sql("UPDATE ledger_entries SET tokens = 11 WHERE tokens = 10")
    async with db.read() as connection:
        found = await ledger.check(connection)
    assert found.unbalanced == (posted.id,)
    assert found.wrong_balances == ("one",)
    await db.aclose()
