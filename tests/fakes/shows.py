"""Scene documents for tests, what to do with an engine, and how to measure what it made."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import av
import numpy as np
import psutil
from numpy.typing import NDArray

from shared.errors import AppError
from studio.engine.client import EngineClient
from studio.engine.protocol import (
    AudioSettings,
    Configure,
    Event,
    GetState,
    RecordingOutput,
    Result,
    Reveal,
    SetProject,
    Shutdown,
    StartBroadcast,
    StateResult,
    Statistics,
    StatisticsEvent,
    StopBroadcast,
    UnsubscribePreview,
    VideoSettings,
)
from studio.project.model import (
    Canvas,
    Project,
    Scene,
    SceneItem,
    Source,
    SourceSettings,
    empty_project,
)

type Launch = Callable[..., Awaitable[EngineClient]]
"""Starts or adopts the engine of the test; the `launch` fixture."""


async def end_engine(client: EngineClient) -> None:
    """End an engine and wait until its process has gone."""
    with contextlib.suppress(AppError):
        await client.request(Shutdown(force=True), timeout_s=5.0)
    was_closed = client.is_closed
    await client.close()
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(client.pid)
        if was_closed:
            process.terminate()
        try:
            await _ended(process)
        except TimeoutError:
            process.kill()
            raise AssertionError("the engine does not end") from None


async def _ended(process: psutil.Process) -> None:
    """Wait until a process has ended; when the system takes its remains away is no matter."""
    async with asyncio.timeout(10.0):
        while process.status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.01)


async def put_to_rest(client: EngineClient) -> None:
    """Take an engine off air and give it the document and settings of a fresh one."""
    result = await client.request(GetState())
    assert isinstance(result, StateResult)
    if result.state.broadcast is not None:
        await client.request(StopBroadcast())
    if result.state.safety.panicked:
        await client.request(Reveal(confirmed=True))
    await client.request(UnsubscribePreview())
    await client.request(SetProject(project=empty_project()))
    await client.request(Configure(video=VideoSettings(), audio=AudioSettings()))
    async with asyncio.timeout(10.0):
        while not _is_at_rest(await client.request(GetState())):
            await asyncio.sleep(0.05)


def _is_at_rest(result: Result) -> bool:
    assert isinstance(result, StateResult)
    state = result.state
    assert state.project_path is None, "a test that opens a project needs an engine of its own"
    return state.broadcast is None and not state.sources and not state.safety.panicked


def project_of(
    *settings: SourceSettings,
    size: tuple[int, int] = (640, 360),
    items: tuple[SceneItem, ...] | None = None,
) -> Project:
    """A scene of these sources, named s0, s1 ...; each at the top left unless items are given."""
    sources = tuple(
        Source(id=f"s{index}", name=f"source {index}", settings=each)
        for index, each in enumerate(settings)
    )
    if items is None:
        items = tuple(
            SceneItem(id=f"i{index}", source_id=source.id) for index, source in enumerate(sources)
        )
    scene = Scene(id="main", name="Main", items=items)
    return Project(
        canvas=Canvas(width=size[0], height=size[1]),
        sources=sources,
        scenes=(scene,),
        program_scene_id="main",
    )


async def prepare(
    engine: EngineClient, project: Project, *, fps: int = 30, bitrate_kbps: int = 3000
) -> None:
    """Give an engine a document, and encoder settings of its size."""
    await engine.request(SetProject(project=project))
    video = VideoSettings(
        width=project.canvas.width,
        height=project.canvas.height,
        fps=fps,
        bitrate_kbps=bitrate_kbps,
    )
    await engine.request(Configure(video=video))


async def wait_for[E: Event](
    engine: EngineClient,
    kind: type[E],
    matches: Callable[[E], bool] = lambda _: True,
    *,
    timeout_s: float = 30.0,
) -> E:
    """The first event of a kind that matches."""
    async with asyncio.timeout(timeout_s):
        async for event in engine.events():
            if isinstance(event, kind) and matches(event):
                return event
    raise ConnectionError("the engine has gone")


async def wait_for_frames(engine: EngineClient, frames: int) -> Statistics:
    """Statistics once so many frames have been encoded."""
    event = await wait_for(engine, StatisticsEvent, lambda seen: seen.statistics.frames >= frames)
    return event.statistics


async def missed_around(engine: EngineClient, act: Callable[[], object]) -> int:
    """The pictures that were missed while something was done, and over the next ten.

    What another program on the machine costs is in this as well. So look at several: what the
    act itself costs, it costs every time.
    """
    before = await statistics_of(engine)
    act()
    while True:
        after = await statistics_of(engine)
        if after.frames >= before.frames + 10:
            return after.missed_render - before.missed_render
        await asyncio.sleep(0.05)


async def statistics_of(engine: EngineClient) -> Statistics:
    """The statistics of this moment, whatever older ones still wait to be read as events."""
    result = await engine.request(GetState())
    assert isinstance(result, StateResult)
    return result.state.statistics


async def record(
    engine: EngineClient, path: Path, *, frames: int = 60, stop: bool = True
) -> Statistics:
    """Record until so many frames are encoded."""
    await engine.request(StartBroadcast(outputs=(RecordingOutput(path=str(path)),)))
    statistics = await wait_for_frames(engine, frames)
    if stop:
        await engine.request(StopBroadcast())
    return statistics


def pictures(path: Path) -> list[NDArray[np.uint8]]:
    """Every picture of a file as `(h, w, 3) uint8` RGB, converted as the file is tagged."""
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            assert (frame.colorspace, frame.color_range) == (1, 1), "not tagged BT.709 limited"
            found.append(frame.to_ndarray(format="rgb24"))
    return found


def missing_pictures(path: Path, *, fps: int = 30) -> int:
    """The pictures that are not in a recording, between the first and the last of it."""
    with av.open(str(path)) as container:
        times_s = sorted(float(frame.time) for frame in container.decode(video=0))
    assert len(times_s) > 1
    return round((times_s[-1] - times_s[0]) * fps) + 1 - len(times_s)


def mean_rgb(picture: NDArray[np.uint8], x: int, y: int, side: int = 8) -> tuple[float, ...]:
    """The mean colour of a square around a point."""
    part = picture[y - side // 2 : y + side // 2, x - side // 2 : x + side // 2]
    return tuple(float(value) for value in part.reshape(-1, 3).mean(axis=0))
