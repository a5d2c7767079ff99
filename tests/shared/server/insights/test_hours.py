"""Sums that use the roll-up are the sums of the rows, whatever time they cover."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from fakes.platform import MovableClock, platform
from sqlalchemy import func, insert, select

from shared.ids import new_id
from shared.schemas.wallet import EntryKind
from shared.server.insights.hours import HourFigures
from shared.server.insights.tables import HourFigureRow
from shared.server.wallet.tables import LedgerAccountRow, LedgerEntryRow, LedgerTransactionRow

START = datetime(2026, 11, 20, 12, 17, 3, 250_000, tzinfo=UTC)


async def test_a_sum_is_exact_before_and_after_every_roll_up(tmp_path: Path) -> None:
    clock = MovableClock(START)
    async with platform(tmp_path / "data", clock=clock) as made:
        hours = made.services.get(HourFigures)
        times = [START + timedelta(minutes=11 * step, milliseconds=step) for step in range(300)]
        async with made.core.db.write() as tx:
            await tx.db.execute(
                insert(LedgerAccountRow).values(id="wallet:x", user_id=None, balance=0)
            )
            for number, at in enumerate(times, 1):
                moved = new_id()
                await tx.db.execute(
                    insert(LedgerTransactionRow).values(id=moved, kind=EntryKind.TIP.value, at=at)
                )
                for tokens in (-number, number):
                    await tx.db.execute(
                        insert(LedgerEntryRow).values(
                            id=new_id(),
                            transaction_id=moved,
                            account_id="wallet:x",
                            kind=EntryKind.TIP.value,
                            tokens=tokens,
                            balance_after=0,
                            at=at,
                            note="",
                        )
                    )

        async def compare() -> None:
            now = clock.now()
            starts = [
                now - timedelta(hours=h, seconds=s) for h in (0, 1, 7, 24, 60) for s in (0, 9)
            ]
            starts += [times[30], times[30] + timedelta(milliseconds=1)]
            starts.append(now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=3))
            for since in starts:
                expected = -sum(number for number, at in enumerate(times, 1) if since <= at <= now)
                async with made.core.db.read() as db:
                    assert await hours.total(db, "tipped", since, now) == expected, since

        for _ in range(6):
            clock.move(hours=9, minutes=31)
            await compare()
            await hours.roll()
            await compare()
        async with made.core.db.read() as db:
            kept = select(func.count()).where(HourFigureRow.figure == "tipped")
            assert (await db.execute(kept)).scalar_one() >= 50
