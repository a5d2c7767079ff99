"""Insights: running totals, what a stream brought, a creator's dashboard and advice."""

from shared.server.core import Area, Core, Services
from shared.server.insights.totals import Totals
from shared.server.wallet.service import WalletService


def _build(core: Core, services: Services) -> None:
    totals = Totals()
    services.add(totals)
    services.get(WalletService).on_spent(totals.spent)


AREA = Area("insights", _build)
