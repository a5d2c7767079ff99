"""Playback: playlists, segments and thumbnails for those who may watch."""

from shared.server.accounts.sessions import Sessions
from shared.server.core import Area, Core, Services
from shared.server.ingest import HlsStore
from shared.server.playback.endpoints import ROUTER
from shared.server.playback.shelf import Shelf
from shared.server.playback.viewing import Viewing
from shared.server.room.restrictions import Restrictions
from shared.server.streams.playback import Playback
from shared.server.streams.service import StreamService


def _build(core: Core, services: Services) -> None:
    shelf = Shelf(services.get(HlsStore), core.objects)
    services.add(shelf)
    if core.objects.is_shared:
        services.run("shared broadcasts", shelf.run)
    services.add(
        Viewing(
            core,
            sessions=services.get(Sessions),
            streams=services.get(StreamService),
            playback=services.get(Playback),
            restrictions=services.get(Restrictions),
        )
    )


AREA = Area("playback", _build, (ROUTER,))
