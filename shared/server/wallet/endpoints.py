"""Routes for the wallet, and for tips."""

from typing import Annotated

from fastapi import Header, Query, Request

from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, ErrorCode, Id, Page
from shared.schemas.roles import Permission
from shared.schemas.wallet import (
    Balance,
    LeaderboardRow,
    LedgerEntry,
    PaymentEvent,
    Purchase,
    PurchaseRequest,
    Tip,
    TipReceipt,
    TipRequest,
)
from shared.server.http.routes import Access, IdempotencyKey, Router, SignedIn, provided
from shared.server.wallet.payment_events import PaymentEvents
from shared.server.wallet.payments import Payments
from shared.server.wallet.service import WalletService

ROUTER = Router("money")
Wallet = Annotated[WalletService, provided(WalletService)]
Events = Annotated[PaymentEvents, provided(PaymentEvents)]
Pay = Annotated[Payments, provided(Payments)]
Signature = Annotated[str, Header(alias="X-Signature", min_length=10, max_length=200)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]


@ROUTER.get("/wallet/balance", needs=Access.SIGNED_IN, summary="My tokens")
async def balance(caller: SignedIn, wallet: Wallet) -> Balance:
    """What I can spend, and what I earned after the fee."""
    return await wallet.balance(caller)


@ROUTER.get("/wallet/ledger", needs=Access.SIGNED_IN, summary="My ledger")
async def entries(
    caller: SignedIn, wallet: Wallet, cursor: Id | None = None, limit: Limit = DEFAULT_PAGE
) -> Page[LedgerEntry]:
    """Every movement of my tokens, newest first."""
    return await wallet.entries(caller, cursor, limit)


@ROUTER.post(
    "/wallet/purchase",
    needs=Permission.PAY,
    status_code=201,
    errors=(ErrorCode.CONFLICT, ErrorCode.IDEMPOTENCY_MISMATCH, ErrorCode.UNAVAILABLE),
    summary="Buy tokens",
)
async def purchase(
    body: PurchaseRequest, caller: SignedIn, payments: Pay, key: IdempotencyKey = None
) -> Purchase:
    """From the test processor: no money moves, and `test_card` decides the answer."""
    return await payments.purchase(caller, body, key)


@ROUTER.post(
    "/wallet/events",
    needs=Access.PUBLIC,
    errors=(ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND, ErrorCode.IDEMPOTENCY_MISMATCH),
    summary="A payment processor's event",
)
async def payment_event(
    body: PaymentEvent, signature: Signature, request: Request, events: Events
) -> Purchase:
    """Signed (`t=SECONDS,v1=HMAC-SHA256`), at most five minutes old, and counted once.

    A refund or chargeback takes back what the buyer still has; a chargeback also puts a hold on
    their payouts and opens a case.
    """
    return await events.take(body, signature, await request.body())


@ROUTER.post(
    "/streams/{stream_id}/tip",
    needs=Permission.PAY,
    status_code=201,
    errors=(
        ErrorCode.NOT_FOUND,
        ErrorCode.STREAM_ENDED,
        ErrorCode.BANNED_FROM_ROOM,
        ErrorCode.INSUFFICIENT_TOKENS,
        ErrorCode.MESSAGE_REFUSED,
        ErrorCode.CONFLICT,
        ErrorCode.IDEMPOTENCY_MISMATCH,
    ),
    summary="Tip",
)
async def tip(
    stream_id: Id, body: TipRequest, caller: SignedIn, wallet: Wallet, key: IdempotencyKey = None
) -> TipReceipt:
    """Once in the ledger, once in the room, once in the goal; or not at all."""
    return await wallet.tip(caller, stream_id, body, key)


@ROUTER.get(
    "/streams/{stream_id}/tips",
    needs=Permission.VIEW_ALL,
    errors=(ErrorCode.NOT_FOUND, ErrorCode.BANNED_FROM_ROOM),
    summary="A stream's tips",
)
async def tips(
    stream_id: Id,
    caller: SignedIn,
    wallet: Wallet,
    cursor: Id | None = None,
    limit: Limit = DEFAULT_PAGE,
) -> Page[Tip]:
    """Newest first."""
    return await wallet.tips(caller, stream_id, cursor, limit)


@ROUTER.get(
    "/streams/{stream_id}/leaderboard",
    needs=Permission.VIEW_ALL,
    errors=(ErrorCode.NOT_FOUND, ErrorCode.BANNED_FROM_ROOM),
    summary="A stream's supporters",
)
async def leaderboard(
    stream_id: Id, caller: SignedIn, wallet: Wallet, limit: Limit = DEFAULT_PAGE
) -> Page[LeaderboardRow]:
    """By what they gave, most first."""
    return await wallet.leaderboard(caller, stream_id, limit)
