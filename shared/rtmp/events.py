"""What the two connection state machines tell their owner."""

from dataclasses import dataclass, field

from shared.rtmp.amf import AmfValue


@dataclass(frozen=True, slots=True)
class Connected:
    """The connect command was made (server side) or answered with success (client side)."""

    app: str


@dataclass(frozen=True, slots=True)
class PublishRequested:
    """A client wants to publish; answer by `accept_publish` or `refuse_publish`."""

    stream_key: str = field(repr=False)
    app: str = ""


@dataclass(frozen=True, slots=True)
class PublishStarted:
    """The server takes our media from now on."""


@dataclass(frozen=True, slots=True)
class PublishRefused:
    """The server does not want this publish; the code is its own, the text is its own words."""

    code: str
    description: str


@dataclass(frozen=True, slots=True)
class PublishEnded:
    """The publish is over: by the peer's own command, or by its status code."""

    code: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class MetadataReceived:
    """The publisher's onMetaData."""

    values: dict[str, AmfValue]
    timestamp: int


@dataclass(frozen=True, slots=True)
class VideoReceived:
    """A video message of an accepted publish; `payload` is for `flv.decode_video`."""

    payload: bytes = field(repr=False)
    timestamp: int = 0


@dataclass(frozen=True, slots=True)
class AudioReceived:
    """An audio message of an accepted publish; `payload` is for `flv.decode_audio`."""

    payload: bytes = field(repr=False)
    timestamp: int = 0


@dataclass(frozen=True, slots=True)
class PongReceived:
    """The peer answered our ping that carried this value."""

    value: int


type Event = (
    Connected
    | PublishRequested
    | PublishStarted
    | PublishRefused
    | PublishEnded
    | MetadataReceived
    | VideoReceived
    | AudioReceived
    | PongReceived
)
