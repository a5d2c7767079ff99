"""What a broadcast is made of, so that it can be begun again on another engine."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from shared.schemas.streams import Ingest, Stream, StreamKey, StreamStart, StreamStarted
from studio.engine.protocol import (
    AudioSettings,
    EngineState,
    OutputSpec,
    RecordingOutput,
    RtmpOutput,
    StreamIdentity,
    VideoSettings,
)


class StreamRecords(Protocol):
    """The server's records of streams, as `ApiClient.streams` is."""

    async def start(self, request: StreamStart, *, key: str | None = None) -> StreamStarted:
        """Make the stream's record."""
        ...

    async def end(self, stream_id: str, *, key: str | None = None) -> Stream:
        """End the stream for everyone."""
        ...

    async def read(self, stream_id: str) -> Stream:
        """One stream."""
        ...

    async def panic(self, stream_id: str, *, key: str | None = None) -> Stream:
        """Take away what viewers could still fetch."""
        ...

    async def reveal(self, stream_id: str, *, key: str | None = None) -> Stream:
        """Let viewers see again."""
        ...

    async def key(self) -> StreamKey:
        """The creator's permanent key and ingest."""
        ...


@dataclass(frozen=True, slots=True)
class BroadcastSetup:
    """How to encode, and where else it goes besides the platform."""

    video: VideoSettings = field(default_factory=VideoSettings)
    audio: AudioSettings = field(default_factory=AudioSettings)
    record_path: str | None = None
    more_outputs: tuple[OutputSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class OnAir:
    """Everything an engine needs to be told for this broadcast; the key shows in no text."""

    outputs: tuple[OutputSpec, ...]
    identity: StreamIdentity
    video: VideoSettings
    audio: AudioSettings


def plan_of(started: StreamStarted, setup: BroadcastSetup, server_url: str) -> OnAir:
    """The broadcast of a stream that was just announced."""
    outputs: list[OutputSpec] = [platform_output(started.ingest), *setup.more_outputs]
    if setup.record_path is not None:
        outputs.append(RecordingOutput(path=setup.record_path))
    identity = StreamIdentity(
        stream_id=started.stream.id,
        title=started.stream.title,
        server_url=server_url,
        playlist_url=started.stream.playlist_url,
    )
    return OnAir(tuple(outputs), identity, setup.video, setup.audio)


def plan_of_adopted(last: EngineState, identity: StreamIdentity, key: StreamKey) -> OnAir:
    """The broadcast of an engine that was found on air, as far as it can be known: its recording
    and further destinations are not begun again.
    """
    output = platform_output(Ingest(url=key.url, stream_key=key.stream_key))
    return OnAir((output,), identity, last.video, last.audio)


def renewed(plan: OnAir, at: datetime) -> OnAir:
    """The same broadcast for another engine: recordings go on in files of their own."""
    outputs = tuple(
        output.model_copy(update={"path": _another_file(output.path, at)})
        if isinstance(output, RecordingOutput)
        else output
        for output in plan.outputs
    )
    return replace(plan, outputs=outputs)


def _another_file(path: str, at: datetime) -> str:
    first = Path(path)
    return str(first.with_name(f"{first.stem} from {at:%H-%M-%S}{first.suffix}"))


def platform_output(ingest: Ingest) -> RtmpOutput:
    """The output that feeds the platform; it comes first in every broadcast."""
    return RtmpOutput(name="Live", url=ingest.url, key=SecretStr(ingest.stream_key))
