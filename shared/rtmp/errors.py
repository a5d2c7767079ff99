"""What can be wrong with an RTMP peer's bytes; nothing else leaves this package."""

from typing import ClassVar

from shared.errors import ProtocolError


class RtmpError(ProtocolError):
    """The peer broke the RTMP protocol; the connection cannot go on."""

    default_code: ClassVar[str] = "RTMP_PROTOCOL"


class HandshakeError(RtmpError):
    """The first bytes are not an RTMP handshake."""

    default_code = "RTMP_HANDSHAKE"


class ChunkError(RtmpError):
    """The chunk layer is broken or passes a limit."""

    default_code = "RTMP_CHUNK"


class AmfError(RtmpError):
    """A value is not valid AMF0, or cannot be written as AMF0."""

    default_code = "RTMP_AMF"


class MessageError(RtmpError):
    """A message is too short, too long or not allowed at this point."""

    default_code = "RTMP_MESSAGE"


class FlvError(RtmpError):
    """An audio or video body has a header we cannot use."""

    default_code = "RTMP_FLV"
