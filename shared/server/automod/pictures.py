"""Looks at a picture of every broadcast now and then, and lets what it finds count."""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.exc import SQLAlchemyError

from shared.schemas.streams import Audience
from shared.server.ai.frames import FACES, FrameCheck, FrameFindings
from shared.server.automod.face_runs import FaceRuns
from shared.server.automod.safety import Safety, Signal
from shared.server.consent.service import ConsentService
from shared.server.core import Core
from shared.server.http.errors import Refused
from shared.server.ingest.hls import HlsStore
from shared.server.streams.service import StreamService

_log = logging.getLogger(__name__)

LOOKS_AT = 0.6
"""From this score on a picture counts."""
_WEIGHT = 6.0
_CHECK_TIMEOUT_S = 10.0
_MOST_KNOWN = 5000


class PictureWatch:
    """Samples the thumbnails that the ingest makes of keyframes anyway."""

    def __init__(
        self,
        core: Core,
        *,
        store: HlsStore,
        streams: StreamService,
        safety: Safety,
        check: FrameCheck,
        consent: ConsentService,
    ) -> None:
        self._core = core
        self._store = store
        self._streams = streams
        self._safety = safety
        self._check = check
        self._consent = consent
        self._faces = FaceRuns()
        self._seen: OrderedDict[str, bytes] = OrderedDict()
        self._latest: dict[str, FrameFindings] = {}
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="picture check")
        core.metrics.gauge("teezu_pictures_watched", lambda: len(self._latest))

    async def close(self) -> None:
        """Let the thread end."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def latest(self, stream_id: str) -> FrameFindings | None:
        """What the last picture of a broadcast showed."""
        return self._latest.get(stream_id)

    async def run(self) -> None:
        """Look until cancelled."""
        while self._core.settings.picture_check_s:
            await asyncio.sleep(self._core.settings.picture_check_s)
            await self.look()

    async def look(self) -> int:
        """Check every picture that has changed; how many there were."""
        looked = 0
        on_air = self._store.stream_ids
        for gone in self._latest.keys() - set(on_air):
            del self._latest[gone]
        self._faces.forget_others(on_air)
        for stream_id in on_air:
            picture = self._store.thumbnail(stream_id)
            if picture is None or not self._is_new(stream_id, picture):
                continue
            looked += 1
            found = await self._findings(picture)
            if found is None:
                continue
            self._latest[stream_id] = found
            if found.score >= LOOKS_AT:
                await self._count(stream_id, found)
            faces = dict(found.figures).get(FACES)
            if faces is not None:
                await self._hint(stream_id, round(faces))
        return looked

    def _is_new(self, stream_id: str, picture: bytes) -> bool:
        print_ = hashlib.blake2b(picture, digest_size=16).digest()
        if self._seen.get(stream_id) == print_:
            return False
        self._seen[stream_id] = print_
        self._seen.move_to_end(stream_id)
        if len(self._seen) > _MOST_KNOWN:
            self._seen.popitem(last=False)
        return True

    async def _findings(self, picture: bytes) -> FrameFindings | None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_CHECK_TIMEOUT_S):
                return await loop.run_in_executor(self._pool, self._check.check, picture)
        except TimeoutError:
            _log.warning("%s took too long for a picture", self._check.name)
        except Exception:  # noqa: BLE001 - the root of an operator's own code
            _log.exception("%s failed on a picture", self._check.name)
        return None

    async def _count(self, stream_id: str, found: FrameFindings) -> None:
        try:
            async with self._core.db.write() as tx:
                await self._streams.require_open(tx.db, stream_id)
                signal = Signal(stream_id, "picture", round(_WEIGHT * found.score, 1))
                await self._safety.signal(tx, signal)
        except Refused:
            return  # over in the meantime
        except SQLAlchemyError:
            _log.exception("what a picture showed was lost")

    async def _hint(self, stream_id: str, faces: int) -> None:
        """Let the number of faces become a hint where a row of pictures says the same."""
        try:
            async with self._core.db.read() as db:
                stream = await self._streams.require_open(db, stream_id)
                others = await self._consent.agreed(db, stream_id) if faces > 1 else 0
            is_public = stream.audience is Audience.PUBLIC
            hints = self._faces.take(stream_id, faces, agreed=1 + others, is_public=is_public)
            if hints is not None:
                async with self._core.db.write() as tx:
                    await self._safety.hint(tx, stream_id, hints)
        except Refused:
            return  # over in the meantime
        except SQLAlchemyError:
            _log.exception("a hint was lost")
