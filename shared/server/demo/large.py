"""A platform that has grown: for trying figures, lists and searches at size.

12,450 people, 2 million messages and 500,000 ledger entries of half a year, whole in every way the
small demo is: balances are the sums of their entries, running totals those of the tips.
"""

import asyncio
import json
import logging
import math
import random
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import batched
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, update

from shared.files import write_atomically
from shared.schemas.moods import Mood
from shared.schemas.roles import Role
from shared.schemas.streams import Audience, StreamState
from shared.schemas.wallet import EntryKind
from shared.server.accounts.passwords import hash_password
from shared.server.accounts.tables import FollowRow, UserRow
from shared.server.core import Core
from shared.server.db.database import upsert
from shared.server.demo.people import CONVERSATION, DOMAIN
from shared.server.insights.tables import HourFigureRow, PairRow, SupportRow
from shared.server.room.tables import ChatMessageRow
from shared.server.streams.tables import StreamRow
from shared.server.wallet.ledger import PLATFORM, PROCESSOR, earnings_of, wallet_of
from shared.server.wallet.tables import (
    LedgerAccountRow,
    LedgerEntryRow,
    LedgerTransactionRow,
    TipRow,
)

_log = logging.getLogger(__name__)
FILE_NAME: Final = "demo-large.json"
_PAST = timedelta(days=180)
_STREAM_LENGTH = timedelta(hours=2)
_BATCH: Final = 20_000
_PURCHASE: Final = 40_000
_SEED: Final = 2026


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is to be in the end."""

    people: int = 12_450
    messages: int = 2_000_000
    entries: int = 500_000
    streams: int = 600
    creators: int = 240


@dataclass(slots=True)
class _World:
    """What is being made, from one seed, so that two runs give the same platform."""

    size: Size
    now: datetime
    fee_percent: int
    chance: random.Random = field(default_factory=lambda: random.Random(_SEED))  # noqa: S311
    creators: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    """Those who were there half a year ago: they talk and tip."""
    streams: list[tuple[str, str, datetime]] = field(default_factory=list)
    balances: dict[str, int] = field(default_factory=dict)
    given: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    got: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    pairs: dict[tuple[str, str], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0])
    )

    def id_at(self, moment: datetime) -> str:
        """A UUIDv7 of this moment."""
        stamp = f"{int(moment.timestamp() * 1000):012x}"
        bits = self.chance.getrandbits(74)
        a, b, c = bits & 0xFFF, 0x8000 | ((bits >> 12) & 0x3FFF), bits >> 26
        return f"{stamp[:8]}-{stamp[8:]}-7{a:03x}-{b:04x}-{c:012x}"


type Row = dict[str, Any]


async def make_large(core: Core, size: Size | None = None) -> None:
    """Make the large demo, once; the log tells how far it is."""
    file = core.settings.data / FILE_NAME
    if await asyncio.to_thread(file.exists):
        return
    world = _World(size or Size(), core.clock.now(), core.settings.fee_percent)
    async with core.db.read() as db:
        people = int((await db.execute(select(func.count()).select_from(UserRow))).scalar_one())
        query = select(LedgerAccountRow.id, LedgerAccountRow.balance)
        world.balances = {row.id: row.balance for row in await db.execute(query)}
        before = dict(world.balances)
        entries = int(
            (await db.execute(select(func.count()).select_from(LedgerEntryRow))).scalar_one()
        )
    hashed = await asyncio.to_thread(hash_password, secrets.token_urlsafe(24), 4)
    await _store(core, "people", UserRow, _people(world, world.size.people - people, hashed))
    await _store(core, "follows", FollowRow, _follows(world))
    await _store(core, "streams", StreamRow, _streams(world))
    await _store(core, "messages", ChatMessageRow, _messages(world))
    await _accounts(core, world)
    await _money(core, world, world.size.entries - entries)
    await _settle(core, world, before)
    content = json.dumps({"people": world.size.people, "messages": world.size.messages})
    await asyncio.to_thread(write_atomically, file, content.encode(), mode=0o600)
    _log.info("large demo: done")


async def _store(core: Core, what: str, table: Any, rows: Iterable[Row]) -> None:
    statement, stored = insert(table), 0
    for number, batch in enumerate(batched(rows, _BATCH)):
        async with core.db.write() as tx:
            await tx.db.execute(statement, list(batch))
        stored += len(batch)
        if number % 10 == 9:
            await core.db.engines.checkpoint()
            _log.info("large demo: %s %s", f"{stored:,}", what)
        await asyncio.sleep(0)
    _log.info("large demo: %s %s in all", f"{stored:,}", what)


def _people(world: _World, count: int, hashed: str) -> Iterator[Row]:
    size, early = world.size, int(count * 0.6)
    for number in range(count):
        days = 181 + 300 * world.chance.random() if number < early else world.chance.random() * 180
        joined = world.now - timedelta(days=days)
        id_ = world.id_at(joined)
        is_creator = number < size.creators
        role = Role.CREATOR if is_creator else Role.MEMBER if number % 9 else Role.MEMBER_PLUS
        if is_creator:
            world.creators.append(id_)
        elif number < early:
            world.members.append(id_)
        yield {
            "id": id_,
            "email": f"citizen{number}@{DOMAIN}",
            "display_name": f"{'Creator' if is_creator else 'Citizen'} {number}",
            "password_hash": hashed,
            "role": role.value,
            "birth_date": date(1970 + number % 35, 1 + number % 12, 1 + number % 28),
            "locale": "nl" if number % 3 == 0 else "en",
            "bio": "",
            "tags": [],
            "is_banned": False,
            "created_at": joined,
        }


def _follows(world: _World) -> Iterator[Row]:
    for member in world.members:
        for creator in world.chance.sample(world.creators, min(3, len(world.creators))):
            yield {"follower_id": member, "followed_id": creator, "at": world.now - _PAST}


def _streams(world: _World) -> Iterator[Row]:
    moods = list(Mood)
    step = (_PAST - _STREAM_LENGTH) / world.size.streams
    for number in range(world.size.streams):
        began = world.now - _PAST + step * (number + 1)
        creator = world.creators[number % len(world.creators)]
        id_ = world.id_at(began)
        world.streams.append((id_, creator, began))
        yield {
            "id": id_,
            "creator_id": creator,
            "title": f"Evening {number}",
            "tags": ["talk", "music"] if number % 2 else ["dance"],
            "mood": moods[number % len(moods)].value,
            "audience": Audience.PUBLIC.value,
            "state": StreamState.ENDED.value,
            "started_at": began,
            "state_at": began + _STREAM_LENGTH,
            "live_at": began,
            "ended_at": began + _STREAM_LENGTH,
            "peak_viewers": world.chance.randint(5, 900),
            "safety_score": 0.0,
        }


def _messages(world: _World) -> Iterator[Row]:
    lines = [text for _, question, answer in CONVERSATION for text in (question, answer)]
    each = math.ceil(world.size.messages / len(world.streams))
    for place, (stream_id, _, began) in enumerate(world.streams):
        count = min(each, world.size.messages - each * place)
        for number in range(count):
            at = began + _STREAM_LENGTH * (number / each)
            yield {
                "id": world.id_at(at),
                "stream_id": stream_id,
                "author_id": world.chance.choice(world.members),
                "text": lines[(number + place) % len(lines)],
                "at": at,
                "is_ai": False,
            }


async def _accounts(core: Core, world: _World) -> None:
    """Every account there will be, empty; their balances come last."""
    wanted: list[tuple[str, str | None]] = [(PLATFORM, None), (PROCESSOR, None)]
    wanted += [(wallet_of(member), member) for member in world.members]
    wanted += [(earnings_of(creator), creator) for creator in world.creators]
    rows = [
        {"id": id_, "user_id": user_id, "balance": 0}
        for id_, user_id in wanted
        if id_ not in world.balances
    ]
    await _store(core, "accounts", LedgerAccountRow, rows)


async def _money(core: Core, world: _World, entries: int) -> None:
    tips = max(0, math.ceil((entries - 2 * len(world.members)) / 3))
    moves = iter(_moves(world, tips))
    statements = [insert(table) for table in (LedgerTransactionRow, LedgerEntryRow, TipRow)]
    stored = 0
    for number, batch in enumerate(batched(moves, _BATCH // 5)):
        kinds = ([row for move in batch for row in move[place]] for place in range(3))
        async with core.db.write() as tx:
            for statement, rows in zip(statements, kinds, strict=True):
                if rows:
                    await tx.db.execute(statement, rows)
        stored += sum(len(move[1]) for move in batch)
        if number % 10 == 9:
            await core.db.engines.checkpoint()
            _log.info("large demo: %s ledger entries", f"{stored:,}")
        await asyncio.sleep(0)
    _log.info("large demo: %s ledger entries in all", f"{stored:,}")


type _Move = tuple[list[Row], list[Row], list[Row]]
"""Transactions, entries and tips."""


def _moves(world: _World, tips: int) -> Iterator[_Move]:
    begin = world.now - _PAST - timedelta(hours=1)
    for number, member in enumerate(world.members):
        at = begin + timedelta(milliseconds=number)
        parts = [(PROCESSOR, -_PURCHASE, "demo"), (wallet_of(member), _PURCHASE, "demo")]
        yield _posted(world, at, EntryKind.PURCHASE, parts, None)
    each = math.ceil(tips / len(world.streams))
    for place, (stream_id, creator, began) in enumerate(world.streams):
        for number in range(min(each, tips - each * place)):
            at = began + _STREAM_LENGTH * (number / each)
            sender = world.chance.choice(world.members)
            tokens = min(world.chance.choice((5, 10, 25, 50, 100)), _left(world, sender))
            if tokens < 5:
                continue
            fee = tokens * world.fee_percent // 100
            parts = [
                (wallet_of(sender), -tokens, "tip"),
                (earnings_of(creator), tokens - fee, "tip"),
                (PLATFORM, fee, "platform fee"),
            ]
            _count(world, sender, creator, tokens)
            yield _posted(world, at, EntryKind.TIP, parts, (stream_id, sender, tokens))


def _left(world: _World, member: str) -> int:
    return world.balances.get(wallet_of(member), 0)


def _count(world: _World, sender: str, creator: str, tokens: int) -> None:
    for total in (world.given[sender], world.got[creator], world.pairs[creator, sender]):
        total[0] += tokens
        total[1] += 1


def _posted(
    world: _World,
    at: datetime,
    kind: EntryKind,
    parts: list[tuple[str, int, str]],
    tip: tuple[str, str, int] | None,
) -> _Move:
    moved = world.id_at(at)
    entries = []
    for account, tokens, note in parts:
        if tokens:
            world.balances[account] = world.balances.get(account, 0) + tokens
            entries.append(
                {
                    "id": world.id_at(at),
                    "transaction_id": moved,
                    "account_id": account,
                    "kind": (EntryKind.FEE if account == PLATFORM else kind).value,
                    "tokens": tokens,
                    "balance_after": world.balances[account],
                    "at": at,
                    "note": note,
                }
            )
    tips: list[Row] = []
    if tip is not None:
        tips = [
            {
                "id": world.id_at(at),
                "transaction_id": moved,
                "stream_id": tip[0],
                "sender_id": tip[1],
                "tokens": tip[2],
                "text": "",
                "at": at,
            }
        ]
    return [{"id": moved, "kind": kind.value, "at": at}], entries, tips


async def _settle(core: Core, world: _World, before: dict[str, int]) -> None:
    """The balances and running totals that all of it leads to."""
    async with core.db.write() as tx:
        for account, balance in world.balances.items():
            change = balance - before.get(account, 0)
            if change:
                await tx.db.execute(
                    update(LedgerAccountRow)
                    .where(LedgerAccountRow.id == account)
                    .values(balance=LedgerAccountRow.balance + change)
                )
        totals = [
            {
                "user_id": user_id,
                "given_tokens": world.given[user_id][0],
                "given_count": world.given[user_id][1],
                "received_tokens": world.got[user_id][0],
                "received_count": world.got[user_id][1],
            }
            for user_id in sorted({*world.given, *world.got})
        ]
        if totals:
            await tx.db.execute(upsert(tx.db.dialect, SupportRow), totals)
        for batch in batched(sorted(world.pairs.items()), _BATCH):
            rows = [
                {"creator_id": creator, "sender_id": sender, "tokens": total[0], "count": total[1]}
                for (creator, sender), total in batch
            ]
            await tx.db.execute(upsert(tx.db.dialect, PairRow), rows)
        await tx.db.execute(delete(HourFigureRow))  # made before there was a past
    await core.db.engines.checkpoint()
