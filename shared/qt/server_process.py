"""The local server as a child: probed first, started when asked, stopped only when ours."""

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from shared.errors import AppError, Unavailable

_log = logging.getLogger(__name__)

_READY_DEADLINE_S = 60.0
_STOP_DEADLINE_S = 15.0
_LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")

type Probe = Callable[[str], Awaitable[bool]]
"""Whether a server answers at an address. Bounds its own time, raises nothing but AppError."""


@dataclass(frozen=True, slots=True)
class ServerReady:
    """The first line of a started server."""

    http: str
    rtmp: str


def is_local(url: str) -> bool:
    """Whether an address names this computer, so that a server can be started for it."""
    return urlsplit(url).hostname in _LOCAL_HOSTS


class LocalServer:
    """At most one server child. It outlives nothing: `stop` ends what `start` began."""

    def __init__(
        self,
        probe: Probe,
        data_folder: Path,
        *,
        with_demo: bool = True,
        log_path: Path | None = None,
    ) -> None:
        self._probe = probe
        self._data_folder = data_folder
        self._with_demo = with_demo
        self._log_path = log_path or data_folder / "server.log"
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_ours(self) -> bool:
        """Whether a server that this app started runs."""
        return self._process is not None and self._process.returncode is None

    async def probe_once(self, url: str) -> bool:
        """Whether a server answers at an address now."""
        try:
            return await self._probe(url)
        except AppError as error:
            _log.info("no server at %s: %s", urlsplit(url).netloc, error.code)
            return False

    async def start(self, url: str) -> ServerReady:
        """Start a server at a local address unless one answers there.

        Raises: Unavailable when the address is not local or the server did not come up.
        """
        if await self.probe_once(url):
            return ServerReady(url, "")
        if not is_local(url):
            raise Unavailable(
                "Only a server on this computer can be started from here.",
                code="SERVER_NOT_LOCAL",
            )
        parts = urlsplit(url)
        host, port = parts.hostname or "127.0.0.1", parts.port or 8000
        host = f"[{host}]" if ":" in host else host
        command = [sys.executable, "-m", "shared.server", "--data", str(self._data_folder)]
        command += ["--http", f"{host}:{port}", "--rtmp", f"{host}:0"]
        if self._with_demo:
            command.append("--demo")
        self._data_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._log_path.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        try:
            return await asyncio.wait_for(_first_line(self._process), _READY_DEADLINE_S)
        except (TimeoutError, ValueError, KeyError) as error:
            await self.stop()
            raise Unavailable(
                f"The local server did not start. Its own words are in {self._log_path}.",
                code="SERVER_NOT_STARTED",
                meta={"log": str(self._log_path)},
            ) from error

    async def stop(self) -> None:
        """End the server that `start` began; nothing happens to any other."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_DEADLINE_S)
        except TimeoutError:
            _log.warning("the local server did not end in %.0f s and is killed", _STOP_DEADLINE_S)
            process.kill()
            await process.wait()


async def _first_line(process: asyncio.subprocess.Process) -> ServerReady:
    """Read the line with which the server says where it listens."""
    if process.stdout is None:
        raise ValueError("the server's output is not read")
    told = json.loads(await process.stdout.readline())
    if told.get("ready") is not True:
        raise ValueError("the first line does not say ready")
    return ServerReady(told["http"], told["rtmp"])
