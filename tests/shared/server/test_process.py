"""The server as a process: its ready line, its refusals, its signals, and kill -9."""

import asyncio
import json
import os
import socket
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from fakes.server import ServerProcess, server_command, server_env, server_process
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.clock import SystemClock
from shared.server.db.database import Database
from shared.server.db.upgrade import FILE_NAME, open_database
from shared.server.wallet import ledger


def _run(data: Path, **ports: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        server_command(data, **ports),
        capture_output=True,
        text=True,
        timeout=60,
        env=server_env(),
        check=False,
    )


def _refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Exit code 2, one sentence on stderr (after the log), no traceback, nothing on stdout."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    said = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(said) == 1, done.stderr
    assert said[0].startswith("teezu-server: ")
    for word in words:
        assert word in said[0]


def _taken() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


def test_it_says_where_it_is_ready_and_stops_when_told(tmp_path: Path) -> None:
    with server_process(tmp_path / "data") as server:
        health = httpx.get(f"{server.url}/health").json()
        assert health["ok"] is True
        assert server.rtmp.startswith("rtmp://127.0.0.1:")
        assert server.rtmp.endswith("/live")
        assert server.stop() < 3
        assert server.process.returncode == 0
        for line in server.log:
            assert json.loads(line)["level"] in ("info", "debug"), line


def test_it_stops_within_three_seconds_with_open_sockets(tmp_path: Path) -> None:
    with server_process(tmp_path / "data", demo=True) as server:
        idle = socket.create_connection(tuple(server.url.removeprefix("http://").split(":")))
        idle.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")  # a request that never ends
        with idle:
            assert server.stop() < 3


def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with _taken() as listener:
        port = listener.getsockname()[1]
        _refused(_run(tmp_path / "a", http_port=port), str(port), "another")
        _refused(_run(tmp_path / "b", rtmp_port=port), str(port), "another")


@pytest.mark.skipif(os.name == "nt", reason="file modes are POSIX")
def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    _refused(_run(tmp_path / "file"), "--data")


def test_a_damaged_database_is_refused_with_the_way_to_restore(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / FILE_NAME).write_bytes(b"nonsense" * 4096)
    _refused(_run(data), "damaged", "backup", FILE_NAME)
    assert (data / FILE_NAME).read_bytes() == b"nonsense" * 4096  # left as it was


@pytest.mark.skipif(os.name == "nt", reason="file modes are POSIX")
def test_what_it_keeps_is_for_its_own_account_only(tmp_path: Path) -> None:
    with server_process(tmp_path / "data"):
        for file in (tmp_path / "data").iterdir():
            assert file.stat().st_mode & 0o077 == 0, file


def test_the_demo_has_everybody_and_a_second_start_keeps_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with server_process(data, demo=True) as server:
        first = server.accounts
        roles = {account.role for account in first}
        assert len(roles) == 8
        assert sum(account.role == "member" for account in first) >= 20
        assert len({account.password for account in first}) == len(first)
        assert all(account.email.endswith("example.com") for account in first)
        assert (data / "demo-accounts.json").stat().st_mode & 0o777 == 0o600
        creator = _login(server, "creator")
        menu = httpx.get(
            f"{server.url}/api/v1/users/{server.account('creator').id}/tip-menu", headers=creator
        ).json()
        assert len(menu["items"]) >= 3
        started = httpx.post(
            f"{server.url}/api/v1/streams/start", json={"title": "t"}, headers=creator
        )
        assert started.status_code == 201
        member = _login(server, "member")
        balance = httpx.get(f"{server.url}/api/v1/wallet/balance", headers=member).json()
        assert balance["tokens"] > 0
        for account in first:
            body = {"email": account.email, "password": account.password}
            found = httpx.post(f"{server.url}/api/v1/auth/login", json=body)
            assert found.json()["user"]["role"] == account.role
    made = (data / "demo-accounts.json").stat().st_mtime_ns
    with server_process(data, demo=True) as server:
        assert (data / "demo-accounts.json").stat().st_mtime_ns == made  # nothing is made again
        assert server.accounts == first
        _login(server, "super_admin")


