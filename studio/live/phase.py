"""The life of a broadcast as pure transitions, for the service, the window and the tests."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.errors import AppError, Unavailable
from shared.schemas.streams import Stream
from studio.engine.protocol import BroadcastState, OutputState


class Phase(StrEnum):
    """Where going live is."""

    IDLE = "idle"
    PREPARING = "preparing"
    CONNECTING = "connecting"
    LIVE = "live"
    RECONNECTING = "reconnecting"
    ENDING = "ending"
    ENDED = "ended"
    FAILED = "failed"

    @property
    def is_on(self) -> bool:
        """Whether a broadcast is under way, so that no other may begin."""
        return self not in _AT_REST


_AT_REST = frozenset({Phase.IDLE, Phase.ENDED, Phase.FAILED})
_ON_AIR = frozenset({Phase.CONNECTING, Phase.LIVE, Phase.RECONNECTING})


@dataclass(frozen=True, slots=True)
class GoLive:
    """Everything the window shows about going live.

    `error` says why it failed, or what is wrong while it goes on. `live_since` is the first moment
    at which the platform took the picture.
    """

    phase: Phase = Phase.IDLE
    stream_id: str | None = None
    title: str = ""
    stream: Stream | None = None
    outputs: tuple[OutputState, ...] = ()
    live_since: datetime | None = None
    error: AppError | None = None
    is_adopted: bool = False

    @property
    def main_output(self) -> OutputState | None:
        """The output that feeds the platform: the first that publishes."""
        return next((output for output in self.outputs if output.kind == "rtmp"), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """The creator wants to go live."""

    title: str


@dataclass(frozen=True, slots=True)
class RecordMade:
    """The server has a record of the stream."""

    stream: Stream


@dataclass(frozen=True, slots=True)
class Adopted:
    """An engine was found on air at start; `stream` is None while the server cannot be asked."""

    broadcast: BroadcastState
    stream: Stream | None
    at: datetime


@dataclass(frozen=True, slots=True)
class EngineTold:
    """The engine's broadcast as it is now; None when it has none any more."""

    broadcast: BroadcastState | None
    at: datetime


@dataclass(frozen=True, slots=True)
class EngineLost:
    """The engine's process is gone."""


@dataclass(frozen=True, slots=True)
class StreamChanged:
    """The server tells how the stream is now."""

    stream: Stream


@dataclass(frozen=True, slots=True)
class EndAsked:
    """The creator wants to end."""


@dataclass(frozen=True, slots=True)
class Ended:
    """It is over; `error` when something about the end needs the creator's attention."""

    error: AppError | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot go on."""

    error: AppError


@dataclass(frozen=True, slots=True)
class Dismissed:
    """The creator has seen how it ended."""


type GoLiveEvent = (
    Asked
    | RecordMade
    | Adopted
    | EngineTold
    | EngineLost
    | StreamChanged
    | EndAsked
    | Ended
    | Failed
    | Dismissed
)


def step(state: GoLive, event: GoLiveEvent) -> GoLive:
    """The state after the event; an event that has no meaning in a state leaves it as it is."""
    match event:
        case Asked(title=title) if not state.phase.is_on:
            return GoLive(phase=Phase.PREPARING, title=title)
        case RecordMade(stream=stream) if state.phase is Phase.PREPARING:
            return replace(
                state,
                phase=Phase.CONNECTING,
                stream=stream,
                stream_id=stream.id,
                title=stream.title,
            )
        case Adopted() if not state.phase.is_on:
            return _adopted(event)
        case EngineTold() if state.phase in _ON_AIR:
            return _told(state, event)
        case EngineLost() if state.phase in _ON_AIR:
            return replace(state, phase=_again(state), outputs=(), error=_engine_lost())
        case StreamChanged(stream=stream) if stream.id == state.stream_id:
            return replace(state, stream=stream, title=stream.title)
        case EndAsked() if state.phase.is_on and state.phase is not Phase.ENDING:
            return replace(state, phase=Phase.ENDING, error=None)
        case Ended(error=error) if state.phase.is_on:
            return replace(state, phase=Phase.ENDED, outputs=(), error=error)
        case Failed(error=error) if state.phase.is_on:
            return replace(state, phase=Phase.FAILED, outputs=(), error=error)
        case Dismissed() if not state.phase.is_on:
            return GoLive()
        case _:
            return state


def _adopted(event: Adopted) -> GoLive:
    identity = event.broadcast.stream
    state = GoLive(
        phase=Phase.CONNECTING,
        stream_id=identity.stream_id if identity else None,
        title=event.stream.title if event.stream else (identity.title if identity else ""),
        stream=event.stream,
        live_since=event.stream.live_at if event.stream else None,
        is_adopted=True,
    )
    return _told(state, EngineTold(event.broadcast, event.at))


def _told(state: GoLive, event: EngineTold) -> GoLive:
    if event.broadcast is None:
        # Before the first word of the engine there is nothing that could have ended.
        if not state.outputs:
            return state
        return replace(state, phase=Phase.ENDING, outputs=())
    told = replace(state, outputs=event.broadcast.outputs)
    if event.broadcast.ending_s is not None:
        return replace(told, phase=Phase.ENDING, error=None)
    main = told.main_output
    if main is None:
        return told
    error = _output_error(main)
    match main.phase:
        case "live":
            return replace(
                told, phase=Phase.LIVE, live_since=told.live_since or event.at, error=None
            )
        case "connecting" | "reconnecting":
            return replace(told, phase=_again(told), error=error)
        case "failed":
            return replace(told, phase=Phase.FAILED, error=error or _stopped())
        case _:
            return told


def _again(state: GoLive) -> Phase:
    return Phase.CONNECTING if state.live_since is None else Phase.RECONNECTING


def _output_error(output: OutputState) -> AppError | None:
    if output.message is None:
        return None
    return AppError(output.message, code=output.code or "OUTPUT_FAILED")


def _engine_lost() -> AppError:
    return Unavailable(
        "The broadcast engine stopped; it is being started again.", code="ENGINE_GONE"
    )


def _stopped() -> AppError:
    return AppError("The broadcast stopped; go live again.", code="OUTPUT_FAILED")
