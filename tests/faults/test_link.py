"""Lines that are cut or swallow everything, for a while; the recording beside them knows nothing.

What the engine promises in seconds is read off its own clock: this process may be held up.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from fakes.ingest import STREAM_KEY, MemoryAuthority, running_ingest
from fakes.narrow_line import NarrowLine
from fakes.noise import write_noise_clip
from fakes.shows import missing_pictures, prepare, project_of, wait_for, wait_for_frames
from pydantic import SecretStr

from shared.server.ingest import IngestGrant
from studio.engine.client import EngineClient
from studio.engine.protocol import (
    BroadcastEvent,
    OutputState,
    RecordingOutput,
    RemoveOutput,
    RtmpOutput,
    StartBroadcast,
    StatisticsEvent,
)
from studio.project.model import FileSource

pytestmark = [pytest.mark.faults, pytest.mark.slow]

_BOUND_S = 60.0
_SEEN_WITHIN_S = 3.0
_LONGEST_PAUSE_S = 10.0


@dataclass(frozen=True, slots=True)
class Outage:
    """What happens to one line, and for how long."""

    fault: Literal["cut", "silent"]
    seconds: float

    @property
    def name(self) -> str:
        return f"{self.fault} for {self.seconds:g} s"

    @property
    def key(self) -> str:
        return f"{STREAM_KEY}-{self.fault}-{self.seconds:g}"


_OUTAGES = (
    Outage("cut", 1),
    Outage("cut", 5),
    Outage("cut", 30),
    Outage("silent", 5),
    Outage("silent", 30),
)


class _Outputs:
    """What the engine tells of its outputs, kept."""

    def __init__(self, engine: EngineClient) -> None:
        self._engine = engine
        self._changed = asyncio.Condition()
        self.told: dict[str, list[OutputState]] = {outage.name: [] for outage in _OUTAGES}

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Take in what is told, until the block ends."""
        task = asyncio.create_task(self._listen(), name="outputs")
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _listen(self) -> None:
        async for event in self._engine.events():
            if isinstance(event, BroadcastEvent) and event.broadcast is not None:
                for output in event.broadcast.outputs:
                    if output.name in self.told:
                        self.told[output.name].append(output)
                async with self._changed:
                    self._changed.notify_all()

    async def until(self, name: str, phase: str, *, since: int = 0) -> int:
        """Wait for a phase of an output; return how much has been told of it by then."""

        def found() -> int | None:
            states = self.told[name]
            return next((n for n in range(since, len(states)) if states[n].phase == phase), None)

        async with asyncio.timeout(_BOUND_S), self._changed:
            await self._changed.wait_for(lambda: found() is not None)
        at = found()
        assert at is not None
        return at


async def _suffer(outage: Outage, line: NarrowLine, outputs: _Outputs) -> OutputState:
    """Let a line fail and come back; return the output as it was when that was seen."""
    loop = asyncio.get_running_loop()
    ends_s = loop.time() + outage.seconds
    known = len(outputs.told[outage.name])
    silence = line.blackhole if outage.fault == "silent" else line.down
    silence(True)
    seen = await outputs.until(outage.name, "reconnecting", since=known)
    await asyncio.sleep(ends_s - loop.time())
    tries = line.accepted
    silence(False)
    back = await outputs.until(outage.name, "live", since=seen)
    assert line.accepted - tries <= 1, "the first try once the line was back did not succeed"
    pauses = [state.retry_s for state in outputs.told[outage.name][seen:back]]
    assert max(pauses) <= _LONGEST_PAUSE_S
    return outputs.told[outage.name][seen]


@pytest.mark.timeout(180)
async def test_lost_lines_are_seen_and_found_again(
    engine: EngineClient, tmp_path: Path, figure: Callable[[str, object], None]
) -> None:
    """Each destination has its own line with its own fault, all at the same time."""
    clip = tmp_path / "noise.mkv"  # enough to fill the system's buffers soon
    write_noise_clip(clip, size=(320, 180))
    project = project_of(FileSource(path=str(clip)), size=(320, 180))
    await prepare(engine, project, bitrate_kbps=1500)
    path = tmp_path / "beside.mp4"
    authority = MemoryAuthority(
        grants={outage.key: IngestGrant(f"stream-{outage.key}") for outage in _OUTAGES}
    )
    outputs = _Outputs(engine)
    async with AsyncExitStack() as stack:
        ingest, _ = await stack.enter_async_context(running_ingest(tmp_path / "hls", authority))
        lines = [
            await stack.enter_async_context(NarrowLine(*ingest.address, kbps=6000))
            for _ in _OUTAGES
        ]
        destinations = [
            RtmpOutput(
                name=outage.name,
                url=f"rtmp://127.0.0.1:{line.port}/live",
                key=SecretStr(outage.key),
            )
            for outage, line in zip(_OUTAGES, lines, strict=True)
        ]
        recording = RecordingOutput(id="beside", path=str(path))
        await engine.request(StartBroadcast(outputs=(*destinations, recording)))
        await wait_for_frames(engine, 60)
        async with outputs.listening(), asyncio.TaskGroup() as group:
            suffering = [
                group.create_task(_suffer(outage, line, outputs))
                for outage, line in zip(_OUTAGES, lines, strict=True)
            ]
        for outage, task in zip(_OUTAGES, suffering, strict=True):
            seen = task.result()
            assert seen.code == "INGEST_LOST"
            assert seen.silent_s <= _SEEN_WITHIN_S, outage.name
            figure(f"{outage.name}: silent when seen, s", seen.silent_s)
        await authority.until(lambda: len(authority.starts) >= 2 * len(_OUTAGES))
        await engine.request(RemoveOutput(output_id=recording.id))
        after = await wait_for(engine, StatisticsEvent, _without_recording)
        assert [output.reconnects for output in after.outputs] == [1] * len(_OUTAGES)
    assert missing_pictures(path) <= after.statistics.skipped_encode, "the recording has a gap"


def _without_recording(event: StatisticsEvent) -> bool:
    """Whether these figures were taken after the recording was removed."""
    return len(event.outputs) == len(_OUTAGES)
