"""What is decided about a broadcast, done at once wherever its pictures are.

Here; at every other server process, by an order over Redis that each confirms; and at an external
media server. A process that an order does not reach looks into the database every two seconds.
"""

import asyncio
from typing import Final

from shared.errors import AppError
from shared.server.core import Core
from shared.server.realtime.orders import RedisOrders
from shared.server.streams.authority import StreamAuthority
from shared.server.streams.cutting import Cutting
from shared.server.streams.on_air import OnAir
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService

HIDE: Final = "hide"
LOOK: Final = "look"
_PATIENCE_S: Final = 1.0
_MOST_WAITING: Final = 500


class AirControl:
    """Takes pictures off the air and puts them back, everywhere. `run` must run."""

    def __init__(
        self,
        core: Core,
        *,
        streams: StreamService,
        authority: StreamAuthority,
        on_air: OnAir,
        cutting: Cutting,
        orders: RedisOrders | None,
    ) -> None:
        self._core = core
        self._streams = streams
        self._authority = authority
        self._on_air = on_air
        self._cutting = cutting
        self._orders = orders
        self._waiting: asyncio.Queue[str] = asyncio.Queue(_MOST_WAITING)
        if orders is not None:
            orders.obey(self._obey)
            core.metrics.gauge("teezu_orders_failures_total", lambda: orders.failures)

    async def panicked(self, stream_id: str) -> None:
        """Remove what viewers could fetch, everywhere; waits a second at most for the others."""
        self._on_air.hide(stream_id)
        stream = await self._noted(stream_id)
        cut = self._cutting.cut(stream)
        await self._order(HIDE, stream_id)
        await asyncio.wait({cut}, timeout=_PATIENCE_S)

    async def revealed(self, stream_id: str) -> None:
        """Show it again, everywhere."""
        self._on_air.show(stream_id)
        await self._noted(stream_id)
        await self._order(LOOK, stream_id)

    def ended(self, stream: StreamRecord) -> None:
        """A stream is over here; let the others know."""
        self._authority.noted(stream)
        self._cutting.cut(stream)
        if self._orders is not None and not self._waiting.full():
            self._waiting.put_nowait(stream.id)  # one too many is found by the regular look

    async def run(self) -> None:
        """Tell other processes of streams that are over, until cancelled."""
        while self._orders is not None:
            await self._order(LOOK, await self._waiting.get())

    async def _noted(self, stream_id: str) -> StreamRecord:
        async with self._core.db.read() as db:
            stream = await self._streams.require(db, stream_id)
        self._authority.noted(stream)
        return stream

    async def _order(self, kind: str, stream_id: str) -> None:
        if self._orders is not None:
            await self._orders.give(kind, stream_id, timeout_s=_PATIENCE_S)

    async def _obey(self, kind: str, stream_id: str) -> None:
        """Another process has decided something about a stream."""
        if not self._on_air.has(stream_id):
            return
        if kind == HIDE:
            self._on_air.hide(stream_id)  # at once; the database is asked after it
        try:
            await self._authority.follow(stream_id)
        except AppError:
            return  # there is no such stream any more
