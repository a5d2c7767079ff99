"""Health, status and figures: for balancers, packagers and operators."""

from shared.server.core import Area
from shared.server.operations.endpoints import ROUTER
from shared.server.operations.service import build

AREA = Area("operations", build, (ROUTER,))
