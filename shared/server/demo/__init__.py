"""The demo: accounts for every role, a creator with a past, and tokens to spend."""

from shared.server.core import Area, Core, Services
from shared.server.demo.making import make_demo


async def _ready(core: Core, services: Services) -> None:
    if core.settings.demo:
        await make_demo(core, services)


AREA = Area("demo", lambda core, services: None, (), _ready)
