"""Server CPU per delivered event: our server beside a Socket.IO 4 server on Node.

The same clients, 1,000 of them in one room, and the same 50 messages a second, sent over sockets
and acknowledged. Ours also checks, stores and numbers every message and coalesces what comes
within a twentieth of a second; the peer only passes it on. Rounds alternate; medians count. The
CPU time is what the system charged the server's process while the messages flowed.
"""

import argparse
import asyncio
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import psutil
from benchmarks.crowd import Crowd, Listener
from fakes.server import ServerProcess, server_process

from shared.ids import new_id
from shared.server.serving import loop_factory

_PER_ACCOUNT = 40
_SENDERS = 10
_PEER = Path(__file__).with_name("peer_socketio.js")
_PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Run:
    """One round with one server."""

    cpu_us_per_event: float
    cpu_share: float
    delivered: int
    expected: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a round happens: the server, its process, the room and who may come in."""

    url: str
    pid: int
    stream_id: str
    sessions: list[str]


def main() -> int:
    """Run the rounds and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    ours: list[Run] = []
    theirs: list[Run] = []
    with tempfile.TemporaryDirectory(prefix="tz-npm-") as folder:
        node = _install(Path(folder))
        for _ in range(given.rounds):
            ours.append(_round(_ours(given.sockets), given))
            _say(f"ours {ours[-1]}")
            if node:
                theirs.append(_round(_node(Path(folder)), given))
                _say(f"node {theirs[-1]}")
    mine = statistics.median(run.cpu_us_per_event for run in ours)
    peer = statistics.median(run.cpu_us_per_event for run in theirs) if theirs else None
    _say(
        json.dumps(
            {
                "bench": "fanout",
                "ours_us_per_event": round(mine, 2),
                "node_us_per_event": None if peer is None else round(peer, 2),
                "ratio": None if peer is None else round(mine / peer, 3),
                "peer": node or "could not be installed: npm does not reach socket.io",
                "ours_cpu_share": round(statistics.median(run.cpu_share for run in ours), 3),
                "delivered": sum(run.delivered for run in ours),
                "expected": sum(run.expected for run in ours),
                "sockets": given.sockets,
                "messages_per_s": given.rate,
                "seconds": given.seconds,
                "rounds": given.rounds,
                "versions": _versions(),
            }
        )
    )
    return 0


def _install(folder: Path) -> str:
    """The peer's version, or nothing where npm cannot fetch it."""
    command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), "socket.io@4"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        _say(f"no peer: {error}")
        return ""
    if done.returncode:
        _say(f"no peer: {done.stderr[-500:]}")
        return ""
    found = json.loads((folder / "node_modules" / "socket.io" / "package.json").read_text())
    return f"socket.io {found['version']}"


def _round(where: "Callable[[], Any]", given: argparse.Namespace) -> Run:
    with where() as place:
        factory = loop_factory()
        with asyncio.Runner(loop_factory=factory) as runner:
            return runner.run(_measure(place, given))


def _ours(sockets: int) -> Callable[[], Any]:
    @contextmanager
    def run() -> Iterator[Place]:
        with (
            tempfile.TemporaryDirectory(prefix="tz-bench-") as data,
            server_process(Path(data), demo=True) as server,
        ):
            yield _prepared(server, -(-sockets // _PER_ACCOUNT) + _SENDERS)

    return run


def _prepared(server: ServerProcess, people: int) -> Place:
    with httpx.Client(base_url=f"{server.url}/api/v1", timeout=60) as http:
        creator = server.account("creator")
        login = {"email": creator.email, "password": creator.password}
        session = http.post("/auth/login", json=login).json()["session"]
        http.cookies.clear()
        started = http.post(
            "/streams/start",
            json={"title": "A full room"},
            headers={"Authorization": f"Bearer {session}"},
        ).json()
        sessions = []
        for number in range(people):
            body = {
                "email": f"bench{number}@example.com",
                "password": _PASSWORD,
                "display_name": f"member {number}",
                "birth_date": "1990-05-17",
            }
            sessions.append(http.post("/auth/signup", json=body).json()["session"])
            http.cookies.clear()
    return Place(server.url, server.process.pid, started["stream"]["id"], sessions)


def _node(folder: Path) -> Callable[[], Any]:
    @contextmanager
    def run() -> Iterator[Place]:
        process = subprocess.Popen(
            ["node", str(_PEER), str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        try:
            url = json.loads(process.stdout.readline())["http"]
            yield Place(url, process.pid, new_id(), ["anybody"] * (_SENDERS + 1))
        finally:
            process.kill()
            process.wait(10)
            process.stdout.close()

    return run


@asynccontextmanager
async def _filled(place: Place, sockets: int) -> AsyncIterator[tuple[Crowd, list[Listener]]]:
    async with Crowd(place.url, "chat.message") as crowd:
        senders = [
            await crowd.connect({"session": session}) for session in place.sessions[:_SENDERS]
        ]
        guests = place.sessions[_SENDERS:]
        room = f"stream:{place.stream_id}"
        for start in range(0, sockets, 50):
            await asyncio.gather(
                *(
                    crowd.connect({"session": guests[(start + n) % len(guests)]}, room)
                    for n in range(min(50, sockets - start))
                )
            )
        yield crowd, senders


async def _measure(place: Place, given: argparse.Namespace) -> Run:
    process = psutil.Process(place.pid)
    async with _filled(place, given.sockets) as (crowd, senders):
        listeners = crowd.listeners[len(senders) :]
        warm = await _talk(place, senders, rate=given.rate, seconds=1.0)
        await _arrived(listeners, 0, warm * given.sockets)
        before = sum(one.events for one in listeners)
        cpu = _cpu_s(process)
        began = time.monotonic()
        sent = await _talk(place, senders, rate=given.rate, seconds=given.seconds)
        expected = sent * given.sockets
        delivered = await _arrived(listeners, before, expected)
        took = time.monotonic() - began
        used = _cpu_s(process) - cpu
    if delivered < expected * 0.99:
        _say(f"only {delivered} of {expected} events came in time")
    return Run(used / max(1, delivered) * 1e6, used / took, delivered, expected)


async def _talk(place: Place, senders: list[Listener], *, rate: int, seconds: float) -> int:
    """Send at an even rate; how many messages."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in range(round(rate * seconds)):
        body = {
            "stream_id": place.stream_id,
            "text": f"a message of the ordinary length, number {number}",
            "idempotency_key": new_id(),
        }
        call = json.dumps(["chat:send", body], separators=(",", ":"))
        senders[number % len(senders)].say(f"42{number}{call}")
        await asyncio.sleep(max(0.0, began + (number + 1) / rate - loop.time()))
    return round(rate * seconds)


async def _arrived(listeners: list[Listener], before: int, expected: int) -> int:
    """How many events came, once all have or nothing comes any more."""
    delivered, quiet = 0, 0
    while delivered < expected and quiet < 20:
        await asyncio.sleep(0.1)
        now = sum(one.events for one in listeners) - before
        quiet = quiet + 1 if now == delivered else 0
        delivered = now
    return delivered


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _versions() -> dict[str, str]:
    names = ("uvicorn", "websockets", "uvloop", "python-socketio", "python-engineio")
    found = {name: version(name) for name in names}
    node = subprocess.run(["node", "--version"], capture_output=True, text=True)
    return {
        "python": platform.python_version(),
        "node": node.stdout.strip() or "none",
        "machine": f"{platform.machine()}, {psutil.cpu_count()} processors",
        **found,
    }


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
