"""`teezu-studio live --headless`: a real broadcast from the command line, with figures in JSON."""

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
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from pydantic import SecretStr

from shared.errors import AppError, StorageError
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
)
from studio.headless_arguments import Wanted, parse, project_of, video_of

if TYPE_CHECKING:
    from shared.api import ApiClient

_ENGINE_IDLE_S = 5.0
_ANNOUNCE_S = 10.0
_ASK_AGAIN_S = 0.25


@dataclass(slots=True)
class _Outcome:
    """What the broadcast came to."""

    statistics: Statistics = field(default_factory=Statistics)
    failure: AppError | None = None
    has_ended: bool = False
    is_interrupted: bool = False

    @property
    def is_over(self) -> bool:
        """There is nothing to wait for any more."""
        return self.has_ended or self.is_interrupted


def main(argv: Sequence[str]) -> int:
    """Broadcast as the arguments say; return 0 only if the broadcast ran."""
    try:
        wanted = parse(argv)
        return asyncio.run(_Headless(wanted).run())
    except AppError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1


def _say(thing: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(thing) + "\n")
    sys.stdout.flush()


class _Headless:
    """One broadcast in an engine of its own, which ends with this command."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._outcome = _Outcome()
        self._changed = asyncio.Event()
        self._platform: tuple[ApiClient, str] | None = None
        self._held: list[dict[str, Any]] = []

    async def run(self) -> int:
        """Go live, print, end; return the exit status."""
        wanted = self._wanted
        video, project = video_of(wanted), project_of(wanted)
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
                began_s = asyncio.get_running_loop().time()
                await self._announce()
                await self._watch(engine, until_s=began_s + wanted.duration_s)
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
        from shared.api import ApiClient  # a plain ingest needs no HTTP client
        from shared.installation import installation
        from shared.schemas.streams import StreamStart

        wanted = self._wanted
        api = await stack.enter_async_context(ApiClient(server))
        device = await asyncio.to_thread(installation().name_for, server)
        password = _password(wanted.password_file)
        await api.auth.login(wanted.email or "", password, device=device)
        started = await api.streams.start(StreamStart(title=wanted.title))

        async def end() -> None:
            try:
                await api.streams.end(started.stream.id)
            except AppError as error:
                sys.stderr.write(f"{error.message}\n")

        stack.push_async_callback(end)
        stream = StreamIdentity(stream_id=started.stream.id, title=wanted.title, server_url=server)
        self._platform = (api, started.stream.id)
        output = RtmpOutput(
            name="Platform",
            url=started.ingest.url,
            key=SecretStr(started.ingest.stream_key),
        )
        return output, stream

    async def _announce(self) -> None:
        """Print where viewers find the stream, once the server has its first packets.

        The server signs that address for streams that are on air only, so it is asked for until
        it is; what is printed meanwhile waits, because this comes first.
        """
        if self._platform is None:
            return
        api, stream_id = self._platform
        playlist: str | None = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_ANNOUNCE_S):
                while playlist is None and not self._outcome.is_over:
                    playlist = (await api.streams.read(stream_id)).playlist_url
                    self._changed.clear()
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(_ASK_AGAIN_S):
                            await self._changed.wait()
        _say(
            {
                "playlist": urljoin(f"{api.base_url}/", playlist) if playlist else None,
                "stream_id": stream_id,
            }
        )
        self._platform = None
        for line in self._held:
            _say(line)
        self._held.clear()

    async def _watch(self, engine: EngineClient, *, until_s: float) -> None:
        """Wait until the time is over, the broadcast ends by itself, or somebody interrupts."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, self._interrupt)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(until_s):
                while not self._outcome.is_over:
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
                if self._platform is None:
                    _say(line)
                else:
                    self._held.append(line)
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