def _login(server: ServerProcess, role: str) -> dict[str, str]:
    account = server.account(role)
    body = {"email": account.email, "password": account.password}
    found = httpx.post(f"{server.url}/api/v1/auth/login", json=body, timeout=30)
    assert found.status_code == 200, found.text
    return {"Authorization": f"Bearer {found.json()['session']}"}


@pytest.mark.faults
async def test_kill_9_among_tips_leaves_each_tip_whole_or_absent(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with server_process(data, demo=True) as server:
        stream_id, sessions = await asyncio.to_thread(_eight_at_a_stream, server)
        acknowledged = await _tip_until_killed(server, sessions, stream_id)
        killed_at = dict(acknowledged)
    assert killed_at
    db = Database(await open_database(data, ""), SystemClock())
    async with db.read() as connection:
        assert (await ledger.check(connection)).ok
        tips = await _figures(connection, stream_id)
    await db.aclose()
    assert tips["ids"] >= set(killed_at.values())  # what was answered is there
    assert tips["tips"] == tips["events"] == tips["transactions"]

    with server_process(data, demo=True) as server:
        async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
            for (session, key), tip_id in killed_at.items():
                again = await _tip(http, session, stream_id, key)
                assert again.json()["tip"]["id"] == tip_id  # the same key, the same tip
            new = await _tip(http, sessions[0], stream_id, "after-the-restart")
            assert new.status_code == 201


def _eight_at_a_stream(server: ServerProcess) -> tuple[str, list[str]]:
    """A stream's id, and the sessions of eight members."""
    members = [account for account in server.accounts if account.role == "member"][:8]
    sessions = [
        httpx.post(
            f"{server.url}/api/v1/auth/login",
            json={"email": account.email, "password": account.password},
        ).json()["session"]
        for account in members
    ]
    started = httpx.post(
        f"{server.url}/api/v1/streams/start",
        json={"title": "t"},
        headers=_login(server, "creator"),
    )
    return started.json()["stream"]["id"], sessions


async def _tip(http: httpx.AsyncClient, session: str, stream_id: str, key: str) -> httpx.Response:
    return await http.post(
        f"/api/v1/streams/{stream_id}/tip",
        json={"tokens": 3},
        headers={"Authorization": f"Bearer {session}", "Idempotency-Key": key},
    )


async def _tip_until_killed(
    server: ServerProcess, sessions: list[str], stream_id: str
) -> dict[tuple[str, str], str]:
    """Everybody tips without pause until the server is killed; the tips that were answered."""
    acknowledged: dict[tuple[str, str], str] = {}
    enough = asyncio.Event()

    async def tip_on(http: httpx.AsyncClient, session: str) -> None:
        for number in range(100_000):
            key = f"tip-number-{number}"
            try:
                answer = await _tip(http, session, stream_id, key)
            except httpx.TransportError:
                return
            assert answer.status_code == 201, answer.text
            acknowledged[session, key] = answer.json()["tip"]["id"]
            if len(acknowledged) >= 40:
                enough.set()

    async with (
        httpx.AsyncClient(base_url=server.url, timeout=30) as http,
        asyncio.timeout(60),
        asyncio.TaskGroup() as group,
    ):
        for session in sessions:
            group.create_task(tip_on(http, session))
        await enough.wait()
        await asyncio.to_thread(server.kill)
    return acknowledged


async def _figures(connection: AsyncConnection, stream_id: str) -> dict[str, Any]:
    async def column(statement: str, **values: str) -> list[object]:
        return list((await connection.execute(text(statement), values)).scalars())

    tips = await column("SELECT id FROM tips WHERE stream_id = :s", s=stream_id)
    events = await column(
        "SELECT seq FROM feed_events WHERE room = :r AND type = 'tip.received'",
        r=f"stream:{stream_id}",
    )
    moved = await column("SELECT id FROM ledger_transactions WHERE kind = 'tip'")
    seqs = await column(
        "SELECT seq FROM feed_events WHERE room = :r ORDER BY seq", r=f"stream:{stream_id}"
    )
    assert seqs == list(range(1, len(seqs) + 1))
    return {
        "ids": set(tips),
        "tips": len(tips),
        "events": len(events),
        "transactions": len(moved),
    }
