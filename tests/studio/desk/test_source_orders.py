"""The menu of a source that runs: a media file is paused and moved, an alert shows a sample."""

import asyncio
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from shared.qt.scope import TaskScope
from shared.qt.theme import Theme
from studio.desk.source_orders import SourceOrders
from studio.docks.sources import SourceEntry, SourcesDock
from studio.engine.protocol import Command, ControlMedia, UpdateOverlays
from studio.engine.protocol.overlays import TipsUpdate
from studio.live import EngineHost


class _Engine:
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[Command] = []

    async def request(self, command: Command, *, timeout_s: float) -> None:
        self.asked.append(command)


@pytest.fixture
def dock(qtbot: QtBot, theme: Theme) -> SourcesDock:
    made = SourcesDock(theme)
    qtbot.addWidget(made)
    return made


def _fail(error: Exception, name: str) -> None:
    raise AssertionError(name) from error


async def _chosen(dock: SourcesDock, kind: str, words: str) -> list[Command]:
    """What the engine is asked when a line of a source's menu is chosen."""
    engine = _Engine()
    async with TaskScope(_fail) as scope:
        orders = SourceOrders(dock, engine=cast(EngineHost, engine), scope=scope)
        orders.connect()
        menu = dock.item_menu(SourceEntry(source_id="s1", name="Mine", kind=kind, item_id="i1"))
        next(action for action in menu.actions() if action.text() == words).trigger()
        while scope.names:
            await asyncio.sleep(0)
    return engine.asked


@pytest.mark.parametrize(
    ("words", "action", "seconds"),
    [
        ("Pause the file", "pause", 0),
        ("Let the file go on", "play", 0),
        ("From the beginning", "seek", 0),
        ("10 seconds back", "skip", -10),
        ("10 seconds on", "skip", 10),
    ],
)
async def test_a_media_file_is_controlled_from_its_menu(
    dock: SourcesDock, words: str, action: str, seconds: float
) -> None:
    assert await _chosen(dock, "file", words) == [
        ControlMedia.model_validate({"source_id": "s1", "action": action, "seconds": seconds})
    ]


async def test_an_alert_shows_a_sample_that_is_no_tip(dock: SourcesDock) -> None:
    (command,) = await _chosen(dock, "tip_alerts", "Show a sample")
    assert isinstance(command, UpdateOverlays)
    (update,) = command.updates
    assert isinstance(update, TipsUpdate)
    assert (update.tips[0].name, update.tips[0].tokens) == ("A viewer", 25)


def test_others_have_no_such_lines(dock: SourcesDock) -> None:
    menu = dock.item_menu(SourceEntry(source_id="s1", name="Mine", kind="camera", item_id="i1"))
    assert not {"Pause the file", "Show a sample"} & {action.text() for action in menu.actions()}
