"""The server's end of the repackaging worker: starts it, feeds it, restarts it when it dies."""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import shared
from shared.backoff import Backoff
from shared.server.ingest.orders import Order, OrderKind, encode_order
from shared.server.ingest.reports import MAX_LINE, Report, RiskReport, decode_report

MAX_BACKLOG: Final = 16 * 1024 * 1024
HANG_S: Final = 10.0
_STOP_S: Final = 2.0
_MEDIA: Final = (OrderKind.VIDEO, OrderKind.AUDIO)

_log = logging.getLogger(__name__)


def worker_command() -> tuple[str, ...]:
    """How to start the worker; a frozen server starts itself with the argument `ingest-worker`."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "ingest-worker")
    return (sys.executable, "-m", "shared.server.ingest.worker")


class WorkerLink:
    """Runs one worker process and carries orders and reports; used on the event loop only.

    `on_report` is called for each report. `on_restart` is called when a fresh worker is there,
    with the streams whose bytes libav was parsing when the last one died: it knows nothing of
    any stream and must be told again. Media beyond `MAX_BACKLOG` bytes unread is refused.
    """

    def __init__(
        self,
        *,
        command: Sequence[str],
        on_report: Callable[[int, Report], None],
        on_restart: Callable[[frozenset[int]], None],
        backoff: Backoff,
    ) -> None:
        self._command = tuple(command)
        self._on_report = on_report
        self._on_restart = on_restart
        self._backoff = backoff
        self._process: asyncio.subprocess.Process | None = None
        self._at_risk: set[int] = set()
        self._failures = 0
        self._stuck_since: float | None = None
        self._supervision: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The worker's process id, while there is one."""
        return self._process.pid if self._process is not None else None

    @property
    def backlog_bytes(self) -> int:
        """Bytes given to `send` that the worker has not read yet."""
        if self._process is None or self._process.stdin is None:
            return 0
        return self._process.stdin.transport.get_write_buffer_size()

    def send(self, order: Order) -> bool:
        """Pass an order on; False when it was refused (no worker, or too much unread media)."""
        if self._process is None or self._process.stdin is None:
            return False
        if self._process.stdin.transport.is_closing():
            return False
        if order.kind in _MEDIA and self.backlog_bytes > MAX_BACKLOG:
            self._watch(self._process)
            return False
        self._stuck_since = None
        self._process.stdin.write(encode_order(order))
        return True

    def _watch(self, process: asyncio.subprocess.Process) -> None:
        """Kill a worker that has not caught up for ten seconds: libav may loop for ever."""
        now = asyncio.get_running_loop().time()
        if self._stuck_since is None:
            self._stuck_since = now
        elif now - self._stuck_since > HANG_S:
            self._stuck_since = None
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    async def start(self) -> None:
        """Start the first worker; it is kept alive until `stop`."""
        self._process = await self._spawn()
        self._supervision = asyncio.create_task(self._supervise(), name="ingest worker")

    async def stop(self, grace_s: float = _STOP_S) -> None:
        """Let the worker finish what it has within the grace, and end it."""
        if self._supervision is not None:
            self._supervision.cancel()
            await asyncio.gather(self._supervision, return_exceptions=True)
            self._supervision = None
        process, self._process = self._process, None
        if process is not None:
            await _end(process, grace_s)

    async def _spawn(self) -> asyncio.subprocess.Process:
        root = str(Path(shared.__file__).parent.parent)
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        return await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=MAX_LINE,
            env={**os.environ, "PYTHONPATH": path},
        )

    async def _supervise(self) -> None:
        while True:
            process = self._process
            if process is not None:
                await self._read_reports(process)
                await _end(process, _STOP_S)
                blamed = frozenset(self._at_risk)
                self._at_risk.clear()
                self._process = None
                _log.warning("The repackaging worker ended (%s).", process.returncode)
            else:
                blamed = frozenset()
            await asyncio.sleep(self._backoff.wait_s(self._failures))
            self._failures += 1
            try:
                self._process = await self._spawn()
            except OSError as error:
                _log.error("The repackaging worker cannot be started: %s", error.strerror)
                continue
            self._on_restart(blamed)

    async def _read_reports(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            return
        while True:
            try:
                line = await process.stdout.readline()
                if not line:
                    return
                number, report = decode_report(line)
            except ValueError:
                _log.error("The repackaging worker said something that is not a report.")
                return
            if isinstance(report, RiskReport):
                (self._at_risk.add if report.is_begun else self._at_risk.discard)(number)
                continue
            self._failures = 0
            self._on_report(number, report)


async def _end(process: asyncio.subprocess.Process, grace_s: float) -> None:
    """Close the worker's input, wait for it, and kill it if it does not go."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(grace_s):
            if process.stdout is not None:
                while await process.stdout.read(65_536):
                    pass  # What it still says is too late, but must not block its end.
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
