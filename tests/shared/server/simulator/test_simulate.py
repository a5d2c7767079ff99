"""`teezu-server simulate` against a real server process: nothing is lost, and it says so."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fakes.broadcast import make_broadcast
from fakes.ingest import until
from fakes.rtmp_client import RtmpClient
from fakes.server import ROOT, ServerProcess, server_process

from shared.api import ApiClient
from shared.schemas.streams import StreamStart

_TIMEOUT_S = 60.0


async def _simulate(server: ServerProcess, *options: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "shared.server", "simulate", "--http", server.url),
        *("--accounts", str(server.data / "demo-accounts.json"), *options),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(_TIMEOUT_S):
        out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_an_audience_gets_everything_once_and_in_order(tmp_path: Path) -> None:
    with server_process(tmp_path, demo=True) as server:
        creator = server.account("creator")
        async with ApiClient(server.url) as api:
            await api.auth.login(creator.email, creator.password)
            started = await api.streams.start(StreamStart(title="A rehearsal"))
            ingest = urlsplit(started.ingest.url)
            address = (ingest.hostname or "", ingest.port or 0)
            async with RtmpClient(address, started.ingest.stream_key) as publisher:
                await publisher.publish()
                await publisher.send(make_broadcast(seconds=3))
                await until(lambda: _is_on_air(api), timeout_s=_TIMEOUT_S)
                code, out, err = await _simulate(
                    server,
                    *("--creator", creator.display_name, "--viewers", "40"),
                    *("--messages-per-s", "8", "--tips-per-min", "120", "--duration", "4"),
                )
            figures: dict[str, Any] = json.loads(out.splitlines()[-1])
            balance = await api.wallet.balance()
            spoken = (await api.room.history(started.stream.id, limit=200)).items

        assert code == 0, err
        assert (figures["joined"], figures["lost"], figures["duplicated"]) == (40, 0, 0)
        assert (figures["out_of_order"], figures["restarts"], figures["refused"]) == (0, 0, {})
        assert (figures["messages"], figures["tips"]) == (32, 8)
        assert figures["delivered"] >= 40 * (32 + 8)
        assert sum(not message.is_ai for message in spoken) == 32
        assert balance.earned_tokens == pytest.approx(figures["tokens"] * 0.8, abs=8)
        assert not any(account.password in out + err for account in server.accounts)


@pytest.mark.faults
async def test_a_server_killed_in_the_middle_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with server_process(tmp_path, demo=True) as server:
        creator = server.account("creator")
        async with ApiClient(server.url) as api:
            await api.auth.login(creator.email, creator.password)
            started = await api.streams.start(StreamStart(title="A rehearsal"))
            ingest = urlsplit(started.ingest.url)
            address = (ingest.hostname or "", ingest.port or 0)
            async with RtmpClient(address, started.ingest.stream_key) as publisher:
                await publisher.publish()
                await publisher.send(make_broadcast(seconds=3))
                await until(lambda: _is_on_air(api), timeout_s=_TIMEOUT_S)
                crowd = asyncio.create_task(
                    _simulate(
                        server,
                        *("--creator", creator.display_name, "--viewers", "10"),
                        *("--messages-per-s", "6", "--tips-per-min", "0", "--duration", "6"),
                    )
                )
                await until(lambda: _has_chat(api, started.stream.id), timeout_s=_TIMEOUT_S)
        server.kill()
        port = urlsplit(server.url).port or 0
    with server_process(tmp_path, demo=True, http_port=port):
        code, out, err = await crowd
    assert code == 0, err
    figures: dict[str, Any] = json.loads(out.splitlines()[-1])
    assert (figures["messages"], figures["lost"], figures["duplicated"]) == (36, 0, 0)


async def test_who_is_not_live_cannot_be_watched(tmp_path: Path) -> None:
    with server_process(tmp_path, demo=True) as server:
        code, out, err = await _simulate(server, "--creator", "Nobody", "--viewers", "2")
    assert (code, out) == (2, "")
    assert "Nobody is not live; start a broadcast first" in err


async def _is_on_air(api: ApiClient) -> bool:
    return bool((await api.streams.active()).items)


async def _has_chat(api: ApiClient, stream_id: str) -> bool:
    return bool((await api.room.history(stream_id)).items)
