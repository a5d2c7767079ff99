"""Consent: the log of what was agreed to, and creators' safe words."""

from shared.server.consent.endpoints import ROUTER
from shared.server.consent.service import ConsentService
from shared.server.core import Area, Core, Services
from shared.server.room.restrictions import Restrictions
from shared.server.streams.on_air import OnAir
from shared.server.streams.service import StreamService


def _build(core: Core, services: Services) -> None:
    services.add(
        ConsentService(
            core,
            streams=services.get(StreamService),
            restrictions=services.get(Restrictions),
            on_air=services.get(OnAir),
        )
    )


AREA = Area("consent", _build, (ROUTER,))
