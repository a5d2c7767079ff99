"""Spin-to-tip: a tip that lets chance choose a line of the tip menu, with odds that are shown."""

import random
import secrets

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.common import ErrorCode
from shared.schemas.stage import ActionSource, Spin, SpinRequest, SpinSlice, Wheel
from shared.schemas.wallet import TipRequest
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused
from shared.server.http.sessions import Caller
from shared.server.room.restrictions import Restrictions
from shared.server.show.service import ShowService
from shared.server.stage.actions import DEFAULT_S, StageActions
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService
from shared.server.wallet.service import WalletService

MULTIPLIERS = ((1, 0.7), (2, 0.25), (3, 0.05))
"""How many times as long the action takes, and how often."""
_LONGEST_S = 3600


class Spins:
    """Wheels made of the creators' tip menus."""

    def __init__(
        self,
        core: Core,
        *,
        streams: StreamService,
        show: ShowService,
        wallet: WalletService,
        actions: StageActions,
        restrictions: Restrictions,
        chance: random.Random | None = None,
    ) -> None:
        self._core = core
        self._streams = streams
        self._show = show
        self._wallet = wallet
        self._actions = actions
        self._restrictions = restrictions
        self._chance = chance or secrets.SystemRandom()

    async def wheel_of(self, caller: Caller, stream_id: str) -> Wheel:
        """The wheel of a room that the caller may enter."""
        async with self._core.db.read() as db:
            stream = await self._streams.require(db, stream_id)
            await self._streams.check_visible(db, caller, stream)
            await self._restrictions.check_ban(db, caller, stream)
            return await self._wheel(db, stream)

    async def _wheel(self, db: AsyncConnection, stream: StreamRecord) -> Wheel:
        items = (await self._show.tip_menu(db, stream.creator.id)).items
        if not items:
            return Wheel(price_tokens=0, slices=[])
        price = sum(item.tokens for item in items) // len(items)
        slices = [
            SpinSlice(
                title=item.title,
                multiplier=multiplier,
                chance=round(share / len(items), 6),
                duration_s=min(_LONGEST_S, (item.duration_s or DEFAULT_S) * multiplier),
            )
            for item in items
            for multiplier, share in MULTIPLIERS
        ]
        return Wheel(price_tokens=max(1, price), slices=slices)

    async def spin(
        self, caller: Caller, stream_id: str, body: SpinRequest, key: str | None
    ) -> Spin:
        """Tip, and queue what comes up; a repeated request gets the first outcome again.

        Raises:
            Refused: the room is closed to the caller, it has no wheel, or tokens are short.
        """

        async def work(tx: Tx) -> Spin:
            stream = await self._wallet.admit(tx, caller, stream_id)
            wheel = await self._wheel(tx.db, stream)
            if not wheel.slices or body.tokens < wheel.price_tokens:
                raise Refused(
                    ErrorCode.CONFLICT,
                    f"A spin takes {wheel.price_tokens} tokens and a tip menu; look at the wheel.",
                    f"Een draai kost {wheel.price_tokens} tokens en vraagt een tipmenu.",
                    meta={"tokens": wheel.price_tokens},
                )
            weights = [one.chance for one in wheel.slices]
            won = self._chance.choices(wheel.slices, weights)[0]
            text = won.title if won.multiplier == 1 else f"{won.title} x{won.multiplier}"
            paid = TipRequest(tokens=body.tokens, text=text)
            receipt = await self._wallet.tip_in(tx, caller, stream, paid)
            action = await self._actions.queue(
                tx,
                stream,
                ActionSource.SPIN,
                title=won.title,
                duration_s=won.duration_s,
                tokens=body.tokens,
                by=caller.ref,
            )
            return Spin(tip=receipt.tip, won=won, action=action, balance=receipt.balance)

        return await self._core.once.run(
            work, actor=caller.user_id, scope=f"spin:{stream_id}", key=key, body=body, answer=Spin
        )
