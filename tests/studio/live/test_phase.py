"""The life of a broadcast: what leads where, and that nothing else does."""

from datetime import UTC, datetime
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from shared.errors import AppError
from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.moods import Mood
from shared.schemas.roles import Role
from shared.schemas.streams import Audience, Stream, StreamState
from studio.engine.protocol import BroadcastState, OutputPhase, OutputState, StreamIdentity
from studio.live import GoLive, Phase, step
from studio.live.phase import (
    Adopted,
    Asked,
    Dismissed,
    EndAsked,
    Ended,
    EngineLost,
    EngineTold,
    Failed,
    GoLiveEvent,
    RecordMade,
    StreamChanged,
)

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
STREAM = Stream(
    id=new_id(),
    creator=UserRef(id=new_id(), display_name="Ada", role=Role.CREATOR),
    title="Evening talk",
    tags=[],
    mood=Mood.CHILL,
    audience=Audience.PUBLIC,
    state=StreamState.WAITING,
    started_at=NOW,
)


def broadcast(phase: OutputPhase, message: str | None = None) -> BroadcastState:
    output = OutputState(
        id="live", kind="rtmp", name="Live", target="host/live", phase=phase, message=message
    )
    recording = OutputState(
        id="file", kind="recording", name="Recording", target="show.mp4", phase="live"
    )
    identity = StreamIdentity(stream_id=STREAM.id, title=STREAM.title)
    return BroadcastState(
        started_at="2026-11-20T08:00:00.000Z",
        elapsed_s=1.0,
        stream=identity,
        outputs=(recording, output),
    )


def told(phase: OutputPhase, message: str | None = None) -> EngineTold:
    return EngineTold(broadcast(phase, message), NOW)


def after(*events: GoLiveEvent) -> GoLive:
    state = GoLive()
    for event in events:
        state = step(state, event)
    return state


ON_AIR = (Asked("Evening talk"), RecordMade(STREAM), told("live"))


def test_the_button_leads_on_air() -> None:
    assert after().phase is Phase.IDLE
    assert after(*ON_AIR[:1]).phase is Phase.PREPARING
    connecting = after(*ON_AIR[:2])
    assert connecting.phase is Phase.CONNECTING
    assert connecting.stream_id == STREAM.id
    live = after(*ON_AIR)
    assert live.phase is Phase.LIVE
    assert live.live_since == NOW
    assert live.main_output is not None
    assert live.main_output.id == "live", "a recording is not what the platform gets"


def test_a_first_connection_that_fails_is_still_connecting() -> None:
    state = after(*ON_AIR[:2], told("reconnecting", "The host does not answer; it is tried again."))
    assert state.phase is Phase.CONNECTING
    assert state.error is not None
    assert "does not answer" in state.error.message


def test_a_lost_line_reconnects_and_keeps_its_start() -> None:
    state = after(*ON_AIR, told("reconnecting", "The line is cut."))
    assert state.phase is Phase.RECONNECTING
    again = step(state, EngineTold(broadcast("live"), NOW.replace(hour=9)))
    assert again.phase is Phase.LIVE
    assert again.live_since == NOW
    assert again.error is None


def test_a_refused_key_is_a_failure_in_the_engines_words() -> None:
    state = after(*ON_AIR[:2], told("failed", "The stream key was refused; make a new one."))
    assert state.phase is Phase.FAILED
    assert state.error is not None
    assert state.error.message == "The stream key was refused; make a new one."


def test_a_lost_engine_is_no_end() -> None:
    assert after(*ON_AIR, EngineLost()).phase is Phase.RECONNECTING
    assert after(*ON_AIR[:2], EngineLost()).phase is Phase.CONNECTING
    assert after(EngineLost()).phase is Phase.IDLE


def test_an_engine_that_was_stopped_by_somebody_else_ends() -> None:
    assert after(*ON_AIR, EngineTold(None, NOW)).phase is Phase.ENDING
    assert after(*ON_AIR[:2], EngineTold(None, NOW)).phase is Phase.CONNECTING, (
        "an engine that has not begun yet has not stopped either"
    )


def test_ending_is_final_until_it_was_seen() -> None:
    ending = after(*ON_AIR, EndAsked())
    assert ending.phase is Phase.ENDING
    assert step(ending, told("reconnecting")).phase is Phase.ENDING
    ended = step(ending, Ended())
    assert ended.phase is Phase.ENDED
    assert ended.stream_id == STREAM.id
    assert step(ended, told("live")).phase is Phase.ENDED
    assert step(ended, Dismissed()) == GoLive()


def test_what_was_ended_or_failed_may_begin_again() -> None:
    for last in (Ended(), Failed(AppError("No."))):
        again = after(*ON_AIR, EndAsked(), last, Asked("Second show"))
        assert again.phase is Phase.PREPARING
        assert again.title == "Second show"
        assert again.stream is None
        assert again.error is None


def test_an_engine_found_on_air_is_taken_over() -> None:
    seen = STREAM.model_copy(update={"live_at": NOW, "state": StreamState.LIVE})
    state = after(Adopted(broadcast("live"), seen, NOW.replace(hour=9)))
    assert state.phase is Phase.LIVE
    assert state.is_adopted
    assert state.stream_id == STREAM.id
    assert state.live_since == NOW
    unknown = after(Adopted(broadcast("reconnecting"), None, NOW))
    assert unknown.title == STREAM.title
    assert unknown.phase is Phase.CONNECTING


def test_another_streams_news_is_not_ours() -> None:
    other = STREAM.model_copy(update={"id": new_id(), "title": "Another"})
    assert after(*ON_AIR, StreamChanged(other)).title == "Evening talk"
    renamed = STREAM.model_copy(update={"title": "Late talk"})
    assert after(*ON_AIR, StreamChanged(renamed)).title == "Late talk"


ANY_EVENT = st.one_of(
    st.just(Asked("Show")),
    st.just(RecordMade(STREAM)),
    st.just(StreamChanged(STREAM)),
    st.just(EndAsked()),
    st.just(Ended()),
    st.just(Failed(AppError("No."))),
    st.just(Dismissed()),
    st.just(EngineLost()),
    st.just(EngineTold(None, NOW)),
    st.sampled_from(get_args(OutputPhase)).map(lambda phase: told(phase)),
    st.sampled_from(get_args(OutputPhase)).map(
        lambda phase: Adopted(broadcast(phase), STREAM, NOW)
    ),
)


@given(st.lists(ANY_EVENT, max_size=30))
def test_no_sequence_of_events_makes_nonsense(events: list[GoLiveEvent]) -> None:
    state = GoLive()
    for event in events:
        before, state = state, step(state, event)
        if state.phase is Phase.LIVE:
            assert state.live_since is not None
            assert state.main_output is not None
            assert state.main_output.phase == "live"
        if state.phase is Phase.FAILED:
            assert state.error is not None
        if state.phase is Phase.RECONNECTING:
            assert state.live_since is not None
        if before.phase is Phase.ENDING and state.phase is not Phase.ENDING:
            assert isinstance(event, Ended | Failed)
        if not before.phase.is_on and state.phase.is_on:
            assert isinstance(event, Asked | Adopted)
