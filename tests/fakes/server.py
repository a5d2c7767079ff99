"""A real reference server for tests: a process of its own, or inside the test's loop."""

import asyncio
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import uvicorn

from shared.clock import Clock
from shared.server.app import Server, running
from shared.server.core import Area
from shared.server.db.upgrade import FILE_NAME, open_database
from shared.server.http.host import HttpHost
from shared.server.serving import address_of, listen
from shared.server.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
_READY_S = 60.0
_STOP_S = 10.0


@dataclass(frozen=True, slots=True)
class Account:
    """One demo account."""

    id: str
    role: str
    email: str
    password: str = field(repr=False)
    display_name: str = ""


@dataclass(slots=True)
class ServerProcess:
    """A running `python -m shared.server`; `url` and `rtmp` are where it answers."""

    url: str
    rtmp: str
    data: Path
    process: subprocess.Popen[str]
    log: list[str]

    @property
    def accounts(self) -> list[Account]:
        """The demo accounts (of a server started with `demo=True`)."""
        content = json.loads((self.data / "demo-accounts.json").read_text())
        return [Account(**account) for account in content["accounts"]]

    def account(self, role: str) -> Account:
        """The first demo account of a role."""
        return next(account for account in self.accounts if account.role == role)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.process.kill()
        self.process.wait(_STOP_S)

    def stop(self) -> float:
        """SIGTERM, and the seconds it took to end."""
        started = time.monotonic()
        self.process.terminate()
        self.process.wait(_STOP_S)
        return time.monotonic() - started


def server_command(
    data: Path, *, http_port: int = 0, rtmp_port: int = 0, options: tuple[str, ...] = ()
) -> list[str]:
    """The command line of a server over `data`; port 0 picks a free one."""
    return [
        sys.executable,
        "-m",
        "shared.server",
        "--data",
        str(data),
        "--http",
        f"127.0.0.1:{http_port}",
        "--rtmp",
        f"127.0.0.1:{rtmp_port}",
        *options,
    ]


def server_env(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a server process: quick passwords, compiled modules kept."""
    env = {**os.environ, "TEEZU_PASSWORD_COST": "4", **(extra or {})}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env


def _collect(stream: IO[str], lines: list[str]) -> None:
    for line in stream:
        lines.append(line.rstrip("\n"))
        del lines[:-5000]


def _first_line(stream: IO[str], box: "queue.Queue[str]") -> None:
    box.put(stream.readline())


@contextmanager
def server_process(
    data: Path,
    *,
    demo: bool = False,
    limits: str = "off",
    http_port: int = 0,
    rtmp_port: int = 0,
    env: Mapping[str, str] | None = None,
) -> Iterator[ServerProcess]:
    """A server process over `data`, ready when the block begins and gone when it ends.

    Rate limits are off unless `limits="standard"`. Starting again over the same `data` keeps
    everything; give the ports of the first start to keep its addresses.
    """
    options = ("--limits", limits, *(("--demo",) if demo else ()))
    process = subprocess.Popen(
        server_command(data, http_port=http_port, rtmp_port=rtmp_port, options=options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env=server_env(env),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    log: list[str] = []
    first: queue.Queue[str] = queue.Queue(1)
    readers = [
        threading.Thread(target=_collect, args=(process.stderr, log), name="server log"),
        threading.Thread(target=_first_line, args=(process.stdout, first), name="server line"),
    ]
    for reader in readers:
        reader.start()
    try:
        line = first.get(timeout=_READY_S)
        if not line:
            process.wait(_STOP_S)
            raise AssertionError("the server did not start:\n" + "\n".join(log[-20:]))
        ready: dict[str, Any] = json.loads(line)
        yield ServerProcess(ready["http"], ready["rtmp"], data, process, log)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(_STOP_S)
        for reader in readers:
            reader.join(_STOP_S)
        process.stdout.close()
        process.stderr.close()


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server inside the test's own loop: its parts can be looked at and its clock moved."""

    url: str
    server: Server


def quick_settings(data: Path, **values: Any) -> Settings:
    """Settings for tests: quick passwords, no rate limits."""
    return Settings(**{"data": data, "limits": "off", "password_cost": 4, **values})


_template: list[bytes] = []


async def migrated(data: Path) -> Path:
    """Put a database of the newest schema into the folder, without running every migration again.

    The migrations run once in the test process; other folders get a copy of their result.
    """
    is_new = await asyncio.to_thread(_copy_template, data / FILE_NAME)
    if is_new and not _template:
        await (await open_database(data, "")).aclose()
        _template.append(await asyncio.to_thread((data / FILE_NAME).read_bytes))
    return data


def _copy_template(file: Path) -> bool:
    """Whether the folder had no database; it has one now if there is a template."""
    if file.exists():
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    if _template:
        file.write_bytes(_template[0])
    return True


@asynccontextmanager
async def local_server(
    settings: Settings, *, clock: Clock | None = None, parts: tuple[Area, ...] | None = None
) -> AsyncIterator[LocalServer]:
    """A server on a free port in this loop, stopped at the end of the block."""
    if not settings.database_url:
        await migrated(settings.data)
    listener = listen(("127.0.0.1", 0), "HTTP")
    async with running(settings, clock=clock, parts=parts) as server:
        config = uvicorn.Config(
            server.asgi,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            ws_per_message_deflate=False,
        )
        http = HttpHost(config, grace_s=1.0)
        serving = asyncio.create_task(http.serve(sockets=[listener]), name="test http server")
        try:
            yield LocalServer(f"http://{address_of(listener)}", server)
        finally:
            await server.sockets.close_all()
            http.end()
            await serving
            listener.close()
