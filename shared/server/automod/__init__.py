"""Automod: what is said is checked before a room sees it, and what is found counts."""

from shared.server.ai.frames import load_check
from shared.server.automod import endpoints
from shared.server.automod.gate import Gate
from shared.server.automod.held import Held
from shared.server.automod.modes import Modes
from shared.server.automod.pictures import PictureWatch
from shared.server.automod.safety import Safety
from shared.server.consent.service import ConsentService
from shared.server.core import Area, Core, Services
from shared.server.ingest.hls import HlsStore
from shared.server.moderation.reports import Reports
from shared.server.moderation.streams import Supervision
from shared.server.room.restrictions import Restrictions
from shared.server.room.service import RoomService
from shared.server.streams.service import StreamService
from shared.server.wallet.service import WalletService


def _build(core: Core, services: Services) -> None:
    streams, rooms = services.get(StreamService), services.get(RoomService)
    modes = Modes(core, streams)
    held = Held(core, streams=streams, rooms=rooms, restrictions=services.get(Restrictions))
    safety = Safety(core, streams, services.get(Reports))
    gate = Gate(core, streams=streams, modes=modes, held=held, safety=safety)
    for service in (modes, held, safety):
        services.add(service)
    rooms.guard(gate.check)
    services.get(WalletService).guard(gate.check_gift)
    rooms.show(modes.snapshot)
    pictures = PictureWatch(
        core,
        store=services.get(HlsStore),
        streams=streams,
        safety=safety,
        check=load_check(core.settings.picture_check),
        consent=services.get(ConsentService),
    )
    services.get(Supervision).hints = safety.hints
    services.add(pictures)
    services.on_close(pictures.close)
    services.run("pictures are looked at", pictures.run)
    services.run("held messages run out", held.run)
    services.run("safety signals", safety.take)
    services.run("safety scores fade", safety.fade_on)


AREA = Area("automod", _build, (endpoints.ROUTER,))
