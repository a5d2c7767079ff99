"""Tokens: bought, tipped, listed."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import Select, func, insert, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.common import ErrorCode, Page
from shared.schemas.realtime import EventType, stream_room
from shared.schemas.roles import Role
from shared.schemas.show import TipMenuItem
from shared.schemas.wallet import (
    Balance,
    EntryKind,
    LeaderboardRow,
    LedgerEntry,
    Purchase,
    Tip,
    TipReceipt,
    TipRequest,
)
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, not_found
from shared.server.http.sessions import Caller
from shared.server.room.restrictions import Restrictions
from shared.server.show.mood import MoodService
from shared.server.show.service import ShowService
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService
from shared.server.wallet import holds, ledger
from shared.server.wallet.ledger import PLATFORM, PROCESSOR, Move, Posted, earnings_of, wallet_of
from shared.server.wallet.tables import GiftRow, LedgerEntryRow, LedgerTransactionRow, TipRow

SNAPSHOT_TIPS = 20
_TIP = insert(TipRow)

type Spent = Callable[[Tx, Caller, StreamRecord, int], Awaitable[None]]
"""Told who gave how many tokens to which stream."""
type Words = Callable[[Tx, Caller, StreamRecord, str], Awaitable[Refused | None]]
"""Asked about the words that come with tokens."""
type Ordered = Callable[[Tx, Caller, StreamRecord, TipMenuItem, int], Awaitable[None]]
"""Told who tipped how many tokens for which line of the stream's tip menu."""


