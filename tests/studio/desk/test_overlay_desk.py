"""From the room to the picture: a real tip is announced on it, a real goal moves its bar."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from fakes.overlays import at, pixels
from PySide6.QtWidgets import QApplication

from shared.api import ApiClient
from shared.errors import Unavailable
from shared.qt.scope import TaskScope
from shared.realtime import RoomItem
from shared.schemas.accounts import User, UserRef
from shared.schemas.common import Page
from shared.schemas.realtime import EventType, RoomEvent
from shared.schemas.roles import Role
from shared.schemas.show import Goal, TipMenuItem
from shared.schemas.wallet import LeaderboardRow, Tip
from studio.desk.overlay_desk import OverlayDesk
from studio.desk.room_desk import RoomDesk
from studio.engine.overlays import OVERLAYS, OverlayBoard
from studio.engine.overlays.sheet import painted
from studio.engine.protocol import EngineState, UpdateOverlays
from studio.live import EngineHost, Parts, ShowState
from studio.live.stage_queue import StageQueue
from studio.project.model import Source, empty_project
from studio.project.overlays import (
    GoalBarOverlay,
    LeaderboardOverlay,
    TipAlertsOverlay,
    TipMenuOverlay,
)
from studio.settings import MenuLine

_NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
_STREAM = "0192d3b4-5c6d-7e8f-9a0b-000000000001"
_NOOR = UserRef(id="0192d3b4-5c6d-7e8f-9a0b-000000000007", display_name="Noor", role=Role.MEMBER)
_OVERLAYS = (GoalBarOverlay(), TipAlertsOverlay(), TipMenuOverlay(), LeaderboardOverlay())


class _Engine:
    """An engine whose board is real."""

    def __init__(self) -> None:
        sources = tuple(Source(id=one.kind, name=one.kind, settings=one) for one in _OVERLAYS)
        project = empty_project().model_copy(update={"sources": sources})
        self.state = EngineState.model_construct(project=project)
        self.board = OverlayBoard()
        self.is_away = False
        self.asked = 0
        self.listeners: list[Callable[[EngineState | None], None]] = []

    def on_state(self, listener: Callable[[EngineState | None], None]) -> None:
        self.listeners.append(listener)

    async def request(self, command: UpdateOverlays, *, timeout_s: float) -> None:
        self.asked += 1
        if self.is_away:
            raise Unavailable("The engine is away.")
        self.board.update(command.updates)

    def shown(self, kind: str, after: int = 0) -> int:
        """How many pixels an overlay of the picture covers now."""
        entry = next(entry for entry in OVERLAYS if entry.kind == kind)
        overlay = entry.make(entry.settings())
        overlay.look(self.board.facts, self.board.tips_after(after), at(100.0))
        view = overlay.look(self.board.facts, (), at(101.5)).view
        return int((pixels(painted(overlay, view))[:, :, 3] > 0).sum())


class _Room:
    """The room as its desk follows it."""

    def __init__(self) -> None:
        self.show = ShowState()
        self.stream_id: str | None = _STREAM
        self.overheard: list[Callable[[RoomItem, Parts], None]] = []
        self._seq = 0

    def event(self, kind: EventType, data: Any) -> None:
        self._seq += 1
        item = RoomEvent(seq=self._seq, type=kind, at=_NOW, data=data.model_dump(mode="json"))
        parts = self.show.apply(item)
        for listener in self.overheard:
            listener(item, parts)


class _Platform:
    """The list that the platform is asked for."""

    def __init__(self) -> None:
        self.wallet = self

    async def leaderboard(self, _stream_id: str) -> Page[LeaderboardRow]:
        return Page(items=[LeaderboardRow(rank=1, user=_NOOR, tokens=900, tips=3)])


@pytest.fixture
def engine(qapp: QApplication) -> _Engine:
    return _Engine()


@pytest.fixture
def room() -> _Room:
    return _Room()


def _fail(error: Exception, name: str) -> None:
    raise AssertionError(name) from error


async def _run(engine: _Engine, room: _Room, ticks: int, desk: OverlayDesk | None = None) -> None:
    """Draw so many times, letting what was started come to its end each time."""
    async with TaskScope(_fail) as scope:
        made = desk or OverlayDesk(
            engine=cast(EngineHost, engine), room=cast(RoomDesk, room), scope=scope
        )
        made.connect()
        made.sign_in(
            cast(ApiClient, _Platform()), cast(User, User.model_construct(display_name="Luna"))
        )
        made.set_menu((TipMenuItem(id=_NOOR.id, title="Wave", tokens=5),))
        for listener in engine.listeners:
            listener(engine.state)
        room.event(EventType.GOAL_CREATED, _goal(20))
        room.event(EventType.TIP_RECEIVED, _tip())
        for _ in range(ticks):
            made.draw()
            while scope.names:
                await _turn()


async def _turn() -> None:
    """Let the loop run what is ready."""
    await asyncio.sleep(0)


def _goal(raised: int) -> Goal:
    return Goal(
        id="0192d3b4-5c6d-7e8f-9a0b-000000000050",
        stream_id=_STREAM,
        title="Picnic",
        target_tokens=100,
        raised_tokens=raised,
    )


def _tip() -> Tip:
    return Tip(
        id="0192d3b4-5c6d-7e8f-9a0b-000000000060",
        stream_id=_STREAM,
        sender=_NOOR,
        tokens=50,
        at=_NOW,
    )


async def test_a_tip_in_the_room_is_announced_on_the_picture(engine: _Engine, room: _Room) -> None:
    assert engine.shown("tip_alerts") == 0
    await _run(engine, room, ticks=6)
    assert engine.shown("tip_alerts") > 640 * 160 * 0.9
    assert engine.shown("goal_bar") > 640 * 126 * 0.9
    assert engine.board.facts.goal is not None
    assert engine.board.facts.goal.raised_tokens == 20
    assert [one.name for one in engine.board.facts.supporters] == ["Noor"]
    assert [line.title for line in engine.board.facts.menu] == ["Wave"]


async def test_a_menu_changed_in_its_dock_and_the_queue_reach_the_picture(
    engine: _Engine, room: _Room
) -> None:
    lines = [MenuLine(title="Wave", tokens=5)]
    async with TaskScope(_fail) as scope:
        desk = OverlayDesk(engine=cast(EngineHost, engine), room=cast(RoomDesk, room), scope=scope)
        desk.connect()
        desk.follow(queue=StageQueue, menu=lambda: tuple(lines))
        for turn in range(12):
            if turn == 6:
                lines += [
                    MenuLine(title="Sing", tokens=50),
                    MenuLine(title="Off", tokens=9, is_on=False),
                ]
            desk.draw()
            while scope.names:
                await _turn()
    assert [line.title for line in engine.board.facts.menu] == ["Wave", "Sing"]


async def test_nothing_new_asks_nothing_of_the_engine(engine: _Engine, room: _Room) -> None:
    await _run(engine, room, ticks=90)
    assert engine.asked <= 3


async def test_what_an_engine_in_trouble_missed_is_told_when_it_is_back(
    engine: _Engine, room: _Room
) -> None:
    engine.is_away = True
    await _run(engine, room, ticks=6)
    assert engine.shown("tip_alerts") == 0
    async with TaskScope(_fail) as scope:
        desk = OverlayDesk(engine=cast(EngineHost, engine), room=cast(RoomDesk, room), scope=scope)
        desk.connect()
        room.event(EventType.TIP_RECEIVED, _tip())
        desk.draw()
        for tick in range(9):
            engine.is_away = tick < 4
            desk.draw()
            while scope.names:
                await _turn()
    assert engine.shown("tip_alerts") > 0
