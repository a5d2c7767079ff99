"""Idle sockets on one server process: how many the machine allows, and the memory of each."""

import argparse
import asyncio
import json
import platform
import resource
import sys
import tempfile
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import httpx
import psutil
from benchmarks.crowd import Crowd
from fakes.server import ServerProcess, server_process

from shared.server.serving import loop_factory

_PER_ACCOUNT = 50
_PASSWORD = "correct horse battery"
_SPARE = 200
"""Files that a process has open besides its sockets."""


def main() -> int:
    """Connect them all, wait a while, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=10_000)
    parser.add_argument("--idle", type=float, default=30.0, help="seconds to stay connected")
    given = parser.parse_args()
    files = _raised(given.sockets + _SPARE)
    wanted = min(given.sockets, files - _SPARE)
    with (
        tempfile.TemporaryDirectory(prefix="tz-bench-") as data,
        server_process(Path(data), demo=True) as server,
    ):
        sessions = _sessions(server, -(-wanted // _PER_ACCOUNT))
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            found = runner.run(_measure(server, sessions, wanted, given.idle))
    sys.stdout.write(
        json.dumps(
            {
                "bench": "sockets",
                **found,
                "wanted": given.sockets,
                "open_files_allowed": files,
                "limit": "none reached" if wanted == given.sockets else "open files",
                "idle_s": given.idle,
                "versions": {
                    "python": platform.python_version(),
                    "machine": f"{platform.machine()}, {psutil.cpu_count()} processors",
                    **{name: version(name) for name in ("uvicorn", "websockets", "uvloop")},
                },
            }
        )
        + "\n"
    )
    return 0


def _raised(wanted: int) -> int:
    """How many files a process may open, after asking for as many as needed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _sessions(server: ServerProcess, count: int) -> list[str]:
    found = []
    with httpx.Client(base_url=f"{server.url}/api/v1", timeout=60) as http:
        for number in range(count):
            body = {
                "email": f"idle{number}@example.com",
                "password": _PASSWORD,
                "display_name": f"member {number}",
                "birth_date": "1990-05-17",
            }
            found.append(http.post("/auth/signup", json=body).json()["session"])
            http.cookies.clear()
    return found


async def _measure(
    server: ServerProcess, sessions: list[str], wanted: int, idle_s: float
) -> dict[str, float]:
    process = psutil.Process(server.process.pid)
    async with Crowd(server.url, "chat.message") as crowd:
        # The first ones fill caches that do not grow any more.
        await asyncio.gather(*(crowd.connect({"session": sessions[0]}) for _ in range(20)))
        before = process.memory_info().rss
        began = time.monotonic()
        for start in range(20, wanted, 100):
            await asyncio.gather(
                *(
                    crowd.connect({"session": sessions[number // _PER_ACCOUNT]})
                    for number in range(start, min(start + 100, wanted))
                )
            )
        took = time.monotonic() - began
        cpu = sum(process.cpu_times()[:2])
        await asyncio.sleep(idle_s)
        cpu = sum(process.cpu_times()[:2]) - cpu
        grown = process.memory_info().rss - before
        return {
            "sockets": crowd.open,
            "kib_per_socket": round(grown / 1024 / max(1, wanted - 20), 1),
            "connects_per_s": round((wanted - 20) / took),
            "idle_cpu_share": round(cpu / idle_s, 3),
        }


if __name__ == "__main__":
    raise SystemExit(main())
