"""Runs the server in a process: sockets, the ready line, signals, and a stop within 3 s."""

import asyncio
import contextlib
import gc
import json
import logging
import signal
import socket
import sys
from collections.abc import Callable
from typing import TextIO

import uvicorn

from shared.errors import Unavailable
from shared.server.app import reachable, running
from shared.server.http.host import HttpHost
from shared.server.http.patience import patient_for
from shared.server.settings import Settings
from shared.server.streams.keys import StreamKeys

_log = logging.getLogger(__name__)
_GRACE_S = 0.7
"""How long running requests, sockets and broadcasts get, each, to end by themselves."""


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it exists, else the platform's own loop."""
    try:
        import uvloop
    except ImportError:  # Windows
        return None
    return uvloop.new_event_loop


def listen(address: tuple[str, int], what: str) -> socket.socket:
    """A listening socket.

    Raises:
        Unavailable: the port is taken or the address is not ours.
    """
    host, port = address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise Unavailable(
            f"{what} cannot listen on {host}:{port} ({error.strerror or error}); "
            f"stop the program that uses it or choose another with --{what.lower()}.",
            code="PORT_TAKEN",
        ) from error
    return listener


def address_of(listener: socket.socket) -> str:
    """`HOST:PORT` under which clients of this machine reach the listener."""
    host, port = listener.getsockname()[:2]
    return reachable(host, port)


async def serve(
    settings: Settings, *, http: tuple[str, int], rtmp: tuple[str, int], ready: TextIO
) -> None:
    """Serve until SIGTERM or SIGINT; prints the ready line once everything answers.

    Raises:
        AppError: it cannot start; one sentence says why and what to do.
    """
    stop = asyncio.Event()
    _on_signals(stop.set)
    with contextlib.closing(listen(http, "HTTP")) as listener:
        async with running(settings, rtmp=rtmp) as server:
            config = uvicorn.Config(
                server.asgi,
                log_config=None,
                access_log=False,
                lifespan="off",
                http=patient_for(settings.header_timeout_s),
                ws="websockets-sansio",
                ws_per_message_deflate=False,
                ws_ping_interval=None,  # Engine.IO has its own
                ws_max_size=64 * 1024,
                timeout_keep_alive=30,
                server_header=False,
                proxy_headers=False,
            )
            host = HttpHost(config, grace_s=_GRACE_S)
            serving = asyncio.create_task(host.serve(sockets=[listener]), name="http server")
            stopping = asyncio.create_task(stop.wait(), name="wait for a signal")
            gc.freeze()  # what we were made of stays: looking through it again stops everybody
            line = {
                "ready": True,
                "http": f"http://{address_of(listener)}",
                "rtmp": server.services.get(StreamKeys).ingest_url,
            }
            print(json.dumps(line), file=ready, flush=True)
            _log.info("ready at %s", line["http"])
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GRACE_S):
                    await server.sockets.close_all()
            host.end()
            await serving
    _log.info("stopped")


def _on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, stop)
        except NotImplementedError:  # Windows
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop))
