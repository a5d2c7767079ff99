"""The broadcast of the pipeline benchmark, in an engine of its own, and who in it costs what.

What is on air: the screen; with `inset` a file of a camera's size as picture in picture; with
`overlay` a goal bar that glides, because a tip comes every two seconds. The figures are of the
seconds on air: the engine's start is told apart.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from studio.engine.client import EngineClient
from studio.engine.protocol import (
    Configure,
    RtmpOutput,
    SetProject,
    Shutdown,
    StartBroadcast,
    Statistics,
    StatisticsEvent,
    VideoSettings,
)
from studio.engine.protocol.overlays import GoalFact, GoalUpdate, MilestoneFact, UpdateOverlays
from studio.engine.runtime import read_address
from studio.project.model import (
    Bounds,
    Canvas,
    FileSource,
    Project,
    Scene,
    SceneItem,
    ScreenSource,
    Source,
)
from studio.project.overlays import GoalBarOverlay, TipAlertsOverlay

_INSET = (480, 270)
_MARGIN = 32
_GOAL_TOKENS = 20_000
_TIP_TOKENS = 300
_TIP_EVERY_S = 2
_MILESTONES = (5_000, 10_000, 15_000)
_WARM_UP_S = 3.0
_START_S = 20.0
_LOOK_S = 0.02
_SENT_SHARE = 0.5
"""A run that sends less of what it encodes has measured something else."""
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class ShowRun:
    """CPU seconds per second on air, of everything and of each thread; what was lost."""

    cpu: float
    start_cpu_s: float
    threads: dict[str, float]
    lost: tuple[int, int, int]
    """Missed, skipped, dropped."""
    frames: int
    render_ms_p50: float
    max_rss_mb: float

    @property
    def is_undisturbed(self) -> bool:
        """Less than one picture in a hundred was lost."""
        return sum(self.lost) * 100 < self.frames


def scene(
    parts: frozenset[str],
    clip: Path,
    display: str,
    size: tuple[int, int],
    *,
    overlay: GoalBarOverlay | TipAlertsOverlay | None = None,
) -> Project:
    """The document: the screen below, the parts that are wanted above it; a goal bar by default."""
    width, height = size
    sources = [Source(name="Screen", settings=ScreenSource(display=display))]
    items = [SceneItem(source_id=sources[0].id, bounds=Bounds(width=width, height=height))]
    if "inset" in parts:
        sources.append(Source(name="Camera", settings=FileSource(path=str(clip))))
        items.append(
            SceneItem(
                source_id=sources[-1].id,
                x=width - _INSET[0] - _MARGIN,
                y=height - _INSET[1] - _MARGIN,
                bounds=Bounds(width=_INSET[0], height=_INSET[1]),
            )
        )
    if "overlay" in parts:
        settings = overlay or GoalBarOverlay()
        sources.append(Source(name="Overlay", settings=settings))
        place = height - settings.height - _MARGIN
        items.append(SceneItem(source_id=sources[-1].id, x=_MARGIN, y=place))
    shown = Scene(name="Program", items=tuple(items))
    return Project(
        name="Pipeline",
        canvas=Canvas(width=width, height=height),
        sources=tuple(sources),
        scenes=(shown,),
        program_scene_id=shown.id,
    )


async def broadcast(
    project: Project,
    video: VideoSettings,
    *,
    url: str,
    env: Mapping[str, str],
    folder: Path,
    seconds: float,
) -> ShowRun:
    """Put a document on air for so long, with tips, and end the engine again."""
    folder.mkdir(mode=0o700, exist_ok=True)
    engine = _started(folder, env)
    try:
        async with asyncio.timeout(seconds + 60.0):
            address = read_address(folder)
            while address is None:
                if engine.poll() is not None:
                    raise RuntimeError(f"the engine ended with {engine.returncode}")
                await asyncio.sleep(_LOOK_S)
                address = read_address(folder)
            async with EngineClient(address, name="bench") as client:
                await client.request(SetProject(project=project))
                await client.request(Configure(video=video))
                await client.request(StartBroadcast(outputs=(RtmpOutput(url=url),)))
                run = await _watched(client, seconds)
                await client.request(Shutdown(force=True))
            await asyncio.to_thread(engine.wait, _START_S)
    finally:
        if engine.poll() is None:
            engine.kill()
            engine.wait()
    return run


async def _watched(client: EngineClient, seconds: float) -> ShowRun:
    """The figures between two of the engine's seconds; tips come meanwhile."""
    raised = 0
    begin: tuple[Statistics, float, Counter[str]] | None = None
    async for event in client.events():
        if not isinstance(event, StatisticsEvent):
            continue
        seen = event.statistics
        own_s, threads = time.process_time(), _threads(client.pid)
        if begin is None and seen.uptime_s >= _WARM_UP_S:
            begin = (seen, own_s, threads)
        if begin is not None and seen.uptime_s - begin[0].uptime_s >= seconds - 0.1:
            if seen.send_kbps < seen.bitrate_kbps * _SENT_SHARE:
                raise RuntimeError(f"only {seen.send_kbps} of {seen.bitrate_kbps} kbps were sent")
            return _run(begin, (seen, own_s, threads))
        if round(seen.uptime_s) % _TIP_EVERY_S == 0:
            raised = (raised + _TIP_TOKENS) % _GOAL_TOKENS
            await client.request(UpdateOverlays(updates=(_goal(raised),)))
    raise ConnectionError("the engine has gone")


def _run(
    begin: tuple[Statistics, float, Counter[str]], end: tuple[Statistics, float, Counter[str]]
) -> ShowRun:
    first, last = begin[0], end[0]
    span_s = last.uptime_s - first.uptime_s
    used_s = last.cpu_s - first.cpu_s + end[1] - begin[1]
    threads = {
        name: round((ticks - begin[2][name]) / _CLOCK_TICKS / span_s, 4)
        for name, ticks in end[2].most_common()
    }
    return ShowRun(
        cpu=used_s / span_s,
        start_cpu_s=first.cpu_s - first.uptime_s * used_s / span_s,
        threads={name: cpu for name, cpu in threads.items() if cpu > 0},
        lost=(
            last.missed_render - first.missed_render,
            last.skipped_encode - first.skipped_encode,
            last.dropped_network - first.dropped_network,
        ),
        frames=last.frames - first.frames,
        render_ms_p50=last.render_ms_p50,
        max_rss_mb=last.max_rss_mb,
    )


def _goal(raised: int) -> GoalUpdate:
    milestones = tuple(
        MilestoneFact(title=f"Song {number}", tokens=tokens)
        for number, tokens in enumerate(_MILESTONES, 1)
    )
    goal = GoalFact(
        title="An evening of songs",
        target_tokens=_GOAL_TOKENS,
        raised_tokens=raised,
        milestones=milestones,
    )
    return GoalUpdate(goal=goal)


def _started(folder: Path, env: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    places = os.pathsep.join(path for path in sys.path if path)
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.named_engine", "--runtime-dir", str(folder)],
        env={**env, "PYTHONPATH": places},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def _threads(pid: int) -> Counter[str]:
    """The clock ticks each thread has run; those of one name, without its number, together."""
    found: Counter[str] = Counter()
    for folder in Path(f"/proc/{pid}/task").iterdir():
        try:
            text = (folder / "stat").read_text(encoding="utf-8")
        except OSError:
            continue  # it has just ended
        name = text[text.index("(") + 1 : text.rindex(")")].rstrip("0123456789_")
        fields = text[text.rindex(")") + 2 :].split()
        found[name] += int(fields[11]) + int(fields[12])
    return found
