"""The window or the server is killed while a show is on air."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fakes.media import Watched, pictures_missing, watch
from fakes.server import ServerProcess, server_process
from fakes.viewer import viewer_playlist, watchable
from tools.remote_pilot import RemotePilot, Sight, studio_window

from shared.api import ApiClient, ApiError
from shared.errors import Unavailable
from shared.ids import new_id
from shared.schemas.wallet import TipRequest
from studio.engine.client import launch_or_adopt
from studio.engine.protocol import EngineState

_TIPS = 12


def _is_live(sight: Sight) -> bool:
    return "LIVE" in sight["badge"].upper() and not sight["problem"]


@contextmanager
def _studio(
    env: dict[str, str], server: ServerProcess, engine_folder: Path
) -> Iterator[RemotePilot]:
    with studio_window(
        env,
        *("--server", server.url, "--runtime-dir", str(engine_folder)),
        *("--demo-accounts", str(server.data / "demo-accounts.json")),
    ) as window:
        yield window


def _go_live(studio: RemotePilot) -> None:
    studio.until(lambda sight: sight["has_picture"], "the engine's picture")
    studio.order("add", kind="pattern")
    studio.order("type_into", name="streamTitle", text="An evening of drawing")
    studio.until(lambda sight: sight["can_go_live"], "ready to go live")
    studio.order("press", name="goLive")
    studio.until(_is_live, "on air")


def _end(studio: RemotePilot) -> None:
    studio.order("press", name="goLive")
    studio.order("press", name="endYes")
    studio.until(lambda sight: not _is_live(sight), "off air")


async def _engine_state(folder: Path) -> EngineState:
    """The state of the engine that goes on without its window."""
    client = await launch_or_adopt(folder, name="test")
    await client.close()
    return client.state_at_hello


async def _stream_id(server: ServerProcess) -> str:
    member = server.account("member")
    async with ApiClient(server.url) as client, asyncio.timeout(15):
        await client.auth.login(member.email, member.password)
        while not (active := (await client.streams.active()).items):
            await asyncio.sleep(0.1)
        return active[0].id


@pytest.mark.timeout(150)
def test_a_killed_window_leaves_the_show_on_air_and_the_next_takes_it_over(
    desktop_env: dict[str, str], demo_server: ServerProcess, engine_folder: Path
) -> None:
    with _studio(desktop_env, demo_server, engine_folder) as first:
        _go_live(first)
        stream_id = asyncio.run(_stream_id(demo_server))
        playlist = viewer_playlist(demo_server, stream_id)
        seen: list[Watched] = []
        corner = (slice(0, 64), slice(0, 64))
        viewer = threading.Thread(
            target=lambda: seen.append(watch(playlist, seconds=14, crop=corner)), name="viewer"
        )
        viewer.start()
        first.kill()
        viewer.join(60)
    (watched,) = seen
    # A busy machine may cost single pictures, and owns up to them; a line that was cut, or an
    # encoder that began anew, would cost more than that.
    state = asyncio.run(_engine_state(engine_folder))
    owned_up = state.statistics.skipped_encode + state.statistics.dropped_network
    fps = state.video.fps
    assert state.statistics.reconnects == 0
    assert pictures_missing(watched.frame_times, fps=fps) <= owned_up, "the show went on"
    with _studio(desktop_env, demo_server, engine_folder) as second:
        sight = second.until(_is_live, "the show taken over")
        assert sight["title"] == "An evening of drawing"
        assert asyncio.run(_stream_id(demo_server)) == stream_id
        _end(second)


async def _tip_through(
    server: ServerProcess, stream_id: str, keys: list[str], begun: threading.Event
) -> int:
    """Tip 5 tokens under every key, trying again for as long as the server is away."""
    member = server.account("member")
    sent = 0
    async with ApiClient(server.url) as client, asyncio.timeout(60):
        await client.auth.login(member.email, member.password)
        for key in keys:
            while True:
                try:
                    await client.wallet.tip(stream_id, TipRequest(tokens=5), key=key)
                except (Unavailable, ApiError):
                    await asyncio.sleep(0.2)
                    continue
                sent += 1
                begun.set()
                break
            await asyncio.sleep(0.15)
    return sent


@pytest.mark.timeout(200)
def test_a_killed_server_comes_back_to_a_show_and_a_whole_ledger(
    desktop_env: dict[str, str], engine_folder: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with server_process(data, demo=True) as server:
        ports = {
            "http_port": int(server.url.rsplit(":", 1)[1]),
            "rtmp_port": int(server.rtmp.removesuffix("/live").rsplit(":", 1)[1]),
        }
        with _studio(desktop_env, server, engine_folder) as studio:
            _go_live(studio)
            stream_id = asyncio.run(_stream_id(server))
            before = asyncio.run(_money(server))
            keys = [new_id() for _ in range(_TIPS)]
            sent: list[int] = []
            begun = threading.Event()
            tips = _tip_through(server, stream_id, keys, begun)
            tipper = threading.Thread(target=lambda: sent.append(asyncio.run(tips)), name="tipper")
            tipper.start()
            assert begun.wait(20)
            server.kill()
            with server_process(data, demo=True, **ports) as again:
                studio.until(_is_live, "on air again", deadline_s=40)
                tipper.join(70)
                assert sent == [_TIPS]
                asyncio.run(_watch_after(again, stream_id))
                after = asyncio.run(_money(again))
                assert before["spendable"] - after["spendable"] == 5 * _TIPS
                assert after["tips"] - before["tips"] == _TIPS
                assert _unbalanced(data) == []
                _end(studio)


async def _watch_after(server: ServerProcess, stream_id: str) -> None:
    """New segments come: the last name in the playlist changes."""
    member = server.account("member")
    async with ApiClient(server.url) as client, asyncio.timeout(30):
        await client.auth.login(member.email, member.password)
        await watchable(client, server.url, stream_id)
        first = (await client.streams.playlist(stream_id)).splitlines()[-1]
        while (await client.streams.playlist(stream_id)).splitlines()[-1] == first:
            await asyncio.sleep(0.2)


async def _money(server: ServerProcess) -> dict[str, int]:
    """What the member can spend, the member's tips."""
    member = server.account("member")
    async with ApiClient(server.url) as client:
        await client.auth.login(member.email, member.password)
        balance = await client.wallet.balance()
        entries = await client.wallet.ledger(limit=200)
    return {
        "spendable": balance.tokens,
        "tips": sum(entry.kind == "tip" for entry in entries.items),
    }


def _unbalanced(data: Path) -> list[tuple[str, int]]:
    """Transactions whose entries do not sum to zero, and accounts that do not add up."""
    address = f"file:{data / 'teezu.sqlite3'}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as db:
        transactions = db.execute(
            "SELECT transaction_id, SUM(tokens) FROM ledger_entries"
            " GROUP BY transaction_id HAVING SUM(tokens) <> 0"
        ).fetchall()
        accounts = db.execute(
            "SELECT a.id, a.balance - COALESCE(SUM(e.tokens), 0) AS off FROM ledger_accounts a"
            " LEFT JOIN ledger_entries e ON e.account_id = a.id GROUP BY a.id HAVING off <> 0"
        ).fetchall()
    return [*transactions, *accounts]
