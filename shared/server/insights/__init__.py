"""Insights: running totals, what a stream brought, a creator's dashboard and advice."""

from shared.server.core import Area, Core, Services
from shared.server.insights.endpoints import ROUTER
from shared.server.insights.hours import HourFigures
from shared.server.insights.presence import Presences
from shared.server.insights.service import InsightService
from shared.server.insights.totals import Totals
from shared.server.streams.planning import PlanService
from shared.server.streams.service import StreamService
from shared.server.streams.watching import Watching
from shared.server.wallet.service import WalletService


def _build(core: Core, services: Services) -> None:
    totals = Totals()
    services.add(totals)
    services.add(
        InsightService(
            core,
            streams=services.get(StreamService),
            watching=services.get(Watching),
            plans=services.get(PlanService),
        )
    )
    services.get(WalletService).on_spent(totals.spent)
    hours = HourFigures(core)
    presences = Presences(core, services.get(Watching))
    services.add(hours)
    services.add(presences)
    services.run("hour figures", hours.run)
    services.run("presences", presences.run)


async def _ready(core: Core, services: Services) -> None:
    await services.get(Presences).begin()


AREA = Area("insights", _build, (ROUTER,), _ready)
