"""What the engine sends: replies to requests, and events."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from studio.engine.protocol.commands import EncoderId
from studio.engine.protocol.mixer import MetersEvent
from studio.engine.protocol.state import (
    Advice,
    BroadcastState,
    EngineState,
    OutputState,
    SafetyState,
    SourceState,
    Statistics,
)
from studio.engine.protocol.wire import Wire
from studio.project.model import Project


class Done(Wire):
    """It was done."""

    kind: Literal["done"] = "done"


class StateResult(Wire):
    """Everything, after the command."""

    kind: Literal["state"] = "state"
    state: EngineState


class ProjectResult(Wire):
    """The document after the command, and its version."""

    kind: Literal["project"] = "project"
    project: Project
    version: int
    can_undo: bool
    can_redo: bool


class Device(Wire):
    """Something that can be captured."""

    id: str
    name: str


class DevicesResult(Wire):
    """What can be captured here; a note where a kind cannot be listed, and why."""

    kind: Literal["devices"] = "devices"
    cameras: tuple[Device, ...]
    microphones: tuple[Device, ...]
    screens: tuple[Device, ...]
    windows: tuple[Device, ...] = ()
    outputs: tuple[Device, ...] = ()
    """Where the creator can listen."""
    notes: tuple[str, ...] = ()


class EncoderChoice(Wire):
    """An encoder, and whether it encoded a frame on this machine."""

    id: EncoderId
    name: str
    codec: Literal["h264", "hevc", "av1"]
    is_hardware: bool
    works: bool
    message: str | None = None
    """Why it does not, in one sentence."""
    speed_fps: float | None = None
    """Pictures of 1280x720 a second, measured; None where it was not tried."""


class EncodersResult(Wire):
    """Every encoder the studio knows, the one to prefer first among those that work."""

    kind: Literal["encoders"] = "encoders"
    encoders: tuple[EncoderChoice, ...]


class PreviewResult(Wire):
    """Where the small frames are and how long they come without another request."""

    kind: Literal["preview"] = "preview"
    path: str
    lease_s: float


class SavedResult(Wire):
    """A file was written."""

    kind: Literal["saved"] = "saved"
    path: str
    seconds: float
    """How much it holds."""


Result = Annotated[
    Done
    | StateResult
    | ProjectResult
    | DevicesResult
    | EncodersResult
    | PreviewResult
    | SavedResult,
    Field(discriminator="kind"),
]


class Failure(Wire):
    """Why a command was refused: the fields of an `AppError`."""

    code: str
    message: str


class Reply(Wire):
    """The answer to the request with the same id: a result or a failure."""

    type: Literal["reply"] = "reply"
    id: int
    result: Result | None = None
    failure: Failure | None = None


class StatisticsEvent(Wire):
    """Once a second while a broadcast runs."""

    kind: Literal["statistics"] = "statistics"
    statistics: Statistics
    outputs: tuple[OutputState, ...]


class AdviceEvent(Wire):
    """What should be known before going live, when it changes; on air `StatisticsEvent` says it."""

    kind: Literal["advice"] = "advice"
    advice: tuple[Advice, ...]


class BroadcastEvent(Wire):
    """A broadcast began, ended (None), or one of its outputs changed its phase."""

    kind: Literal["broadcast"] = "broadcast"
    broadcast: BroadcastState | None


class ProjectEvent(Wire):
    """The document changed, by whichever client."""

    kind: Literal["project"] = "project"
    project: Project
    version: int
    can_undo: bool
    can_redo: bool


class SourceEvent(Wire):
    """A source changed its phase."""

    kind: Literal["source"] = "source"
    source: SourceState


class SafetyEvent(Wire):
    """Panic or reveal."""

    kind: Literal["safety"] = "safety"
    safety: SafetyState


class KeyEvent(Wire):
    """A global key was pressed for an action that is a window's."""

    kind: Literal["key"] = "key"
    action: str


class NoticeEvent(Wire):
    """One sentence for the creator, with a next step."""

    kind: Literal["notice"] = "notice"
    level: Literal["warning", "error"]
    code: str
    message: str


class ClosingEvent(Wire):
    """The engine ends now."""

    kind: Literal["closing"] = "closing"


Event = Annotated[
    StatisticsEvent
    | AdviceEvent
    | BroadcastEvent
    | ProjectEvent
    | SourceEvent
    | SafetyEvent
    | MetersEvent
    | KeyEvent
    | NoticeEvent
    | ClosingEvent,
    Field(discriminator="kind"),
]


class EventMessage(Wire):
    """One line from the engine that answers nothing."""

    type: Literal["event"] = "event"
    event: Event


Message = Annotated[Reply | EventMessage, Field(discriminator="type")]
MESSAGE: TypeAdapter[Reply | EventMessage] = TypeAdapter(Message)
"""Parses a line of the engine."""
