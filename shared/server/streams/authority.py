"""What the ingest asks and tells: who may publish, and what became of it."""

from collections.abc import Callable
from datetime import datetime

from shared.schemas.realtime import EventType, stream_room
from shared.schemas.roles import Permission, may
from shared.schemas.streams import MediaFormat, StreamHealth, StreamState
from shared.server.core import Core
from shared.server.ingest.authority import EndReason, IngestGrant, IngestHealth
from shared.server.ingest.reports import Media
from shared.server.streams.keys import StreamKeys
from shared.server.streams.on_air import OnAir
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService
from shared.server.streams.upkeep import Upkeep

LIMITED_KBPS = 2500
LIMITED_SIZE = (1280, 720)


class StreamAuthority:
    """Implements the ingest's `IngestAuthority` on our keys and streams."""

    def __init__(
        self,
        core: Core,
        *,
        streams: StreamService,
        keys: StreamKeys,
        upkeep: Upkeep,
        on_air: OnAir,
    ) -> None:
        self._core = core
        self._streams = streams
        self._keys = keys
        self._upkeep = upkeep
        self._on_air = on_air
        self._seen: dict[str, tuple[StreamState, datetime]] = {}
        self._on_started: list[Callable[[StreamRecord], None]] = []

    def on_started(self, hook: Callable[[StreamRecord], None]) -> None:
        """Be told of each stream whose picture arrives, also when it comes back."""
        self._on_started.append(hook)

    async def authorise(self, stream_key: str, peer: str) -> IngestGrant | None:
        """Leave for the owner of the key, when they have announced a stream and may stream."""
        async with self._core.db.read() as db:
            owner = await self._keys.owner(db, stream_key)
            stream = None if owner is None else await self._streams.open_of(db, owner)
        role = None if stream is None else stream.creator.role
        if stream is None or role is None or not may(role, Permission.STREAM_LIMITED):
            return None
        if may(role, Permission.STREAM):
            return IngestGrant(stream.id)
        width, height = LIMITED_SIZE
        return IngestGrant(stream.id, LIMITED_KBPS, width, height)

    async def started(self, stream_id: str, media: Media) -> None:
        """The first picture is there: the stream is live."""
        info = MediaFormat(
            video_codec=media.video_codec,
            audio_codec=media.audio_codec,
            width=media.width or None,
            height=media.height or None,
        )
        async with self._core.db.write() as tx:
            stream = await self._streams.require(tx.db, stream_id)
            if not stream.is_open:
                return
            for hook in self._on_started:
                hook(stream)
            # What a creator froze or hid stays so, whoever reconnects or was started again.
            if stream.state is StreamState.PANICKED:
                self._on_air.hide(stream_id)
            held = stream.state in (StreamState.FROZEN, StreamState.PANICKED)
            after = await self._streams.set_state(
                tx,
                stream,
                stream.state if held else StreamState.LIVE,
                media=info.model_dump(exclude_none=True),
            )
            self.noted(after)

    async def ended(self, stream_id: str, reason: EndReason) -> None:
        """The publisher has gone; the stream waits for it to come back."""
        async with self._core.db.write() as tx:
            stream = await self._streams.require(tx.db, stream_id)
            if stream.state is StreamState.LIVE:
                await self._streams.set_state(tx, stream, StreamState.INTERRUPTED)

    def noted(self, stream: StreamRecord) -> None:
        """Remember what was done here for this state, so that it is not done again."""
        if stream.is_open:
            self._seen[stream.id] = (stream.state, stream.state_at)
        else:
            self._seen.pop(stream.id, None)

    async def follow(self, stream_id: str) -> None:
        """Do to our publisher what has been decided about its stream, here or elsewhere."""
        async with self._core.db.read() as db:
            stream = await self._streams.require(db, stream_id)
        before = self._seen.get(stream_id)
        self.noted(stream)
        if not stream.is_open:
            self._on_air.over(stream)
        elif stream.state is StreamState.PANICKED:
            self._on_air.hide(stream_id)
        elif stream.state is StreamState.LIVE:
            # Live again since another moment: what happened between may have been a panic.
            missed = before is not None and before != (StreamState.LIVE, stream.state_at)
            if missed and before is not None and before[0] is StreamState.LIVE:
                self._on_air.hide(stream_id)
            if self._on_air.is_hidden(stream_id):
                self._on_air.show(stream_id)
        elif stream.state is StreamState.INTERRUPTED:  # by a process that has just started
            async with self._core.db.write() as tx:
                stream = await self._streams.require(tx.db, stream_id)
                if stream.state is StreamState.INTERRUPTED:
                    self.noted(await self._streams.set_state(tx, stream, StreamState.LIVE))

    async def health(self, stream_id: str, figures: IngestHealth) -> None:
        """Tell the room how the line is; only the latest matters."""
        self._upkeep.published(stream_id)
        if self._core.settings.database_url:
            await self.follow(stream_id)
        self._core.posts.post(
            stream_room(stream_id),
            EventType.STREAM_HEALTH,
            StreamHealth(
                kbps=figures.kbps,
                fps=figures.fps,
                keyframe_interval_s=figures.keyframe_interval_s,
                silent_s=figures.silent_s,
                dropped_frames=figures.dropped_frames,
                uptime_s=figures.uptime_s,
            ),
        )
