"""The engine's process: arguments, detaching, the lock, the log, and when it ends."""

import argparse
import asyncio
import contextlib
import gc
import logging
import logging.handlers
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from shared.errors import AppError
from studio.engine.commands import Commands
from studio.engine.control import ControlServer
from studio.engine.engine import Engine
from studio.engine.protocol import Event
from studio.engine.runtime import (
    InstanceLock,
    can_be_found,
    default_runtime_dir,
    private_folder,
    remove_address,
    write_address,
)
from studio.engine.usage import keep_pictures_in_their_thread, raise_priority
from studio.engine.video.encoder_probe import print_probes

log = logging.getLogger(__name__)

_SWITCH_INTERVAL_S = 0.001
_LOG_BYTES = 2_000_000


def main(argv: Sequence[str]) -> int:
    """Run an engine until nobody needs it; return the exit status."""
    arguments = _parser().parse_args(argv)
    if arguments.probe_encoders:
        print_probes()
        return 0
    try:
        folder = (
            private_folder(Path(arguments.runtime_dir))
            if arguments.runtime_dir
            else default_runtime_dir()
        )
        ready = _Readiness(detach=arguments.detach)
        lock = InstanceLock(folder)
        lock.acquire()
    except AppError as error:
        sys.stderr.write(error.message + "\n")
        return 3
    try:
        _start_log(folder)
        # Threads hand over quickly: a tick must not wait 5 ms for whoever happens to run.
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        raise_priority()
        keep_pictures_in_their_thread()
        return asyncio.run(_run(folder, idle_s=arguments.idle_s, ready=ready))
    finally:
        remove_address(folder)
        lock.release()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="teezu-studio engine", description=__doc__)
    parser.add_argument("--runtime-dir", help="folder of the address file, the lock and the log")
    parser.add_argument(
        "--idle-s", type=float, default=30.0, help="end when not live and alone for so long"
    )
    parser.add_argument(
        "--detach", action="store_true", help="run in the background, return when ready"
    )
    parser.add_argument(
        "--probe-encoders", action="store_true", help="print which encoders work here, and end"
    )
    return parser


class _Readiness:
    """Tells whoever started us that we listen: by ending the first process, or closing stdout."""

    def __init__(self, *, detach: bool) -> None:
        self._pipe = -1
        self._detach = detach
        if detach and hasattr(os, "fork"):
            self._fork()

    def _fork(self) -> None:
        """Go on in a child; the parent ends when the child is ready or has died."""
        reading, writing = os.pipe()
        if os.fork() == 0:
            os.close(reading)
            self._pipe = writing
            _silence(1)
            return
        os.close(writing)
        answer = os.read(reading, 1)
        os._exit(0 if answer else 1)

    def tell(self) -> None:
        """We listen."""
        if self._pipe >= 0:
            os.write(self._pipe, b"1")
            os.close(self._pipe)
            self._pipe = -1
        elif self._detach:
            _silence(1)


def _silence(descriptor: int) -> None:
    with open(os.devnull, "wb") as nothing:
        os.dup2(nothing.fileno(), descriptor)


def _start_log(folder: Path) -> None:
    handler = logging.handlers.RotatingFileHandler(
        folder / "engine.log", maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


async def _run(folder: Path, *, idle_s: float, ready: _Readiness) -> int:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, ended.set)
    if hasattr(signal, "SIGHUP"):
        loop.add_signal_handler(signal.SIGHUP, lambda: None)  # the terminal closes, we go on

    server: ControlServer | None = None

    def tell(event: Event) -> None:
        if server is not None:
            server.tell(event)

    def tell_some(event: Event, clients: frozenset[int]) -> None:
        if server is not None:
            server.tell_some(event, clients)

    engine = Engine(folder, tell=tell, tell_some=tell_some)
    commands = Commands(engine, shutdown=ended.set)
    server = ControlServer(execute=commands.execute, on_left=commands.left)
    host, port = await server.listen()
    server.admit(write_address(folder, host=host, port=port).token)
    log.info("listening on %s:%d", host, port)
    ready.tell()
    gc.freeze()
    try:
        await _watch(folder, engine, server, ended, idle_s=idle_s)
    finally:
        log.info("ending")
        remove_address(folder)
        await engine.close()
        await server.close()
    return 0


async def _watch(
    folder: Path, engine: Engine, server: ControlServer, ended: asyncio.Event, *, idle_s: float
) -> None:
    """Tick once a second until told to end, or nobody has needed the engine for `idle_s`."""
    loop = asyncio.get_running_loop()
    due_s = loop.time() + 1.0
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(due_s):
                await ended.wait()
                return
        due_s = max(due_s + 1.0, loop.time())
        try:
            await engine.tick_second()
        except Exception:  # task scope: the broadcast goes on whatever the housekeeping meets
            log.exception("the housekeeping failed")
        alone_since_s = server.alone_since_s
        if alone_since_s is None or loop.time() - alone_since_s < idle_s:
            continue
        if not can_be_found(folder):
            log.info("the runtime folder is gone: nobody can find this engine any more")
            return
        if not engine.is_live:
            log.info("nobody is here")
            return
        if engine.stops_when_alone:
            log.info("the command line has gone: the broadcast ends")
            return
