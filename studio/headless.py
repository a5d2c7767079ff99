"""`teezu-studio live --headless`: a real broadcast from the command line, with figures in JSON."""

import argparse
import asyncio
import contextlib
import json
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from shared.api import ApiClient
from shared.errors import AppError, InvalidInput, StorageError
from shared.schemas.streams import StreamStart
from studio.engine.client import EngineClient, launch_or_adopt
from studio.engine.protocol import (
    BroadcastEvent,
    ClosingEvent,
    Configure,
    Event,
    GetState,
    NoticeEvent,
    OutputSpec,
    RecordingOutput,
    RtmpOutput,
    SetProject,
    Shutdown,
    StartBroadcast,
    StateResult,
    Statistics,
    StatisticsEvent,
    StopBroadcast,
    StreamIdentity,
    VideoSettings,
)
from studio.project.model import (
    Bounds,
    CameraSource,
    Canvas,
    FileSource,
    PatternSource,
    Project,
    Scene,
    SceneItem,
    ScreenSource,
    Source,
    SourceSettings,
)

_MARGIN = 32
_ENGINE_IDLE_S = 5.0


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the command line asks for."""

    sources: tuple[str, ...]
    width: int
    height: int
    fps: int
    bitrate_kbps: int
    duration_s: float
    record: Path | None
    rtmp: str | None
    server: str | None
    email: str | None
    password_file: Path | None
    title: str
    json_only: bool


@dataclass(slots=True)
class _Outcome:
    """What the broadcast came to."""

    statistics: Statistics = field(default_factory=Statistics)
    failure: AppError | None = None
    has_ended: bool = False
    is_interrupted: bool = False


def main(argv: Sequence[str]) -> int:
    """Broadcast as the arguments say; return 0 only if the broadcast ran."""
    try:
        wanted = _parse(argv)
        return asyncio.run(_Headless(wanted).run())
    except AppError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1


def _parse(argv: Sequence[str]) -> _Wanted:
    parser = argparse.ArgumentParser(
        prog="teezu-studio live",
        description="Broadcast without a window and print a JSON object a second.",
    )
    parser.add_argument("--headless", action="store_true", required=True)
    parser.add_argument("--server", metavar="URL", help="platform to go live on")
    parser.add_argument("--email", metavar="E", help="account to sign in with")
    parser.add_argument("--password-file", metavar="F", type=Path, help="file with its password")
    parser.add_argument(
        "--source",
        metavar="SOURCE",
        action="append",
        dest="sources",
        help="screen, pattern, camera:NAME or file:PATH; the first fills the canvas",
    )
    parser.add_argument("--size", metavar="WxH", type=_size, default=(1920, 1080))
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--bitrate-kbps", type=int, default=6000)
    parser.add_argument("--duration", metavar="S", type=float, default=30.0)
    parser.add_argument("--record", metavar="PATH", type=Path, help="also record to this file")
    parser.add_argument("--rtmp", metavar="URL", help="also publish to this RTMP address")
    parser.add_argument("--title", default="Live from the command line")
    parser.add_argument("--json", action="store_true", help="print JSON only (the default)")
    given = parser.parse_args(argv)
    if given.server is None and given.rtmp is None and given.record is None:
        parser.error("give --server, --rtmp or --record: where shall the broadcast go?")
    if given.server is not None and (given.email is None or given.password_file is None):
        parser.error("--server needs --email and --password-file")
    return _Wanted(
        sources=tuple(given.sources or ["pattern"]),
        width=given.size[0],
        height=given.size[1],
        fps=given.fps,
        bitrate_kbps=given.bitrate_kbps,
        duration_s=given.duration,
        record=given.record,
        rtmp=given.rtmp,
        server=given.server,
        email=given.email,
        password_file=given.password_file,
        title=given.title,
        json_only=given.json,
    )


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    try:
        return int(width), int(height)
    except ValueError as error:
        raise argparse.ArgumentTypeError("a size looks like 1920x1080") from error


def _say(thing: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(thing) + "\n")
    sys.stdout.flush()


class _Headless:
    """One broadcast in an engine of its own, which ends with this command."""

    def __init__(self, wanted: _Wanted) -> None:
        self._wanted = wanted
        self._outcome = _Outcome()
        self._changed = asyncio.Event()

    async def run(self) -> int:
        """Go live, print, end; return the exit status."""
        wanted = self._wanted
        video, project = _video(wanted), _project(wanted)
        folder = Path(tempfile.mkdtemp(prefix="teezu-live-"))
        try:
            async with contextlib.AsyncExitStack() as stack:
                outputs, stream = await self._outputs(stack)
                engine = await launch_or_adopt(
                    folder,
                    name="headless",
                    on_event=self._on_event,
                    on_closed=self._on_closed,
                    idle_s=_ENGINE_IDLE_S,
                )
                await stack.enter_async_context(engine)
                stack.push_async_callback(_shut_down, engine)
                await engine.request(SetProject(project=project))
                await engine.request(Configure(video=video))
                await engine.request(
                    StartBroadcast(outputs=outputs, stream=stream, stop_when_alone=True)
                )
                await self._watch(engine)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return self._summary()

    async def _outputs(
        self, stack: contextlib.AsyncExitStack
    ) -> tuple[tuple[OutputSpec, ...], StreamIdentity | None]:
        wanted = self._wanted
        outputs: list[OutputSpec] = []
        stream: StreamIdentity | None = None
        if wanted.server is not None:
            output, stream = await self._go_live(stack, wanted.server)
            outputs.append(output)
        if wanted.rtmp is not None:
            outputs.append(RtmpOutput(name="RTMP", url=wanted.rtmp))
        if wanted.record is not None:
            outputs.append(RecordingOutput(path=str(wanted.record.absolute())))
        return tuple(outputs), stream

    async def _go_live(
        self, stack: contextlib.AsyncExitStack, server: str
    ) -> tuple[OutputSpec, StreamIdentity]:
        """Sign in, make the stream's record, and see that it ends when this command does."""
        wanted = self._wanted
        api = await stack.enter_async_context(ApiClient(server))
        await api.auth.login(wanted.email or "", _password(wanted.password_file))
        started = await api.streams.start(StreamStart(title=wanted.title))

        async def end() -> None:
            try:
                await api.streams.end(started.stream.id)
            except AppError as error:
                sys.stderr.write(f"{error.message}\n")

        stack.push_async_callback(end)
        stream = StreamIdentity(
            stream_id=started.stream.id,
            title=wanted.title,
            server_url=server,
            playlist_url=started.stream.playlist_url,
        )
        _say({"playlist": started.stream.playlist_url, "stream_id": started.stream.id})
        output = RtmpOutput(
            name="Platform",
            url=started.ingest.url,
            key=SecretStr(started.ingest.stream_key),
        )
        return output, stream

    async def _watch(self, engine: EngineClient) -> None:
        """Wait until the time is over, the broadcast ends by itself, or somebody interrupts."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, self._interrupt)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._wanted.duration_s):
                while not (self._outcome.has_ended or self._outcome.is_interrupted):
                    self._changed.clear()
                    await self._changed.wait()
        if not self._outcome.has_ended:
            result = await engine.request(GetState())
            if isinstance(result, StateResult) and result.state.broadcast is not None:
                self._outcome.statistics = result.state.statistics
                self._note_outputs(result.state.broadcast.outputs)
            self._outcome.has_ended = False
            await engine.request(StopBroadcast())

    def _interrupt(self) -> None:
        self._outcome.is_interrupted = True
        self._changed.set()

    def _on_event(self, event: Event) -> None:
        match event:
            case StatisticsEvent(statistics=statistics, outputs=outputs):
                self._outcome.statistics = statistics
                line = statistics.model_dump(mode="json")
                line["outputs"] = [output.model_dump(mode="json") for output in outputs]
                _say(line)
            case NoticeEvent(level=level, code=code, message=message):
                sys.stderr.write(f"{message}\n")
                if level == "error":
                    self._outcome.failure = AppError(message, code=code)
            case BroadcastEvent(broadcast=broadcast):
                if broadcast is None:
                    self._outcome.has_ended = True
                    self._changed.set()
                else:
                    self._note_outputs(broadcast.outputs)
            case ClosingEvent():
                self._on_closed()
            case _:
                pass

    def _note_outputs(self, outputs: Sequence[Any]) -> None:
        for output in outputs:
            if output.phase == "failed" and output.message:
                self._outcome.failure = AppError(output.message, code=output.code)

    def _on_closed(self) -> None:
        self._outcome.has_ended = True
        self._changed.set()

    def _summary(self) -> int:
        outcome = self._outcome
        statistics = outcome.statistics
        uptime_s = max(statistics.uptime_s, 1e-3)
        _say(
            {
                "summary": True,
                "frames": statistics.frames,
                "missed_render": statistics.missed_render,
                "skipped_encode": statistics.skipped_encode,
                "dropped_network": statistics.dropped_network,
                "fps": round(statistics.frames / uptime_s, 2),
                "bitrate_kbps": statistics.average_kbps,
                "av_offset_ms": statistics.av_offset_ms,
                "cpu_s": round(statistics.cpu_s + time.process_time(), 3),
                "max_rss_mb": statistics.max_rss_mb,
                "reconnects": statistics.reconnects,
                "seconds": statistics.uptime_s,
            }
        )
        if outcome.failure is not None:
            sys.stderr.write(f"{outcome.failure.message}\n")
            return 1
        return 0 if statistics.frames > 0 else 1


async def _shut_down(engine: EngineClient) -> None:
    with contextlib.suppress(AppError):
        await engine.request(Shutdown(force=True), timeout_s=5.0)


def _password(path: Path | None) -> str:
    try:
        return (path or Path()).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(
            "The password file cannot be read; check its path and that it is yours.",
            code="PASSWORD_FILE",
        ) from error


def _video(wanted: _Wanted) -> VideoSettings:
    try:
        return VideoSettings(
            width=wanted.width,
            height=wanted.height,
            fps=wanted.fps,
            bitrate_kbps=wanted.bitrate_kbps,
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InvalidInput(
            f"The {first['loc'][0]} does not fit: {first['msg']}.", code="INVALID_INPUT"
        ) from error


def _project(wanted: _Wanted) -> Project:
    """Return a scene with the first source filling the canvas, the others at the bottom right."""
    sources: list[Source] = []
    items: list[SceneItem] = []
    inset = (wanted.width // 4 // 2 * 2, wanted.height // 4 // 2 * 2)
    for index, text in enumerate(wanted.sources):
        source = Source(name=text, settings=_settings(text, wanted))
        sources.append(source)
        if index == 0:
            place = (0, 0)
            bounds = Bounds(width=wanted.width, height=wanted.height)
        else:
            place = (
                wanted.width - index * (inset[0] + _MARGIN),
                wanted.height - inset[1] - _MARGIN,
            )
            bounds = Bounds(width=inset[0], height=inset[1])
        items.append(SceneItem(source_id=source.id, x=place[0], y=place[1], bounds=bounds))
    scene = Scene(name="Program", items=tuple(items))
    return Project(
        name="Headless",
        canvas=Canvas(width=wanted.width, height=wanted.height),
        sources=tuple(sources),
        scenes=(scene,),
        program_scene_id=scene.id,
    )


def _settings(text: str, wanted: _Wanted) -> SourceSettings:
    kind, _, rest = text.partition(":")
    match kind, rest:
        case "pattern", "":
            return PatternSource(width=wanted.width, height=wanted.height)
        case "screen", _:
            return ScreenSource(display=rest or None)
        case "camera", name if name:
            return CameraSource(device=name)
        case "file", path if path:
            return FileSource(path=str(Path(path).absolute()))
        case _:
            raise InvalidInput(
                f"The source {text} is not known; use screen, pattern, camera:NAME or file:PATH.",
                code="SOURCE_UNKNOWN",
            )
