"""Tokens: what a person has, buys and tips."""

from typing import Literal

from shared.api.calls import Calls
from shared.schemas.common import Page
from shared.schemas.gifts import Gift, GiftOffer, GiftReceipt, GiftRequest
from shared.schemas.wallet import (
    Balance,
    LeaderboardRow,
    LedgerEntry,
    Purchase,
    PurchaseRequest,
    Tip,
    TipReceipt,
    TipRequest,
)


class Wallet:
    """`/wallet` and the money of one stream's room."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def balance(self) -> Balance:
        """What the signed-in person can spend."""
        return await self._calls.get("/wallet/balance", Balance)

    async def ledger(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[LedgerEntry]:
        """The person's own movements."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get("/wallet/ledger", Page[LedgerEntry], params=params)

    async def purchase(
        self,
        tokens: int,
        *,
        test_card: Literal["ok", "declined"] = "ok",
        key: str | None = None,
    ) -> Purchase:
        """Buy tokens by the test processor."""
        body = PurchaseRequest(tokens=tokens, test_card=test_card)
        return await self._calls.post("/wallet/purchase", Purchase, body=body, key=key)

    async def tip(
        self, stream_id: str, request: TipRequest, *, key: str | None = None
    ) -> TipReceipt:
        """Tip the stream's creator; the same `key` again never pays twice."""
        return await self._calls.post(
            f"/streams/{stream_id}/tip", TipReceipt, body=request, key=key
        )

    async def tips(
        self, stream_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[Tip]:
        """Tips of one stream."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get(f"/streams/{stream_id}/tips", Page[Tip], params=params)

    async def leaderboard(self, stream_id: str) -> Page[LeaderboardRow]:
        """Who supports the stream most."""
        return await self._calls.get(f"/streams/{stream_id}/leaderboard", Page[LeaderboardRow])

    async def gift_catalogue(self) -> Page[GiftOffer]:
        """The gifts there are and what each costs."""
        return await self._calls.get("/gifts", Page[GiftOffer])

    async def give(
        self, stream_id: str, request: GiftRequest, *, key: str | None = None
    ) -> GiftReceipt:
        """Give a gift in a room."""
        path = f"/streams/{stream_id}/gift"
        return await self._calls.post(path, GiftReceipt, body=request, key=key)

    async def gifts(
        self, user_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[Gift]:
        """What a creator got, newest first: one's own, or anybody's for admins."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get(f"/users/{user_id}/gifts", Page[Gift], params=params)
