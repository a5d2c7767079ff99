"""The local server as a child: probed first, started when asked, stopped only when ours."""

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from shared.errors import AppError, StorageError, Unavailable

_log = logging.getLogger(__name__)

_READY_DEADLINE_S = 60.0
_STOP_DEADLINE_S = 15.0
_LINE_LIMIT = 65536
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
    """At most one server child. `stop` ends what `start` began, `release` leaves it running."""

    def __init__(self, probe: Probe, data_folder: Path, *, with_demo: bool = True) -> None:
        self._probe = probe
        self._data_folder = data_folder
        self._with_demo = with_demo
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_ours(self) -> bool:
        """Whether a server that this app started runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def accounts_file(self) -> Path:
        """Where a server with demo data writes its accounts."""
        return self._data_folder / "demo-accounts.json"

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
        await self.stop()
        process = await asyncio.to_thread(self._launch, url)
        self._process = process
        try:
            async with asyncio.timeout(_READY_DEADLINE_S):
                return _ready(await asyncio.to_thread(_first_line, process))
        except (TimeoutError, ValueError, KeyError, TypeError) as error:
            await self.stop()
            raise Unavailable(
                f"The local server did not start. Its own words are in {self._log_path}.",
                code="SERVER_NOT_STARTED",
                meta={"log": str(self._log_path)},
            ) from error
        except BaseException:
            process.kill()  # lets the thread that reads its first line end
            raise

    async def stop(self) -> None:
        """End the server that `start` began; nothing happens to any other."""
        process, self._process = self._process, None
        if process is not None:
            await asyncio.to_thread(_end, process)

    def release(self) -> None:
        """Leave the server running after this app; from now on it is nobody's child."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            if process.stdout is not None:
                process.stdout.close()
            process.returncode = 0  # else its object complains that nobody waited for it

    @property
    def _log_path(self) -> Path:
        return self._data_folder / "server.log"

    def _launch(self, url: str) -> "subprocess.Popen[bytes]":
        """Start the child process. Runs in a worker thread.

        Raises: StorageError when its folder cannot be made.
        """
        parts = urlsplit(url)
        host, port = parts.hostname or "127.0.0.1", parts.port or 80
        host = f"[{host}]" if ":" in host else host
        command = [sys.executable, "-m", "shared.server", "--data", str(self._data_folder)]
        command += ["--http", f"{host}:{port}", "--rtmp", f"{host}:0"]
        if self._with_demo:
            command.append("--demo")
        try:
            self._data_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._log_path.open("ab") as log:
                return subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    cwd=Path(__file__).resolve().parents[2],
                    start_new_session=True,
                )
        except OSError as error:
            raise StorageError(
                f"The server's folder {self._data_folder} cannot be used; make it writable.",
                code="DATA_FOLDER",
                meta={"folder": str(self._data_folder)},
            ) from error


def _first_line(process: "subprocess.Popen[bytes]") -> bytes:
    """The line with which a server says where it listens; empty when it ended before."""
    return process.stdout.readline(_LINE_LIMIT) if process.stdout is not None else b""


def _ready(line: bytes) -> ServerReady:
    told = json.loads(line)
    if told["ready"] is not True:
        raise ValueError("the first line does not say ready")
    return ServerReady(str(told["http"]), str(told["rtmp"]))


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_STOP_DEADLINE_S)
    except subprocess.TimeoutExpired:
        _log.warning("the local server did not end in %.0f s and is killed", _STOP_DEADLINE_S)
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
