"""Compliance: identity, age and performer records, submitted by people and decided by admins."""

from shared.server.accounts.service import AccountService
from shared.server.compliance.endpoints import ROUTER
from shared.server.compliance.service import ComplianceService
from shared.server.core import Area, Core, Services


def _build(core: Core, services: Services) -> None:
    services.add(ComplianceService(core, services.get(AccountService)))


AREA = Area("compliance", _build, (ROUTER,))
