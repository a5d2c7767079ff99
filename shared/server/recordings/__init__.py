"""Recordings of ended streams: kept where the creator wants it, played, deleted."""

from shared.server.core import Area, Core, Services
from shared.server.ingest import HlsStore
from shared.server.operations.alerts import Alerts
from shared.server.recordings.catalogue import Catalogue
from shared.server.recordings.endpoints import ROUTER
from shared.server.recordings.recorder import Recorder
from shared.server.streams.authority import StreamAuthority
from shared.server.streams.content import Content
from shared.server.streams.service import StreamService


def _build(core: Core, services: Services) -> None:
    recorder = Recorder(core, services.get(HlsStore), services.get(Alerts))
    catalogue = Catalogue(core, services.get(StreamService), recorder)
    services.add(recorder)
    services.add(catalogue)
    services.get(StreamAuthority).on_started(recorder.begin)
    services.get(Content).recordings = catalogue.of
    services.run("recordings are archived", recorder.run)
    services.run("recordings are kept so long", catalogue.run)
    services.on_close(recorder.aclose)


AREA = Area("recordings", _build, (ROUTER,))
