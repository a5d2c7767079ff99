"""Broadcasts of one process, watched at another through the shared store."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.clock import SystemClock
from shared.server.ingest.hls import HlsStore
from shared.server.ingest.reports import InitReport, SegmentReport
from shared.server.objects import Objects
from shared.server.playback.shelf import Shelf
from shared.server.settings import Settings

STREAM = "0193-stream"


@dataclass
class Two:
    """The process that has the publisher, and another one."""

    folder: Path
    store: HlsStore
    here: Shelf
    there: Shelf
    objects: Objects

    def segment(self, serial: int) -> str:
        name = f"1-{serial}.m4s"
        (self.folder / name).write_bytes(b"media %d" % serial)
        self.store.add_segment(STREAM, SegmentReport(1, name, 2.0, 1_700_000_000_000))
        return name


@pytest.fixture
async def two(tmp_path: Path) -> Two:
    objects = Objects.of(Settings(data=tmp_path / "data", store_url="memory:///"))
    store = HlsStore(tmp_path / "one", clock=SystemClock())
    folder = store.open(STREAM)
    here = Shelf(store, objects)
    there = Shelf(HlsStore(tmp_path / "two", clock=SystemClock()), objects)
    (folder / "init-1.mp4").write_bytes(b"init")
    store.add_init(STREAM, InitReport(1, "init-1.mp4"))
    return Two(folder, store, here, there, objects)


async def test_another_process_serves_what_this_one_takes_in(two: Two) -> None:
    names = [two.segment(serial) for serial in range(3)]
    two.store.add_thumbnail(STREAM, b"picture")
    await two.here.keep(STREAM)
    assert await two.there.playlist(STREAM) == two.store.playlist(STREAM)
    assert await two.there.segment(STREAM, "init-1.mp4") == b"init"
    assert await two.there.segment(STREAM, names[2]) == b"media 2"
    assert await two.there.thumbnail(STREAM) == b"picture"
    assert await two.there.segment(STREAM, "../../secret") is None
    assert await two.there.playlist("0193-nobody") is None


async def test_what_leaves_the_window_leaves_the_store(two: Two) -> None:
    first = two.segment(0)
    await two.here.keep(STREAM)
    for serial in range(1, 20):
        two.segment(serial)
        await two.here.keep(STREAM)
    assert await two.there.segment(STREAM, first) is None
    files = set(two.store.files(STREAM))
    kept = {each.key.rpartition("/")[2] for each in await two.objects.under(f"live/{STREAM}/")}
    assert kept == files | {"index.m3u8"}


async def test_a_panic_empties_the_store_and_the_end_removes_all(two: Two) -> None:
    name = two.segment(0)
    two.store.add_thumbnail(STREAM, b"picture")
    running = asyncio.create_task(two.here.run())
    async with asyncio.timeout(30):
        while await two.objects.get(f"live/{STREAM}/thumbnail.jpg") is None:
            await asyncio.sleep(0)
        two.store.hide(STREAM)
        while len(await two.objects.under(f"live/{STREAM}/")) > 1:
            await asyncio.sleep(0)
    assert await two.there.segment(STREAM, name) is None
    assert await two.there.thumbnail(STREAM) is None
    text = await two.there.playlist(STREAM)
    assert text is not None
    assert ".m4s" not in text
    two.store.forget(STREAM)
    async with asyncio.timeout(30):
        while await two.objects.under(f"live/{STREAM}/"):
            await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])
