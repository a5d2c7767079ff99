"""RTMP as pure functions and state machines over bytes, for the publisher and the ingest."""

from shared.rtmp.address import RtmpAddress
from shared.rtmp.chunks import ChunkLimits, ChunkReader, ChunkWriter, RawMessage
from shared.rtmp.client import ClientConnection
from shared.rtmp.errors import (
    AmfError,
    ChunkError,
    FlvError,
    HandshakeError,
    MessageError,
    RtmpError,
)
from shared.rtmp.events import (
    AudioReceived,
    Connected,
    Event,
    MetadataReceived,
    PongReceived,
    PublishEnded,
    PublishRefused,
    PublishRequested,
    PublishStarted,
    VideoReceived,
)
from shared.rtmp.server import BAD_NAME, ServerConnection

__all__ = [
    "BAD_NAME",
    "AmfError",
    "AudioReceived",
    "ChunkError",
    "ChunkLimits",
    "ChunkReader",
    "ChunkWriter",
    "ClientConnection",
    "Connected",
    "Event",
    "FlvError",
    "HandshakeError",
    "MessageError",
    "MetadataReceived",
    "PongReceived",
    "PublishEnded",
    "PublishRefused",
    "PublishRequested",
    "PublishStarted",
    "RawMessage",
    "RtmpAddress",
    "RtmpError",
    "ServerConnection",
    "VideoReceived",
]
