"""While a show runs its sources are looked after: stalls are noticed, cards drawn, faults borne."""

import asyncio
from collections.abc import Callable
from typing import cast

import av
import pytest
from PySide6.QtWidgets import QApplication
from rules.noise import ExpectLog

from studio.engine import source_care
from studio.engine.source_care import SourceCare
from studio.engine.stage import Stage


class _Stage:
    """A stage with one source in trouble."""

    def __init__(self) -> None:
        self.checks = 0
        self.cards: list[av.VideoFrame] = []
        self.drawn = asyncio.Event()
        self.fails = 0
        self._loop = asyncio.get_running_loop()

    def check(self) -> None:
        self.checks += 1
        if self.fails:
            self.fails -= 1
            raise RuntimeError("a fault of ours")

    @property
    def wants_placeholders(self) -> bool:
        return not self.cards

    def show_placeholders(self, draw: Callable[[str, int, int], av.VideoFrame]) -> None:
        self.cards.append(draw("Porch camera", 640, 360))
        self._loop.call_soon_threadsafe(self.drawn.set)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    monkeypatch.setattr(source_care, "_EVERY_S", 0.0)
    monkeypatch.setattr(source_care, "_HELD_UP_S", 60.0)


async def test_a_source_in_trouble_gets_its_card() -> None:
    stage = _Stage()
    care = SourceCare(cast(Stage, stage))
    care.start()
    async with asyncio.timeout(30):
        await stage.drawn.wait()
    await care.stop()
    assert [(card.width, card.height) for card in stage.cards] == [(640, 360)]
    assert stage.checks >= 1


async def test_a_fault_of_ours_does_not_end_the_care(expect_log: ExpectLog) -> None:
    expect_log("looking after the sources failed")
    stage = _Stage()
    stage.fails = 1
    care = SourceCare(cast(Stage, stage))
    care.start()
    async with asyncio.timeout(30):
        await stage.drawn.wait()
    await care.stop()
    assert stage.checks >= 2
