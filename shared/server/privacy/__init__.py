"""Privacy: everything held of a person as an export, and its erasure."""

from shared.server.accounts.service import AccountService
from shared.server.accounts.sessions import Sessions
from shared.server.core import Area, Core, Services
from shared.server.moderation.exhibits import Exhibits
from shared.server.privacy.endpoints import ROUTER
from shared.server.privacy.erasure import ErasureService
from shared.server.privacy.export import ExportService


def _build(core: Core, services: Services) -> None:
    services.add(ErasureService(core, services.get(Sessions), services.get(Exhibits)))
    services.add(ExportService(core, services.get(AccountService)))


AREA = Area("privacy", _build, (ROUTER,))
