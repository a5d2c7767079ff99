"""Administration: the hub's figures and the proof of the audit log."""

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.roles import Permission
from shared.server.admin import endpoints
from shared.server.admin.hub import HubService
from shared.server.core import Area, Core, Services
from shared.server.http.errors import forbidden
from shared.server.http.sessions import Caller
from shared.server.realtime.registry import RoomKind, empty_snapshot
from shared.server.streams.service import StreamService


async def _admins(db: AsyncConnection, caller: Caller, room: str) -> None:
    if not caller.may(Permission.ADMINISTER_USERS):
        raise forbidden()


def _build(core: Core, services: Services) -> None:
    hub = HubService(core, services.get(StreamService))
    services.add(hub)
    services.run("hub figures", hub.push)
    core.feed.listen(hub.hear)
    core.rooms.add("admin", RoomKind(_admins, empty_snapshot, joined=hub.somebody_came))


AREA = Area("admin", _build, (endpoints.ROUTER,))