class WalletService:
    """Everybody's tokens, and the tips they become."""

    def __init__(
        self,
        core: Core,
        *,
        streams: StreamService,
        show: ShowService,
        moods: MoodService,
        restrictions: Restrictions,
    ) -> None:
        self._core = core
        self._streams = streams
        self._show = show
        self._moods = moods
        self._restrictions = restrictions
        self._on_spent: list[Spent] = []
        self._on_menu: list[Ordered] = []
        self._gates: list[Words] = []

    def on_spent(self, hook: Spent) -> None:
        """Take part in the transaction of every tip and gift."""
        self._on_spent.append(hook)

    def on_menu(self, hook: Ordered) -> None:
        """Take part in the transaction of every tip for a line of the tip menu."""
        self._on_menu.append(hook)

    def guard(self, gate: Words) -> None:
        """Be asked about the words of every tip and gift before any token moves."""
        self._gates.append(gate)

    async def check_words(self, tx: Tx, caller: Caller, stream: StreamRecord, text: str) -> None:
        """Refuse words that the room would not see.

        Raises:
            Refused: they break its rules.
        """
        for gate in self._gates:
            if (no := await gate(tx, caller, stream, text)) is not None:
                raise no

    async def balance(self, caller: Caller) -> Balance:
        """What the caller can spend, and what they earned."""
        now = self._core.clock.now()
        async with self._core.db.read() as db:
            earned = await ledger.balance(db, earnings_of(caller.user_id))
            is_held = await holds.is_held(db, caller.user_id, now)
            return Balance(
                tokens=await ledger.balance(db, wallet_of(caller.user_id)),
                earned_tokens=earned,
                available_tokens=0 if is_held else earned,
                held_tokens=earned if is_held else 0,
                is_held=is_held,
                held_until=await holds.held_until(db, caller.user_id, now),
            )

    async def entries(self, caller: Caller, cursor: str | None, limit: int) -> Page[LedgerEntry]:
        """The caller's own lines of the ledger, newest first."""
        accounts = (wallet_of(caller.user_id), earnings_of(caller.user_id))
        query = (
            select(
                LedgerEntryRow.id,
                LedgerEntryRow.transaction_id,
                LedgerEntryRow.kind,
                LedgerEntryRow.tokens,
                LedgerEntryRow.balance_after,
                LedgerEntryRow.at,
                LedgerEntryRow.note,
            )
            .where(LedgerEntryRow.account_id.in_(accounts))
            .order_by(LedgerEntryRow.id.desc())
            .limit(limit + 1)
        )
        if cursor is not None:
            query = query.where(LedgerEntryRow.id < cursor)
        async with self._core.db.read() as db:
            rows = (await db.execute(query)).all()
        items = [LedgerEntry.model_validate(row, from_attributes=True) for row in rows[:limit]]
        return Page[LedgerEntry](
            items=items, next_cursor=items[-1].id if len(rows) > limit else None
        )

    async def deposit(self, tx: Tx, user_id: str, tokens: int, *, note: str) -> Purchase:
        """Bring tokens into a wallet from outside."""
        wallet = wallet_of(user_id)
        posted = await ledger.post(
            tx,
            EntryKind.PURCHASE,
            [
                Move(PROCESSOR, -tokens, EntryKind.PURCHASE, note),
                Move(wallet, tokens, EntryKind.PURCHASE, note),
            ],
        )
        return Purchase(id=posted.id, tokens=tokens, balance=posted.balances[wallet], at=tx.now)

    async def tip(
        self, caller: Caller, stream_id: str, body: TipRequest, key: str | None
    ) -> TipReceipt:
        """Tip a stream: ledger, tip, goal and room in one transaction.

        Raises:
            Refused: the room is closed to the caller, it is their own, or tokens are short.
        """

        async def work(tx: Tx) -> TipReceipt:
            return await self.tip_in(tx, caller, await self.admit(tx, caller, stream_id), body)

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"tip:{stream_id}",
            key=key,
            body=body,
            answer=TipReceipt,
        )

    async def admit(self, tx: Tx, caller: Caller, stream_id: str) -> StreamRecord:
        """The stream, when the caller may give it tokens.

        Raises:
            Refused: the room is closed to the caller, or it is their own.
        """
        stream = await self._streams.require_open(tx.db, stream_id)
        await self._streams.check_visible(tx.db, caller, stream)
        await self._restrictions.check_purse(tx.db, caller, stream)
        if stream.creator.id == caller.user_id:
            raise Refused(
                ErrorCode.FORBIDDEN,
                "You cannot tip your own stream.",
                "Je kunt je eigen stream geen tip geven.",
            )
        return stream

    async def pay(
        self, tx: Tx, caller: Caller, stream: StreamRecord, tokens: int, kind: EntryKind
    ) -> Posted:
        """Move tokens from a wallet to a creator's earnings, less the platform's fee."""
        fee = tokens * self._core.settings.fee_percent // 100
        creator = stream.creator
        moves = [
            Move(wallet_of(caller.user_id), -tokens, kind, f"to {creator.display_name}"),
            Move(earnings_of(creator.id), tokens - fee, kind, f"from {caller.display_name}"),
            Move(PLATFORM, fee, EntryKind.FEE, "platform fee"),
        ]
        return await ledger.post(tx, kind, moves)

    async def settle(self, tx: Tx, caller: Caller, stream: StreamRecord, tokens: int) -> None:
        """What follows on every tip and gift: the mood, and what other areas keep of it."""
        strip = await self._moods.tipped(tx, stream, caller.user_id, tokens)
        self._moods.post(stream.id, strip)
        for hook in self._on_spent:
            await hook(tx, caller, stream, tokens)

    async def tip_in(
        self, tx: Tx, caller: Caller, stream: StreamRecord, body: TipRequest
    ) -> TipReceipt:
        """Tip within a transaction."""
        await self.check_words(tx, caller, stream, body.text)
        posted = await self.pay(tx, caller, stream, body.tokens, EntryKind.TIP)
        menu_item = await self._menu_item(tx, stream, body)
        goal = await self._show.credit(tx, stream.id, body.goal_id, body.tokens)
        tip = Tip(
            id=new_id(),
            stream_id=stream.id,
            sender=caller.ref,
            tokens=body.tokens,
            text=body.text,
            goal_id=None if goal is None else goal.id,
            menu_item=None if menu_item is None else menu_item.title,
            at=tx.now,
        )
        row = {
            "id": tip.id,
            "transaction_id": posted.id,
            "stream_id": stream.id,
            "sender_id": caller.user_id,
            "tokens": tip.tokens,
            "text": tip.text,
            "goal_id": tip.goal_id,
            "menu_item": tip.menu_item,
            "at": tx.now,
        }
        await tx.db.execute(_TIP, row)
        self._core.feed.publish(tx, stream_room(stream.id), EventType.TIP_RECEIVED, tip)
        await self.settle(tx, caller, stream, body.tokens)
        if menu_item is not None:
            for hook in self._on_menu:
                await hook(tx, caller, stream, menu_item, body.tokens)
        return TipReceipt(tip=tip, balance=posted.balances[wallet_of(caller.user_id)])

    async def _menu_item(
        self, tx: Tx, stream: StreamRecord, body: TipRequest
    ) -> TipMenuItem | None:
        if body.menu_item_id is None:
            return None
        menu = await self._show.tip_menu(tx.db, stream.creator.id)
        for item in menu.items:
            if item.id == body.menu_item_id:
                if body.tokens < item.tokens:
                    raise Refused(
                        ErrorCode.CONFLICT,
                        f"“{item.title}” takes {item.tokens} tokens; tip at least that.",
                        f"“{item.title}” kost {item.tokens} tokens; geef minstens zoveel.",
                        meta={"tokens": item.tokens},
                    )
                return item
        raise not_found()

    async def tips(
        self, caller: Caller, stream_id: str, cursor: str | None, limit: int
    ) -> Page[Tip]:
        """A stream's tips, newest first."""
        async with self._core.db.read() as db:
            stream = await self._streams.require(db, stream_id)
            await self._streams.check_visible(db, caller, stream)
            await self._restrictions.check_ban(db, caller, stream)
            query = _tips().where(TipRow.stream_id == stream_id)
            if cursor is not None:
                query = query.where(TipRow.id < cursor)
            rows = (await db.execute(query.limit(limit + 1))).all()
        items = [_tip(row) for row in rows[:limit]]
        return Page[Tip](items=items, next_cursor=items[-1].id if len(rows) > limit else None)

    async def latest(self, db: AsyncConnection, stream_id: str) -> list[Tip]:
        """The last tips of a room, oldest first."""
        query = _tips().where(TipRow.stream_id == stream_id).limit(SNAPSHOT_TIPS)
        return [_tip(row) for row in (await db.execute(query)).all()][::-1]

    async def leaderboard(self, caller: Caller, stream_id: str, limit: int) -> Page[LeaderboardRow]:
        """A stream's supporters by what they gave."""
        given = union_all(
            *(
                select(row.sender_id.label("sender_id"), row.tokens.label("tokens")).where(
                    row.stream_id == stream_id, row.transaction_id.not_in(_taken_back())
                )
                for row in (TipRow, GiftRow)
            )
        ).subquery()
        total = func.sum(given.c.tokens)
        query = (
            select(UserRow.id, UserRow.display_name, UserRow.role, total, func.count())
            .select_from(given)
            .join(UserRow, UserRow.id == given.c.sender_id)
            .group_by(UserRow.id, UserRow.display_name, UserRow.role)
            .order_by(total.desc(), UserRow.id)
            .limit(limit)
        )
        async with self._core.db.read() as db:
            stream = await self._streams.require(db, stream_id)
            await self._streams.check_visible(db, caller, stream)
            await self._restrictions.check_ban(db, caller, stream)
            rows = (await db.execute(query)).all()
        return Page[LeaderboardRow](
            items=[
                LeaderboardRow(
                    rank=rank,
                    user=UserRef(id=id_, display_name=name, role=Role(role)),
                    tokens=tokens,
                    tips=count,
                )
                for rank, (id_, name, role, tokens, count) in enumerate(rows, 1)
            ]
        )


def _taken_back() -> Select[str | None]:
    return select(LedgerTransactionRow.reverses).where(LedgerTransactionRow.reverses.is_not(None))


def _tips() -> Select[*tuple[Any, ...]]:
    return (
        select(
            TipRow.id,
            TipRow.stream_id,
            TipRow.sender_id,
            TipRow.tokens,
            TipRow.text,
            TipRow.goal_id,
            TipRow.menu_item,
            TipRow.at,
            UserRow.display_name,
            UserRow.role,
        )
        .join(UserRow, UserRow.id == TipRow.sender_id)
        .order_by(TipRow.id.desc())
    )


def _tip(row: Any) -> Tip:
    return Tip(
        id=row.id,
        stream_id=row.stream_id,
        sender=UserRef(id=row.sender_id, display_name=row.display_name, role=Role(row.role)),
        tokens=row.tokens,
        text=row.text,
        goal_id=row.goal_id,
        menu_item=row.menu_item,
        at=row.at,
    )
