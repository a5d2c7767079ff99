"""The demo: accounts for every role, a creator with a past, and tokens to spend."""

from shared.server.core import Area, Core, Services
from shared.server.demo.large import make_large
from shared.server.demo.making import make_demo


async def _ready(core: Core, services: Services) -> None:
    if core.settings.demo:
        await make_demo(core, services)
        if core.settings.demo_size == "large":
            await make_large(core)


AREA = Area("demo", lambda core, services: None, (), _ready)
