"""Rooms: chat, and who may not take part."""

from shared.schemas.realtime import SocketChatSend, SocketTyping
from shared.server.accounts.service import AccountService
from shared.server.core import Area, Core, Services
from shared.server.http.sessions import Caller
from shared.server.realtime.registry import RoomKind
from shared.server.realtime.sockets import Sockets
from shared.server.room.doorman import Doorman
from shared.server.room.endpoints import ROUTER
from shared.server.room.order import RoomOrder
from shared.server.room.restrictions import Restrictions
from shared.server.room.service import RoomService
from shared.server.streams.service import StreamService
from shared.server.streams.watching import Watching


def _build(core: Core, services: Services) -> None:
    streams = services.get(StreamService)
    watching = services.get(Watching)
    restrictions = Restrictions(core)
    room = RoomService(core, streams=streams, watching=watching, restrictions=restrictions)
    accounts = services.get(AccountService)
    order = RoomOrder(core, accounts=accounts, streams=streams, restrictions=restrictions)
    streams.on_start(restrictions.check_camera)
    services.add(restrictions)
    services.add(room)
    services.add(order)
    doorman = Doorman(core, streams, services.get(Sockets))
    services.run("put out who may not stay", doorman.run)
    core.rooms.add(
        "stream",
        RoomKind(room.may_join, room.snapshot, watching.somebody_came, watching.somebody_left),
    )
    core.calls.add("chat:send", SocketChatSend, room.send_call)

    async def typing(caller: Caller, body: SocketTyping) -> None:
        await room.typing(caller, body.stream_id)

    core.calls.add("typing", SocketTyping, typing)


AREA = Area("room", _build, (ROUTER,))
