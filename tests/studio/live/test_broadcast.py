"""Going live and ending: the server's record and the engine's outputs, on good and bad days."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from fakes.engine import FakeEngines
from fakes.live_show import DOWN, KEY, Show, a_show, refused

from shared.backoff import Backoff
from shared.errors import AppError, Unavailable
from shared.schemas.common import ErrorCode
from shared.schemas.streams import (
    StreamStart,
    StreamState,
)
from studio.engine.protocol import (
    Advice,
    AdviceEvent,
    RecordingOutput,
    RtmpOutput,
    StartBroadcast,
    StopBroadcast,
    VideoSettings,
)
from studio.live import BroadcastSetup, EngineHost, GoLive, Phase


@pytest.fixture
async def show() -> AsyncIterator[Show]:
    async with a_show() as found:
        yield found


async def test_one_click_makes_the_record_and_starts_the_outputs(show: Show) -> None:
    setup = BroadcastSetup(
        video=VideoSettings(fps=60),
        record_path="show.mp4",
        more_outputs=(RtmpOutput(url="rtmp://elsewhere/live"),),
    )
    state = await show.live(setup)
    assert list(dict.fromkeys(show.seen)) == [Phase.PREPARING, Phase.CONNECTING, Phase.LIVE]
    assert state.stream_id in show.records.streams
    assert show.engine.kinds == ["configure", "start_broadcast"]
    start = show.engine.commands[1]
    assert isinstance(start, StartBroadcast)
    first, second, third = start.outputs
    assert isinstance(first, RtmpOutput)
    assert (first.url, first.key.get_secret_value()) == ("rtmp://127.0.0.1:1935/live", KEY)
    assert isinstance(second, RtmpOutput)
    assert isinstance(third, RecordingOutput)
    assert start.stream is not None
    assert start.stream.stream_id == state.stream_id
    assert KEY not in repr(state)
    assert KEY not in repr(start)


async def test_ending_stops_the_engine_and_ends_the_record(show: Show) -> None:
    state = await show.live()
    ended = await show.broadcast.end()
    assert ended.phase is Phase.ENDED
    assert ended.error is None
    assert show.engine.state.broadcast is None
    assert show.records.streams[state.stream_id or ""].state is StreamState.ENDED
    assert (await show.broadcast.end()).phase is Phase.ENDED
    show.broadcast.dismiss()
    assert show.broadcast.state == GoLive()


async def test_what_a_delay_holds_is_seen_before_the_record_ends(show: Show) -> None:
    await show.live()
    show.engine.holds_s = 20.0
    async with asyncio.TaskGroup() as group:
        ending = group.create_task(show.broadcast.end(), name="end")
        await show.until(Phase.ENDING)
        async with asyncio.timeout(30):
            while show.engine.state.broadcast is None or not show.engine.state.broadcast.ending_s:
                await asyncio.sleep(0)
        assert "end" not in show.records.calls
        show.engine.stops()
    assert ending.result().phase is Phase.ENDED
    assert ending.result().error is None
    assert show.records.calls[-1] == "end"


async def test_advice_before_the_show_reaches_the_window(show: Show) -> None:
    advice = Advice(code="MICROPHONE_SILENT", message="Mic is silent; check its cable.")
    await show.host.ready()
    show.engine.tells(AdviceEvent(advice=(advice,)))
    assert show.host.state is not None
    assert show.host.state.statistics.advice == (advice,)
    show.engine.tells(AdviceEvent(advice=()))
    assert show.host.state.statistics.advice == ()


async def test_an_end_can_be_cut_short(show: Show) -> None:
    await show.live()
    show.engine.holds_s = 60.0
    async with asyncio.TaskGroup() as group:
        ending = group.create_task(show.broadcast.end(), name="end")
        async with asyncio.timeout(30):
            while show.engine.state.broadcast is None or not show.engine.state.broadcast.ending_s:
                await asyncio.sleep(0)
        await show.broadcast.end_now()
    assert ending.result().phase is Phase.ENDED
    assert show.engine.state.broadcast is None
    assert show.records.calls[-1] == "end"


async def test_a_show_that_another_client_ends_plays_out_and_ends_without_a_word(
    show: Show,
) -> None:
    await show.live()
    show.engine.holds_s = 5.0
    await show.engine.request(StopBroadcast(play_out=True))
    await show.until(Phase.ENDING)
    assert "end" not in show.records.calls
    show.engine.stops()
    ended = await show.until(Phase.ENDED)
    assert ended.error is None
    assert show.records.calls[-1] == "end"


async def test_a_server_that_is_down_is_a_sentence_and_nothing_is_started(show: Show) -> None:
    show.records.fails["start"] = DOWN
    state = await show.broadcast.go_live(StreamStart(title="Talk"), BroadcastSetup())
    assert state.phase is Phase.FAILED
    assert state.error is DOWN
    assert show.engine.kinds == []


async def test_a_record_left_by_a_crash_is_ended_first(show: Show) -> None:
    left = show.records.add("Yesterday")
    show.records.fails["start"] = refused(ErrorCode.ALREADY_LIVE, stream_id=left.id)
    state = await show.live()
    assert show.records.calls == ["start", "end", "start"]
    assert show.records.streams[left.id].state is StreamState.ENDED
    assert state.stream_id != left.id


async def test_an_engine_that_refuses_leaves_no_record_behind(show: Show) -> None:
    show.engine.refuses["start_broadcast"] = AppError("No encoder.", code="ENCODER_MISSING")
    state = await show.broadcast.go_live(StreamStart(title="Talk"), BroadcastSetup())
    assert state.phase is Phase.FAILED
    assert state.error is not None
    assert state.error.code == "ENCODER_MISSING"
    assert [s.state for s in show.records.streams.values()] == [StreamState.ENDED]


async def test_a_refused_key_stops_everything_and_says_why(show: Show) -> None:
    await show.broadcast.go_live(StreamStart(title="Talk"), BroadcastSetup(record_path="a.mp4"))
    show.engine.says("failed", "The stream key was refused; make a new one.", "KEY_REFUSED")
    state = await show.until(Phase.FAILED)
    assert state.error is not None
    assert state.error.code == "KEY_REFUSED"
    async with asyncio.timeout(5):
        while "end" not in show.records.calls:
            show.records.asked.clear()
            await show.records.asked.wait()
    assert show.engine.state.broadcast is None, "the recording does not go on alone"


async def test_ending_while_it_is_only_being_prepared(show: Show) -> None:
    show.records.held["start"] = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        going = group.create_task(
            show.broadcast.go_live(StreamStart(title="Talk"), BroadcastSetup()), name="go live"
        )
        await show.records.asked.wait()
        ended = await show.broadcast.end()
    assert ended.phase is Phase.ENDED
    assert going.result().phase in {Phase.ENDING, Phase.ENDED}
    assert show.engine.kinds == []


async def test_ending_while_the_engine_is_starting(show: Show) -> None:
    show.engine.stuck["start_broadcast"] = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(
            show.broadcast.go_live(StreamStart(title="Talk"), BroadcastSetup()), name="go live"
        )
        await show.until(Phase.CONNECTING)
        await show.broadcast.end()
    assert show.broadcast.state.phase is Phase.ENDED
    assert [s.state for s in show.records.streams.values()] == [StreamState.ENDED]


async def test_a_caller_that_is_cancelled_is_cancelled(show: Show) -> None:
    show.records.held["start"] = asyncio.Event()
    going = asyncio.create_task(
        show.broadcast.go_live(StreamStart(title="Talk"), BroadcastSetup()), name="go live"
    )
    await show.records.asked.wait()
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going


async def test_going_live_twice_is_once(show: Show) -> None:
    await show.live()
    await show.broadcast.go_live(StreamStart(title="Again"), BroadcastSetup())
    assert show.records.calls == ["start"]


async def test_when_the_record_cannot_be_ended_the_creator_hears_of_it(show: Show) -> None:
    await show.live()
    show.records.fails["end"] = DOWN
    ended = await show.broadcast.end()
    assert ended.phase is Phase.ENDED
    assert ended.error is DOWN
    assert show.engine.state.broadcast is None


async def test_a_broadcast_stopped_by_another_client_ends_with_a_word(show: Show) -> None:
    state = await show.live()
    show.engine.stops()
    ended = await show.until(Phase.ENDED)
    assert ended.error is not None
    assert ended.error.code == "STOPPED_ELSEWHERE"
    assert show.records.streams[state.stream_id or ""].state is StreamState.ENDED


async def test_a_stream_that_moderation_ends_is_stopped_here(show: Show) -> None:
    state = await show.live()
    gone = show.records.move(state.stream_id or "", StreamState.SUSPENDED)
    show.broadcast.stream_changed(gone)
    ended = await show.until(Phase.ENDED)
    assert ended.error is not None
    assert ended.error.code == "ENDED_BY_PLATFORM"
    assert show.engine.state.broadcast is None


async def test_panic_reaches_engine_and_platform(show: Show) -> None:
    state = await show.live()
    await show.broadcast.panic("word")
    assert show.engine.state.safety.panicked
    assert show.records.streams[state.stream_id or ""].state is StreamState.PANICKED
    await show.broadcast.reveal()
    assert not show.engine.state.safety.panicked
    assert show.records.calls == ["start", "panic", "reveal"]


async def test_panic_does_not_wait_for_the_server(
    show: Show, expect_log: Callable[[str], None]
) -> None:
    expect_log("the platform could not be told")
    await show.live()
    show.records.fails["panic"] = DOWN
    await show.broadcast.panic()
    assert show.engine.state.safety.panicked


async def test_panic_tells_the_platform_even_when_the_engine_cannot_be_told(show: Show) -> None:
    await show.live()
    show.engine.refuses["panic"] = Unavailable("Gone.", code="ENGINE_GONE")
    with pytest.raises(Unavailable):
        await show.broadcast.panic()
    assert "panic" in show.records.calls


async def test_no_engine_at_all_is_a_sentence(expect_log: Callable[[str], None]) -> None:
    expect_log("no engine: ENGINE_START")
    engines = FakeEngines()
    engines.fails = Unavailable("It did not start; its log is elsewhere.", code="ENGINE_START")
    host = EngineHost(engines, backoff=Backoff(base_s=0.01, cap_s=0.02))
    async with host:
        with pytest.raises(Unavailable) as caught:
            await host.ready(timeout_s=0.1)
        assert caught.value.code == "ENGINE_START"
        engines.fails = None
        await host.ready(timeout_s=5)
        assert host.error is None
