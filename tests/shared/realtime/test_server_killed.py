"""The server is killed in the middle of a room, and comes back."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fakes.server import server_process

from shared.api import ApiClient
from shared.backoff import Backoff
from shared.realtime import ConnectionState, RealtimeClient, RoomItem, Snapshot
from shared.schemas.realtime import EventType, RoomEvent, stream_room
from shared.schemas.streams import StreamStart

pytestmark = [pytest.mark.faults, pytest.mark.slow]


async def test_the_room_goes_on_where_it_was(tmp_path: Path) -> None:
    items: list[RoomItem] = []
    came = asyncio.Event()

    def take(item: RoomItem) -> None:
        items.append(item)
        came.set()

    def texts() -> list[str]:
        return [
            str(i.data["text"])
            for i in items
            if isinstance(i, RoomEvent) and i.type is EventType.CHAT_MESSAGE
        ]

    async def until(count: int) -> None:
        async with asyncio.timeout(30):
            while len(texts()) < count:
                came.clear()
                await came.wait()

    data = tmp_path / "data"
    quick = Backoff(base_s=0.05, cap_s=0.3)
    with server_process(data, demo=True) as first:
        port = urlsplit(first.url).port or 0
        creator = first.account("creator")
        async with ApiClient(first.url) as api:
            await api.auth.login(creator.email, creator.password)
            started = await api.streams.start(StreamStart(title="Evening talk"))
            stream_id = started.stream.id
            realtime = RealtimeClient(first.url, session=api.session or "", backoff=quick)
            async with realtime:
                feed = realtime.join(stream_room(stream_id), take)
                await feed.ready()
                for number in range(5):
                    await realtime.send_chat(stream_id, f"before {number}")
                await until(5)
                lost = asyncio.Event()
                realtime.on_connection_changed(
                    lambda c: lost.set() if c.state is ConnectionState.RECONNECTING else None
                )
                first.kill()
                async with asyncio.timeout(10):
                    await lost.wait()
                async with asyncio.TaskGroup() as group:
                    group.create_task(
                        realtime.send_chat(stream_id, "while away", timeout_s=60), name="chat"
                    )
                    with server_process(data, http_port=port):
                        await until(6)
                        await realtime.send_chat(stream_id, "after")
                        await until(7)
    assert texts() == [f"before {n}" for n in range(5)] + ["while away", "after"]
    assert sum(isinstance(item, Snapshot) for item in items) == 1
    seqs = [item.seq for item in items]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
