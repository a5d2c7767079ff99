"""Gifts: a catalogue, giving them in a room, and a creator's vault of what they got."""

from typing import Annotated

from fastapi import Query
from sqlalchemy import ColumnElement, insert, select

from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, ErrorCode, Id, Page
from shared.schemas.gifts import GIFT_PRICES, Gift, GiftKind, GiftOffer, GiftReceipt, GiftRequest
from shared.schemas.realtime import EventType, stream_room
from shared.schemas.roles import Permission, Role
from shared.schemas.wallet import EntryKind
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import forbidden
from shared.server.http.routes import Access, IdempotencyKey, Router, SignedIn, provided
from shared.server.http.sessions import Caller
from shared.server.show.service import ShowService
from shared.server.wallet.ledger import wallet_of
from shared.server.wallet.service import WalletService
from shared.server.wallet.tables import GiftRow


class GiftService:
    """Gives gifts; each is one movement of tokens like a tip."""

    def __init__(self, core: Core, wallet: WalletService, show: ShowService) -> None:
        self._core = core
        self._wallet = wallet
        self._show = show

    async def give(
        self, caller: Caller, stream_id: str, body: GiftRequest, key: str | None
    ) -> GiftReceipt:
        """Give: ledger, gift, goal and room in one transaction.

        Raises:
            Refused: the room is closed to the caller, it is their own, or tokens are short.
        """

        async def work(tx: Tx) -> GiftReceipt:
            stream = await self._wallet.admit(tx, caller, stream_id)
            await self._wallet.check_words(tx, caller, stream, body.text)
            tokens = GIFT_PRICES[body.gift] * body.quantity
            posted = await self._wallet.pay(tx, caller, stream, tokens, EntryKind.GIFT)
            goal = await self._show.credit(tx, stream.id, body.goal_id, tokens)
            gift = Gift(
                id=new_id(),
                stream_id=stream.id,
                sender=caller.ref,
                gift=body.gift,
                quantity=body.quantity,
                tokens=tokens,
                text=body.text,
                goal_id=None if goal is None else goal.id,
                at=tx.now,
            )
            await tx.db.execute(
                insert(GiftRow).values(
                    id=gift.id,
                    transaction_id=posted.id,
                    stream_id=stream.id,
                    creator_id=stream.creator.id,
                    sender_id=caller.user_id,
                    gift=gift.gift.value,
                    quantity=gift.quantity,
                    tokens=tokens,
                    text=gift.text,
                    goal_id=gift.goal_id,
                    at=tx.now,
                )
            )
            self._core.feed.publish(tx, stream_room(stream.id), EventType.GIFT_RECEIVED, gift)
            await self._wallet.settle(tx, caller, stream, tokens)
            return GiftReceipt(gift=gift, balance=posted.balances[wallet_of(caller.user_id)])

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"gift:{stream_id}",
            key=key,
            body=body,
            answer=GiftReceipt,
        )

    async def vault(
        self, caller: Caller, user_id: str, cursor: str | None, limit: int
    ) -> Page[Gift]:
        """What a creator got, newest first, for themselves and for admins.

        Raises:
            Refused: it is somebody else's.
        """
        if caller.user_id != user_id and not caller.may(Permission.ADMINISTER_USERS):
            raise forbidden()
        named: ColumnElement[bool] = GiftRow.creator_id == user_id
        if cursor is not None:
            named &= GiftRow.id < cursor
        query = (
            select(
                GiftRow.id,
                GiftRow.stream_id,
                GiftRow.sender_id,
                UserRow.display_name,
                UserRow.role,
                GiftRow.gift,
                GiftRow.quantity,
                GiftRow.tokens,
                GiftRow.text,
                GiftRow.goal_id,
                GiftRow.at,
            )
            .join(UserRow, UserRow.id == GiftRow.sender_id)
            .where(named)
            .order_by(GiftRow.id.desc())
            .limit(limit + 1)
        )
        async with self._core.db.read() as db:
            rows = (await db.execute(query)).all()
        items = [
            Gift(
                id=row.id,
                stream_id=row.stream_id,
                sender=UserRef(
                    id=row.sender_id, display_name=row.display_name, role=Role(row.role)
                ),
                gift=GiftKind(row.gift),
                quantity=row.quantity,
                tokens=row.tokens,
                text=row.text,
                goal_id=row.goal_id,
                at=row.at,
            )
            for row in rows[:limit]
        ]
        return Page[Gift](items=items, next_cursor=items[-1].id if len(rows) > limit else None)


ROUTER = Router("money")
Gifts = Annotated[GiftService, provided(GiftService)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]


@ROUTER.get("/gifts", needs=Permission.VIEW_SAFE, summary="The gifts there are")
async def catalogue() -> Page[GiftOffer]:
    """With what each costs."""
    offers = [GiftOffer(kind=kind, tokens=tokens) for kind, tokens in GIFT_PRICES.items()]
    return Page[GiftOffer](items=offers)


@ROUTER.post(
    "/streams/{stream_id}/gift",
    needs=Permission.PAY,
    status_code=201,
    errors=(
        ErrorCode.NOT_FOUND,
        ErrorCode.STREAM_ENDED,
        ErrorCode.BANNED_FROM_ROOM,
        ErrorCode.INSUFFICIENT_TOKENS,
        ErrorCode.MESSAGE_REFUSED,
        ErrorCode.IDEMPOTENCY_MISMATCH,
    ),
    summary="Give a gift",
)
async def give(
    stream_id: Id, body: GiftRequest, caller: SignedIn, gifts: Gifts, key: IdempotencyKey = None
) -> GiftReceipt:
    """Once in the ledger, once in the room, once in the goal; or not at all."""
    return await gifts.give(caller, stream_id, body, key)


@ROUTER.get(
    "/users/{user_id}/gifts",
    needs=Access.SIGNED_IN,
    errors=(ErrorCode.FORBIDDEN,),
    summary="My gift vault",
)
async def vault(
    user_id: Id,
    caller: SignedIn,
    gifts: Gifts,
    cursor: Id | None = None,
    limit: Limit = DEFAULT_PAGE,
) -> Page[Gift]:
    """What I got, newest first; for oneself and for admins."""
    return await gifts.vault(caller, user_id, cursor, limit)
