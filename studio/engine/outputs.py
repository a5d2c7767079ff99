"""The outputs of a broadcast: made from what was asked for, fed by one encode, each on its own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from shared.errors import AppError, StorageError
from shared.rtmp import RtmpAddress
from studio.engine.output.congestion import LineReading
from studio.engine.output.packets import (
    EncodedPacket,
    PacketKind,
    PacketSink,
    StreamDescription,
    VideoCodec,
)
from studio.engine.output.publisher_state import PublisherPhase
from studio.engine.output.recording import Recording, Split
from studio.engine.output.replay import ReplayBuffer
from studio.engine.output.rtmp import RtmpPublisher
from studio.engine.protocol import (
    OutputPhase,
    OutputSpec,
    OutputState,
    RecordingOutput,
    ReplayOutput,
    RtmpOutput,
)
from studio.engine.video.platforms import ANY, platform_of

log = logging.getLogger(__name__)


class Output(Protocol):
    """One output at work; everything but `sink` belongs to the event loop."""

    @property
    def sink(self) -> PacketSink:
        """Where the encoder threads put packets."""
        ...

    @property
    def tracks(self) -> tuple[int, ...]:
        """The sound tracks it takes."""
        ...

    def state(self) -> OutputState:
        """Return the output as it is now."""
        ...

    def line(self) -> LineReading | None:
        """Return how its line does; None where there is no line."""
        ...

    def mark(self, title: str, *, at_us: int) -> None:
        """Note that something begins at a moment of the media clock."""
        ...

    async def start(self) -> None:
        """Open it.

        Raises:
            AppError: it cannot be opened.
        """
        ...

    async def stop(self) -> None:
        """Close it, within a second or two."""
        ...


_STREAMED_TRACKS = (0,)


class RecordingOutputRunner:
    """A recording as an output."""

    def __init__(
        self,
        spec: RecordingOutput,
        description: StreamDescription,
        *,
        on_change: Callable[[], None],
    ) -> None:
        self._spec = spec
        self._loop = asyncio.get_running_loop()
        self._on_change = on_change
        self._phase: OutputPhase = "connecting"
        self._failure: AppError | None = None
        self.tracks = tuple(number - 1 for number in spec.audio_tracks)
        self.recording = Recording(
            Path(spec.path),
            replace(description, audio_tracks=self.tracks),
            on_end=self._ended,
            split=Split(
                after_s=spec.split_s,
                after_bytes=spec.split_mb * 1_000_000 if spec.split_mb else None,
            ),
        )

    @property
    def sink(self) -> PacketSink:
        """Where the encoder threads put packets."""
        return self.recording

    async def start(self) -> None:
        """Make the file."""
        await asyncio.to_thread(self.recording.open)
        self._phase = "live"

    async def stop(self) -> None:
        """Close the file."""
        self.recording.request_stop()
        await asyncio.to_thread(self.recording.join)

    def state(self) -> OutputState:
        """Return the recording as it is now."""
        return OutputState(
            id=self._spec.id,
            kind="recording",
            name=self._spec.name,
            target=str(self.recording.path),
            phase=self._phase,
            message=self._failure.message if self._failure else None,
            code=self._failure.code if self._failure else None,
            sent_bytes=self.recording.written_bytes,
            queued_bytes=self.recording.queued_bytes,
            dropped_frames=self.recording.dropped_frames,
            paused=self.recording.is_paused,
            free_bytes=self.recording.free_bytes,
        )

    def line(self) -> LineReading | None:
        """A disk does not govern the rate."""
        return None

    def mark(self, title: str, *, at_us: int) -> None:
        """Begin a chapter."""
        self.recording.mark(title, at_us=at_us)

    def _ended(self, failure: AppError | None) -> None:
        self._failure = failure
        self._phase = "failed" if failure else "ended"
        self._loop.call_soon_threadsafe(self._on_change)


_FOUR_CC: dict[VideoCodec, str] = {
    VideoCodec.H264: "avc1",
    VideoCodec.HEVC: "hvc1",
    VideoCodec.AV1: "av01",
}

_PHASES: dict[PublisherPhase, OutputPhase] = {
    PublisherPhase.CONNECTING: "connecting",
    PublisherPhase.LIVE: "live",
    PublisherPhase.RECONNECTING: "reconnecting",
    PublisherPhase.REFUSED: "failed",
    PublisherPhase.ENDED: "ended",
}


class RtmpOutputRunner:
    """A publisher as an output."""

    tracks = _STREAMED_TRACKS

    def __init__(
        self,
        spec: RtmpOutput,
        description: StreamDescription,
        *,
        on_change: Callable[[], None],
        request_keyframe: Callable[[], None],
    ) -> None:
        self._spec = spec
        key = spec.key.get_secret_value() or None
        self._video = description.video
        self._host = RtmpAddress.parse(spec.url, stream_key=key).host
        backup = RtmpAddress.parse(spec.backup_url, stream_key=key) if spec.backup_url else None
        self._publisher = RtmpPublisher(
            RtmpAddress.parse(spec.url, stream_key=key),
            description,
            backup=backup,
            on_state=lambda _: on_change(),
            request_keyframe=request_keyframe,
        )

    @property
    def sink(self) -> PacketSink:
        """Where the encoder threads put packets."""
        return self._publisher

    async def start(self) -> None:
        """Begin to connect; how that goes is told by the state."""
        self._publisher.start()

    async def stop(self) -> None:
        """Say goodbye to the server, within a second."""
        await self._publisher.stop()

    def state(self) -> OutputState:
        """Return the publisher as it is now."""
        state, figures = self._publisher.state, self._publisher.statistics()
        return OutputState(
            id=self._spec.id,
            kind="rtmp",
            name=self._spec.name,
            target=self._publisher.target,
            phase=_PHASES[state.phase],
            message=state.message if state.code else None,
            code=state.code,
            sent_bytes=figures.sent_bytes,
            send_kbps=round(figures.send_kbps, 1),
            queue_age_ms=round(figures.queue_age_ms, 1),
            queued_bytes=figures.queued_bytes,
            dropped_frames=figures.dropped_frames,
            reconnects=figures.reconnects,
            round_trip_ms=figures.round_trip_ms,
            unsure_codec=self._unsure_codec(),
            silent_s=round(figures.silent_s, 3),
            retry_s=round(figures.retry_s, 3),
        )

    def _unsure_codec(self) -> str:
        """The format that is sent though neither table nor ingest says that it is taken."""
        codec = self._video.codec if self._video is not None else VideoCodec.H264
        is_known = codec is VideoCodec.H264 or platform_of(self._host) is not ANY
        formats = self._publisher.formats
        if is_known or self._publisher.state.phase is not PublisherPhase.LIVE:
            return ""
        return "" if {"*", _FOUR_CC[codec]} & formats else codec.name

    def line(self) -> LineReading | None:
        """Return how the line to the ingest does."""
        figures = self._publisher.statistics()
        return LineReading(
            output_id=self._spec.id,
            is_live=self._publisher.state.phase is PublisherPhase.LIVE,
            queue_age_s=figures.queue_age_ms / 1000,
            line_kbps=figures.line_kbps,
        )

    def mark(self, title: str, *, at_us: int) -> None:
        """An ingest takes no chapters."""


class ReplayOutputRunner:
    """A replay buffer as an output."""

    tracks = _STREAMED_TRACKS

    def __init__(self, spec: ReplayOutput, description: StreamDescription) -> None:
        self._spec = spec
        self._phase: OutputPhase = "connecting"
        self.replay = ReplayBuffer(description, seconds=spec.seconds)

    @property
    def sink(self) -> PacketSink:
        """Where the encoder threads put packets."""
        return self.replay

    async def start(self) -> None:
        """Begin to hold packets."""
        self._phase = "live"

    async def stop(self) -> None:
        """Forget them."""
        self._phase = "ended"
        self.replay.drop_unsent()

    def state(self) -> OutputState:
        """Return the buffer as it is now."""
        return OutputState(
            id=self._spec.id,
            kind="replay",
            name=self._spec.name,
            target="",
            phase=self._phase,
            queued_bytes=self.replay.held_bytes,
            held_s=round(self.replay.held_s, 3),
        )

    def line(self) -> LineReading | None:
        """Memory does not govern the rate."""
        return None

    def mark(self, title: str, *, at_us: int) -> None:
        """A replay is too short for chapters."""


def make_output(
    spec: OutputSpec,
    description: StreamDescription,
    *,
    on_change: Callable[[], None],
    request_keyframe: Callable[[], None],
) -> Output:
    """Return the output for a spec, not started yet; both calls come in the loop.

    Raises:
        InvalidInput: the address is none.
    """
    if isinstance(spec, RecordingOutput):
        return RecordingOutputRunner(spec, description, on_change=on_change)
    if isinstance(spec, ReplayOutput):
        return ReplayOutputRunner(spec, description)
    return RtmpOutputRunner(
        spec, description, on_change=on_change, request_keyframe=request_keyframe
    )


async def add_all(
    specs: tuple[OutputSpec, ...],
    add: Callable[[OutputSpec], Awaitable[None]],
    tell: Callable[[AppError], None],
) -> None:
    """Add outputs; a file that cannot be made is told and keeps no show off the air.

    Raises:
        AppError: an output cannot be opened and is no file, or nothing but files was wanted.
    """
    is_show = any(isinstance(spec, RtmpOutput) for spec in specs)
    for spec in specs:
        try:
            await add(spec)
        except StorageError as error:
            if not is_show:
                raise
            tell(error)


class FanOut:
    """Gives every packet to every output; changed as a whole, read by the encoder threads."""

    def __init__(self) -> None:
        self._outputs: tuple[Output, ...] = ()
        self._sinks: tuple[tuple[PacketSink, tuple[int, ...]], ...] = ()

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The outputs, in the order they were added."""
        return self._outputs

    @property
    def tracks(self) -> tuple[int, ...]:
        """The sound tracks that some output takes; the streamed one always."""
        return tuple(sorted({0, *(track for _, tracks in self._sinks for track in tracks)}))

    def add(self, output: Output) -> None:
        """Feed one more."""
        self._outputs = (*self._outputs, output)
        self._sinks = (*self._sinks, (output.sink, output.tracks))

    def remove(self, output: Output) -> None:
        """Feed one less."""
        self._outputs = tuple(known for known in self._outputs if known is not output)
        self._sinks = tuple((known.sink, known.tracks) for known in self._outputs)

    def deliver(self, packet: EncodedPacket) -> None:
        """Put a packet into the queue of every output that takes it."""
        for sink, tracks in self._sinks:
            if packet.kind is PacketKind.VIDEO or packet.track in tracks:
                sink.put(packet)

    def drop_unsent(self) -> None:
        """Throw away what no output has sent yet."""
        for sink, _ in self._sinks:
            sink.drop_unsent()

    def lines(self) -> list[LineReading]:
        """Return how the lines do."""
        readings = (output.line() for output in self._outputs)
        return [reading for reading in readings if reading is not None]

    def states(self) -> tuple[OutputState, ...]:
        """Return every output as it is now."""
        return tuple(output.state() for output in self._outputs)
