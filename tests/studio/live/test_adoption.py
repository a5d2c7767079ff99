"""A broadcast whose engine or window was lost: replaced, found again, taken over."""

from collections.abc import AsyncIterator, Callable

import pytest
from fakes.engine import FakeEngine, FakeEngines
from fakes.live_show import DOWN, Records, Show, a_show, on_air

from shared.schemas.streams import (
    StreamState,
)
from studio.engine.protocol import (
    Freeze,
    OpenProject,
    Panic,
    SetDelay,
    SetProject,
    StartBroadcast,
)
from studio.live import BroadcastSetup, GoLive, Phase
from studio.project.model import empty_project


@pytest.fixture
async def show() -> AsyncIterator[Show]:
    async with a_show() as found:
        yield found


@pytest.fixture
def lost_engine(expect_log: Callable[[str], None]) -> None:
    expect_log("the engine is gone")


@pytest.mark.usefixtures("lost_engine")
async def test_a_lost_engine_is_replaced_and_the_same_stream_goes_on(show: Show) -> None:
    before = await show.live(BroadcastSetup(record_path="a.mp4"))
    old = show.engine
    edited = empty_project(scene_name="Edited a moment ago")
    await show.host.request(SetProject(project=edited))
    old.die()
    await show.until(Phase.RECONNECTING)
    new = await show.engines.number(2)
    await new.began()
    new.says("live")
    state = await show.until(Phase.LIVE)
    assert state.stream_id == before.stream_id
    assert show.records.calls == ["start"], "no second record"
    assert new.kinds == ["set_project", "configure", "start_broadcast"]
    assert new.state.project == edited, "edits that were not on disk yet included"
    first, again = old.commands[1], new.commands[2]
    assert isinstance(first, StartBroadcast)
    assert isinstance(again, StartBroadcast)
    assert again.outputs[0] == first.outputs[0]
    assert again.outputs[1].id == first.outputs[1].id


@pytest.mark.usefixtures("lost_engine")
async def test_an_engine_lost_during_a_panic_comes_back_with_the_slate(show: Show) -> None:
    await show.live()
    for command in (SetDelay(seconds=20), Freeze(frozen=True), Panic(reason="word")):
        await show.host.request(command)
    show.engine.die()
    new = await show.engines.number(2)
    await new.began()
    safety = new.state.safety
    assert (safety.panicked, safety.frozen, safety.delay_s) == (True, True, 20)
    begun = new.kinds.index("start_broadcast")
    assert all(new.kinds.index(kind) < begun for kind in ("set_delay", "freeze", "panic"))


async def test_an_engine_found_on_air_is_adopted_with_its_stream() -> None:
    engines, records = FakeEngines(), Records()
    stream = records.add()
    engines.prepare = on_air(stream)
    async with a_show(engines=engines, records=records) as show:
        state = await show.broadcast.adopt()
        assert state.phase is Phase.LIVE
        assert state.is_adopted
        assert state.stream == stream
        ended = await show.broadcast.end()
        assert ended.phase is Phase.ENDED
        assert engines.engine.state.broadcast is None
    assert records.streams[stream.id].state is StreamState.ENDED


async def test_a_show_that_plays_out_is_taken_over_and_ended_when_it_is_over() -> None:
    engines, records = FakeEngines(), Records()
    stream = records.add()
    found = on_air(stream)

    def ending(engine: FakeEngine) -> None:
        found(engine)
        assert engine.state.broadcast is not None
        broadcast = engine.state.broadcast.model_copy(update={"ending_s": 12.0})
        engine.state = engine.state.model_copy(update={"broadcast": broadcast})

    engines.prepare = ending
    async with a_show(engines=engines, records=records) as show:
        state = await show.broadcast.adopt()
        assert state.phase is Phase.ENDING
        assert records.streams[stream.id].state is not StreamState.ENDED
        show.engine.stops()
        assert (await show.until(Phase.ENDED)).error is None
    assert records.streams[stream.id].state is StreamState.ENDED


async def test_adoption_works_while_the_server_is_down(expect_log: Callable[[str], None]) -> None:
    expect_log("the adopted stream cannot be read")
    engines, records = FakeEngines(), Records()
    stream = records.add()
    engines.prepare = on_air(stream)
    records.fails["read"] = DOWN
    async with a_show(engines=engines, records=records) as show:
        state = await show.broadcast.adopt()
        assert state.phase is Phase.LIVE
        assert (state.stream_id, state.title, state.stream) == (stream.id, stream.title, None)


async def test_an_adopted_broadcast_whose_stream_was_ended_is_stopped() -> None:
    engines, records = FakeEngines(), Records()
    stream = records.move(records.add().id, StreamState.SUSPENDED)
    engines.prepare = on_air(stream)
    async with a_show(engines=engines, records=records) as show:
        state = await show.broadcast.adopt()
        assert state.phase is Phase.ENDED
        assert state.error is not None
        assert engines.engine.state.broadcast is None


@pytest.mark.usefixtures("lost_engine")
async def test_an_adopted_broadcast_survives_the_loss_of_its_engine_as_well() -> None:
    engines, records = FakeEngines(), Records()
    stream = records.add()
    engines.prepare = on_air(stream)
    async with a_show(engines=engines, records=records) as show:
        await show.broadcast.adopt()
        engines.prepare = lambda engine: None
        engines.engine.die()
        new = await engines.number(2)
        await new.began()
        assert new.kinds == ["open_project", "set_project", "configure", "start_broadcast"]
        opened, start = new.commands[0], new.commands[3]
        assert isinstance(opened, OpenProject)
        assert opened.path == "my-scenes.json"
        assert isinstance(start, StartBroadcast)
        assert start.stream is not None
        assert start.stream.stream_id == stream.id


@pytest.mark.usefixtures("lost_engine")
async def test_a_lost_connection_to_a_living_engine_restarts_nothing() -> None:
    engines, records = FakeEngines(), Records()
    stream = records.add()
    engines.prepare = on_air(stream)
    async with a_show(engines=engines, records=records) as show:
        await show.broadcast.adopt()
        engines.engine.die()
        second = await engines.number(2)
        state = await show.until(Phase.LIVE)
        assert state.stream_id == stream.id
        assert second.kinds == []


async def test_nothing_on_air_is_nothing_to_adopt(show: Show) -> None:
    assert await show.broadcast.adopt() == GoLive()
