"""Streams: going live, keys, and who watches."""

import asyncio

from shared.server.accounts.people import People
from shared.server.core import Area, Core, Services
from shared.server.ingest import HlsStore
from shared.server.operations.alerts import Alerts
from shared.server.realtime.orders import RedisOrders
from shared.server.streams import content, endpoints, hook_endpoints, planning
from shared.server.streams.air import AirControl
from shared.server.streams.authority import StreamAuthority
from shared.server.streams.content import Content
from shared.server.streams.cutting import Cutting, media_server
from shared.server.streams.hooks import PublishHooks
from shared.server.streams.keys import StreamKeys
from shared.server.streams.on_air import OnAir
from shared.server.streams.planning import PlanService
from shared.server.streams.playback import Playback
from shared.server.streams.service import StreamService
from shared.server.streams.upkeep import Upkeep
from shared.server.streams.watching import Watching

_TIDY_S = 20.0


def _build(core: Core, services: Services) -> None:
    keys = StreamKeys(core)
    playback = Playback(core.secret, core.clock)
    watching = Watching(core)
    streams = StreamService(core, playback, watching)
    upkeep = Upkeep(core, streams, watching)
    store = HlsStore(core.settings.data / "hls", clock=core.clock)
    on_air = OnAir(store)
    authority = StreamAuthority(core, streams=streams, keys=keys, upkeep=upkeep, on_air=on_air)
    for service in (keys, playback, watching, streams, upkeep, store, on_air, authority):
        services.add(service)
    services.add(PlanService(core))
    services.add(Content(core, services.get(People), streams, playback))
    cutting = Cutting(core, keys, services.get(Alerts), media_server(core.settings))
    orders = RedisOrders(core.settings.redis_url) if core.settings.redis_url else None
    air = AirControl(
        core, streams=streams, authority=authority, on_air=on_air, cutting=cutting, orders=orders
    )
    services.add(air)
    services.run("media server", cutting.run)
    services.run("orders to others", air.run)
    if orders is not None:
        services.add(orders)
        services.run("orders", orders.run)
    hooks = PublishHooks(
        core,
        streams=streams,
        keys=keys,
        authority=authority,
        upkeep=upkeep,
        on_air=on_air,
        cutting=cutting,
    )
    services.add(hooks)
    streams.on_end(on_air.over)
    streams.on_end(air.ended)
    services.get(People).live_stream = streams.live_of

    async def tidy() -> None:
        while True:
            await asyncio.sleep(_TIDY_S)
            await upkeep.tidy()

    services.run("tidy streams", tidy)


async def _ready(core: Core, services: Services) -> None:
    await services.get(Upkeep).recover()


AREA = Area(
    "streams",
    _build,
    (planning.ROUTER, content.ROUTER, endpoints.ROUTER, hook_endpoints.ROUTER),
    _ready,
)
