"""Going live on screen, with an engine that does what the test says."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from fakes.engine import FakeEngines
from pytestqt.qtbot import QtBot
from tools.waiting import until

from shared.errors import AppError
from shared.qt.scope import TaskScope
from shared.qt.theme import Theme
from shared.realtime import Connection, ConnectionState
from shared.schemas.show import TipMenuItem
from studio.desk.account_desk import line_status
from studio.desk.air_desk import AirDesk, CpuMeter, broadcast_view
from studio.desk.first_state import prompts_of
from studio.engine.protocol import Statistics
from studio.live import EngineHost, GoLive, Phase
from studio.main_window import Cockpit
from studio.zones.people import LineState

_NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@pytest.fixture
def cockpit(qtbot: QtBot, theme: Theme) -> Cockpit:
    made = Cockpit(theme)
    qtbot.addWidget(made)
    return made


@pytest.fixture
async def scope() -> AsyncIterator[TaskScope]:
    def fail(error: Exception, name: str) -> None:
        raise AssertionError(name) from error

    async with TaskScope(fail) as made:
        yield made


def test_the_view_counts_from_the_first_picture_on() -> None:
    live = GoLive(phase=Phase.LIVE, title="Talk", live_since=_NOW - timedelta(seconds=90))
    view = broadcast_view(live, None, blocked_by="", now=_NOW)
    assert view.live_for_s == 90
    assert view.note == ""


def test_an_end_is_told_once_and_a_failed_end_says_why() -> None:
    ended = broadcast_view(GoLive(phase=Phase.ENDED), None, blocked_by="", now=_NOW)
    assert "has ended" in ended.note
    error = AppError("The platform did not answer.")
    failed = broadcast_view(GoLive(phase=Phase.ENDED, error=error), None, blocked_by="", now=_NOW)
    assert failed.note == ""
    assert failed.problem == "The platform did not answer."


def test_cpu_is_a_share_of_one_core() -> None:
    meter = CpuMeter()
    assert meter.percent(Statistics(uptime_s=10, cpu_s=4.0)) is None
    assert meter.percent(Statistics(uptime_s=12, cpu_s=5.0)) == pytest.approx(50.0)
    assert meter.percent(Statistics(uptime_s=12.1, cpu_s=5.1)) == pytest.approx(50.0)
    assert meter.percent(Statistics(uptime_s=1, cpu_s=0.1)) is None


async def test_panic_works_while_nobody_is_signed_in(cockpit: Cockpit, scope: TaskScope) -> None:
    engines = FakeEngines()
    async with EngineHost(engines) as host:
        desk = AirDesk(cockpit, engine=host, scope=scope)
        desk.connect()
        await host.ready()
        cockpit.input.press_panic()
        await until(lambda: host.state and host.state.safety.panicked, "panicked")
        desk.draw()
        cockpit.input.reveal_confirmed.emit()
        await until(lambda: host.state and not host.state.safety.panicked, "revealed")
        assert engines.engine.kinds == ["panic", "reveal"]


async def test_going_live_waits_for_an_account_and_an_engine(
    cockpit: Cockpit, scope: TaskScope
) -> None:
    engines = FakeEngines()
    async with EngineHost(engines) as host:
        desk = AirDesk(cockpit, engine=host, scope=scope)
        desk.connect()
        desk.draw()
        await host.ready()
        cockpit.stage.go_live_requested.emit("Talk")
        assert not desk.is_on_air
        assert engines.engine.kinds == []


@pytest.mark.parametrize(
    ("state", "shown", "words"),
    [
        (ConnectionState.CONNECTED, LineState.UP, "Connected"),
        (ConnectionState.CONNECTING, LineState.TRYING, "Connecting"),
        (ConnectionState.RECONNECTING, LineState.TRYING, "Reconnecting"),
        (ConnectionState.REVOKED, LineState.DOWN, "Signed out"),
        (ConnectionState.CLOSED, LineState.DOWN, "Not connected"),
    ],
)
def test_the_line_is_told_in_a_word(
    theme: Theme, state: ConnectionState, shown: LineState, words: str
) -> None:
    status = line_status(Connection(state, error=AppError("Why.")))
    assert (status.state, status.text) == (shown, words)


def test_prompts_are_thanks_and_the_menu_by_price(theme: Theme) -> None:
    def item(number: int, title: str, tokens: int) -> TipMenuItem:
        return TipMenuItem(id=f"0192d3b4-5c6d-7e8f-9a0b-{number:012d}", title=title, tokens=tokens)

    prompts = prompts_of((item(1, "A song", 50), item(2, "A wink", 10)))
    assert [(p.text, p.tokens) for p in prompts] == [
        ("Thank you!", 0),
        ("A wink", 10),
        ("A song", 50),
    ]
