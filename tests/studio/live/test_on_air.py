"""A broadcast with every part real: server, engine, ingest. Its engine is killed on air."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest
from fakes.server import ServerProcess, server_process
from fakes.shows import end_engine, project_of

from shared.api import ApiClient
from shared.errors import Unavailable
from shared.realtime import RealtimeClient, RoomItem
from shared.schemas.streams import StreamStart, StreamState
from studio.engine.client import EngineClient, launch_or_adopt
from studio.engine.protocol import OpenProject, SetProject, VideoSettings
from studio.live import (
    Broadcast,
    BroadcastSetup,
    EngineHost,
    GoLive,
    Parts,
    Phase,
    ShowState,
    follow,
)
from studio.project.model import PatternSource

SETUP = BroadcastSetup(
    video=VideoSettings(width=320, height=180, fps=15, bitrate_kbps=400, preset="ultrafast")
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


class Until:
    """Waits for states of a broadcast."""

    def __init__(self, broadcast: Broadcast) -> None:
        self._broadcast = broadcast
        self._changed = asyncio.Event()
        broadcast.on_changed(lambda _: self._changed.set())

    async def __call__(self, is_so: Callable[[GoLive], bool], timeout_s: float = 40.0) -> GoLive:
        async with asyncio.timeout(timeout_s):
            while not is_so(self._broadcast.state):
                self._changed.clear()
                await self._changed.wait()
        return self._broadcast.state


@asynccontextmanager
async def a_studio(run: Path, api: ApiClient) -> AsyncIterator[tuple[EngineHost, Broadcast, Until]]:
    connect = partial(launch_or_adopt, run, name="test studio", idle_s=20.0)
    async with EngineHost(connect) as host:
        broadcast = Broadcast(records=api.streams, engine=host, server_url=api.base_url)
        async with broadcast:
            await host.ready()
            yield host, broadcast, Until(broadcast)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    with server_process(tmp_path / "data", demo=True) as found:
        yield found


@pytest.fixture
async def api(server: ServerProcess) -> AsyncIterator[ApiClient]:
    creator = server.account("creator")
    async with ApiClient(server.url) as client:
        await client.auth.login(creator.email, creator.password)
        yield client


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Path]:
    """The engine's folder; whatever engine is left there ends with the test."""
    folder = tmp_path / "run"
    yield folder
    try:
        client: EngineClient = await launch_or_adopt(folder, name="clean up", idle_s=1.0)
    except Unavailable:
        return
    await end_engine(client)


async def test_a_studio_that_goes_away_finds_its_broadcast_again(run: Path, api: ApiClient) -> None:
    async with a_studio(run, api) as (host, broadcast, until):
        await host.request(SetProject(project=project_of(PatternSource(beep=False))))
        await broadcast.go_live(StreamStart(title="Evening talk"), SETUP)
        live = await until(lambda state: state.phase is Phase.LIVE)
        pid = host.state.pid if host.state else 0
    async with a_studio(run, api) as (host, broadcast, until):
        adopted = await broadcast.adopt()
        assert adopted.phase is Phase.LIVE
        assert adopted.is_adopted
        assert adopted.stream_id == live.stream_id
        assert adopted.title == "Evening talk"
        assert host.state is not None
        assert host.state.pid == pid
        ended = await broadcast.end()
        assert ended.phase is Phase.ENDED
        assert ended.error is None
    assert (await api.streams.read(live.stream_id or "")).state is StreamState.ENDED


async def test_a_killed_engine_is_replaced_and_viewers_keep_their_stream(
    run: Path, api: ApiClient, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("the engine is gone")
    show, changed = ShowState(), asyncio.Event()

    def on_item(_item: RoomItem, _parts: Parts) -> None:
        changed.set()

    async def room(is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(40):
            while not is_so():
                changed.clear()
                await changed.wait()

    def is_live() -> bool:
        return show.stream is not None and show.stream.state is StreamState.LIVE

    async with (
        RealtimeClient(api.base_url, session=api.session or "") as realtime,
        a_studio(run, api) as (host, broadcast, until),
    ):
        await host.request(OpenProject(path=str(tmp_path / "scenes.json")))
        await host.request(SetProject(project=project_of(PatternSource(beep=False))))
        await broadcast.go_live(StreamStart(title="Evening talk"), SETUP)
        live = await until(lambda state: state.phase is Phase.LIVE)
        assert live.stream_id is not None
        follow(realtime, live.stream_id, show, on_item)
        await room(is_live)

        assert host.state is not None
        old = psutil.Process(host.state.pid)
        os.kill(old.pid, signal.SIGKILL)
        await until(lambda state: state.phase is Phase.RECONNECTING)
        again = await until(lambda state: state.phase is Phase.LIVE)
        assert again.stream_id == live.stream_id
        assert again.live_since == live.live_since
        assert host.state is not None
        assert host.state.pid != old.pid
        assert host.state.project.sources, "the scenes are the ones it had"
        await room(is_live)

        await broadcast.end()
        await room(lambda: show.stream is not None and show.stream.state is StreamState.ENDED)
