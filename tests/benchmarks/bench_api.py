"""How long the API takes to answer 100 clients at once.

Every client has a connection and a session of its own, and asks in a random mix: reads without a
login, lists, chat messages, tips, and (one client) the hub. First each asks about twice a second,
more than the standard limits allow: `p99_ms` is of this run. Then all ask again as soon as they
are answered, which shows what the server can do at most and how it behaves there.
"""

import argparse
import asyncio
import json
import platform
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
from fakes.server import ServerProcess, server_process

from shared.ids import new_id
from shared.server.serving import loop_factory

_PASSWORD = "correct horse battery"
_API = "/api/v1"
_MIX = (("read", 30), ("list", 20), ("chat", 30), ("tip", 20))


@dataclass(slots=True)
class Tally:
    """Latencies by kind, and what was not answered with success."""

    ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class World:
    """The server and who uses it."""

    url: str
    pid: int
    stream_id: str
    sessions: list[str]
    admin: str


class Connection:
    """One kept-alive HTTP/1.1 connection, as cheap as it gets."""

    def __init__(self, world: World, session: str) -> None:
        self._host = urlsplit(world.url).netloc
        self._session = session
        self._world = world
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: Any, *, signed: bool) -> int:
        """The status of the answer to one request."""
        if self._writer is None or self._reader is None:
            address = urlsplit(self._world.url)
            self._reader, self._writer = await asyncio.open_connection(
                address.hostname, address.port
            )
        text = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}"]
        if signed:
            lines.append(f"Authorization: Bearer {self._session}")
        if body is not None:
            lines += ["Content-Type: application/json", f"Idempotency-Key: {new_id()}"]
            lines.append(f"Content-Length: {len(text)}")
        self._writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + text)
        head = await self._reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        await self._reader.readexactly(size)
        return int(head[9:12])

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()


def main() -> int:
    """Run both runs and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--pause", type=float, default=0.5, help="mean seconds between requests")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tz-bench-") as data,
        server_process(Path(data), demo=True) as server,
    ):
        world = _world(server, given.clients)
        process = psutil.Process(world.pid)
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_run(world, seconds=2.0, pause_s=given.pause))  # caches and code are warm
            cpu = sum(process.cpu_times()[:2])
            paced = runner.run(_run(world, seconds=given.seconds, pause_s=given.pause))
            cpu = sum(process.cpu_times()[:2]) - cpu
            full = runner.run(_run(world, seconds=given.seconds / 2, pause_s=0.0))
        defects = [line for line in server.log if "Traceback" in line]
    for error in (paced.errors + full.errors)[:5]:
        _say(f"error: {error}")
    all_paced = [ms for times in paced.ms.values() for ms in times]
    all_full = [ms for times in full.ms.values() for ms in times]
    _say(
        json.dumps(
            {
                "bench": "api",
                "p50_ms": _quantile(all_paced, 0.50),
                "p99_ms": _quantile(all_paced, 0.99),
                "errors": len(paced.errors) + len(full.errors) + len(defects),
                "kinds": {
                    kind: {"p50_ms": _quantile(ms, 0.5), "p99_ms": _quantile(ms, 0.99)}
                    for kind, ms in sorted(paced.ms.items())
                },
                "requests_per_s": round(len(all_paced) / given.seconds),
                "server_cpu_share": round(cpu / given.seconds, 3),
                "full_requests_per_s": round(len(all_full) / (given.seconds / 2)),
                "full_p50_ms": _quantile(all_full, 0.50),
                "full_p99_ms": _quantile(all_full, 0.99),
                "clients": given.clients,
                "seconds": given.seconds,
                "versions": {
                    "python": platform.python_version(),
                    "machine": f"{platform.machine()}, {psutil.cpu_count()} processors",
                    **{name: version(name) for name in ("fastapi", "uvicorn", "uvloop")},
                },
            }
        )
    )
    return 0


def _world(server: ServerProcess, clients: int) -> World:
    with httpx.Client(base_url=f"{server.url}{_API}", timeout=60) as http:
        signed = {}
        for role in ("creator", "admin"):
            account = server.account(role)
            body = {"email": account.email, "password": account.password}
            signed[role] = http.post("/auth/login", json=body).json()["session"]
            http.cookies.clear()
        creator = {"Authorization": f"Bearer {signed['creator']}"}
        started = http.post("/streams/start", json={"title": "An evening"}, headers=creator)
        sessions = []
        for number in range(clients):
            body = {
                "email": f"bench{number}@example.com",
                "password": _PASSWORD,
                "display_name": f"member {number}",
                "birth_date": "1990-05-17",
            }
            session = http.post("/auth/signup", json=body).json()["session"]
            http.cookies.clear()
            http.post(
                "/wallet/purchase",
                json={"tokens": 100_000},
                headers={"Authorization": f"Bearer {session}"},
            ).raise_for_status()
            sessions.append(session)
    stream_id = started.json()["stream"]["id"]
    return World(server.url, server.process.pid, stream_id, sessions, signed["admin"])


async def _run(world: World, *, seconds: float, pause_s: float) -> Tally:
    tally = Tally()
    until = time.monotonic() + seconds
    async with asyncio.TaskGroup() as tasks:
        for number, session in enumerate(world.sessions):
            chance = random.Random(number)
            tasks.create_task(_client(world, session, tally, chance, until, pause_s))
        tasks.create_task(_admin(world, tally, until, pause_s))
    return tally


async def _client(
    world: World,
    session: str,
    tally: Tally,
    chance: random.Random,
    until: float,
    pause_s: float,
) -> None:
    connection = Connection(world, session)
    room = f"{_API}/streams/{world.stream_id}"
    kinds, weights = zip(*_MIX, strict=True)
    number = 0
    while time.monotonic() < until:
        if pause_s:
            await asyncio.sleep(chance.expovariate(1 / pause_s))
        number += 1
        kind = chance.choices(kinds, weights)[0]
        method, path, body = {
            "read": ("GET", "/api/status", None),
            "list": ("GET", f"{_API}/streams/active", None),
            "chat": ("POST", f"{room}/chat", {"text": f"hello from here, {number}"}),
            "tip": ("POST", f"{room}/tip", {"tokens": chance.randint(1, 20)}),
        }[kind]
        await _ask(connection, tally, kind, method, path, body)
    connection.close()


async def _admin(world: World, tally: Tally, until: float, pause_s: float) -> None:
    connection = Connection(world, world.admin)
    while time.monotonic() < until:
        await asyncio.sleep(pause_s or 0.05)
        await _ask(connection, tally, "hub", "GET", f"{_API}/admin/hub", None)
    connection.close()


async def _ask(
    connection: Connection, tally: Tally, kind: str, method: str, path: str, body: Any
) -> None:
    began = time.perf_counter()
    status = await connection.ask(method, path, body, signed=kind != "read")
    tally.ms[kind].append((time.perf_counter() - began) * 1000)
    if status >= 400:
        tally.errors.append(f"{kind} {status}")


def _quantile(values: list[float], share: float) -> float:
    if len(values) < 2:
        return 0.0
    return round(statistics.quantiles(values, n=1000)[round(share * 1000) - 1], 2)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
