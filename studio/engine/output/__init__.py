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
from studio.engine.output.publisher_state import (
    PublisherLimits,
    PublisherPhase,
    PublisherState,
    PublisherStatistics,
)
from studio.engine.output.queue import PacketQueue
from studio.engine.output.rtmp import RtmpPublisher

__all__ = [
    "AudioCodec",
    "AudioDescription",
    "EncodedPacket",
    "PacketKind",
    "PacketQueue",
    "PacketSink",
    "PublisherLimits",
    "PublisherPhase",
    "PublisherState",
    "PublisherStatistics",
    "RtmpPublisher",
    "StreamDescription",
    "VideoCodec",
    "VideoDescription",
]
