"""Administration: figures, people, settings, announcements, exports, backups, the audit log."""

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.roles import Permission
from shared.server.accounts.sessions import Sessions
from shared.server.admin import desk, endpoints
from shared.server.admin.announcements import AnnouncementService
from shared.server.admin.backups import BackupService
from shared.server.admin.config import ConfigService
from shared.server.admin.exports import ExportDesk
from shared.server.admin.hub import HubService
from shared.server.admin.refunds import RefundDesk
from shared.server.admin.samples import Samples
from shared.server.admin.users import UserDesk
from shared.server.admin.watch import Watch
from shared.server.core import Area, Core, Services
from shared.server.http.errors import forbidden
from shared.server.http.sessions import Caller
from shared.server.insights.hours import HourFigures
from shared.server.insights.totals import Totals
from shared.server.operations.alerts import Alerts
from shared.server.operations.service import HealthService
from shared.server.realtime.registry import RoomKind, empty_snapshot
from shared.server.show.service import ShowService
from shared.server.streams.service import StreamService


async def _admins(db: AsyncConnection, caller: Caller, room: str) -> None:
    if not caller.may(Permission.ADMINISTER_USERS):
        raise forbidden()


def _build(core: Core, services: Services) -> None:
    hub = HubService(core, services.get(StreamService), services.get(HourFigures))
    services.add(hub)
    services.run("hub figures", hub.push)
    core.feed.listen(hub.hear)
    alerts = services.get(Alerts)
    backups = BackupService(core, services.get(HealthService), alerts)
    services.add(UserDesk(core, services.get(Sessions)))
    services.add(ConfigService(core))
    services.add(AnnouncementService(core))
    services.add(ExportDesk(core))
    services.add(RefundDesk(core, services.get(ShowService), services.get(Totals)))
    services.add(backups)
    services.run("daily backup", backups.run)
    samples = Samples(core)
    watch = Watch(core, alerts, samples)
    for check in watch.checks():
        services.get(HealthService).add(check)
    for service in (samples, watch):
        services.add(service)
    services.run("samples", samples.run)
    services.run("watch", watch.run)
    core.metrics.gauge("teezu_rate_limited_total", lambda: core.limits.refused)
    core.rooms.add("admin", RoomKind(_admins, empty_snapshot, joined=hub.somebody_came))


async def _ready(core: Core, services: Services) -> None:
    await services.get(ConfigService).load()


AREA = Area("admin", _build, (endpoints.ROUTER, desk.ROUTER), _ready)
