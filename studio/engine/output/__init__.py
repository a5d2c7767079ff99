"""Where encoded packets go: publishers and recorders, each with its own bounded queue."""

from studio.engine.output.packets import (
    AudioCodec,
    AudioDescription,
    EncodedPacket,
    PacketKind,
    PacketSink,
    StreamDescription,
    VideoCodec,
    VideoDescription,
)

__all__ = [
    "AudioCodec",
    "AudioDescription",
    "EncodedPacket",
    "PacketKind",
    "PacketSink",
    "StreamDescription",
    "VideoCodec",
    "VideoDescription",
]
