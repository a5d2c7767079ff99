"""RTMP's chunk layer: whole messages to interleaved chunks and back, without any I/O."""

import struct
from dataclasses import dataclass, field
from typing import Final

from shared.rtmp.errors import ChunkError

DEFAULT_CHUNK_SIZE: Final = 128
MAX_CHUNK_SIZE: Final = 0xFFFFFF
MAX_MESSAGE_SIZE: Final = 0xFFFFFF
MIN_CSID: Final = 2
MAX_CSID: Final = 65_599
EXTENDED: Final = 0xFFFFFF
TIMESTAMP_MASK: Final = 0xFFFFFFFF

TYPE_SET_CHUNK_SIZE: Final = 1
TYPE_ABORT: Final = 2

_HEADER_SIZES: Final = (11, 7, 3, 0)
_U32: Final = struct.Struct(">I")
_U32_LE: Final = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One message as the chunk layer sees it; `timestamp` is milliseconds modulo 2**32."""

    type_id: int
    stream_id: int
    timestamp: int
    payload: bytes
    csid: int = 3


@dataclass(frozen=True, slots=True)
class ChunkLimits:
    """What a reader accepts of its peer before it gives up on it."""

    max_message_size: int = 4 * 1024 * 1024
    max_chunk_streams: int = 64
    max_partial_bytes: int = 8 * 1024 * 1024


@dataclass(slots=True)
class _Incoming:
    """What a chunk stream's later, shorter headers refer back to."""

    timestamp: int = 0
    delta: int = 0
    length: int = 0
    type_id: int = 0
    stream_id: int = 0
    is_extended: bool = False
    is_open: bool = False
    payload: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, slots=True)
class _Header:
    """One chunk's header, read but not yet applied: its payload may not be here yet."""

    csid: int
    fmt: int
    time_field: int
    length: int
    type_id: int
    stream_id: int
    is_extended: bool
    size: int


class ChunkReader:
    """Puts messages together from bytes that arrive in any pieces.

    Memory is bounded by the limits plus what one call of `receive` brings. A reader that has
    raised once must not be used again.
    """

    def __init__(self, limits: ChunkLimits | None = None) -> None:
        self._limits = limits or ChunkLimits()
        self._chunk_size = DEFAULT_CHUNK_SIZE
        self._buffer = bytearray()
        self._at = 0
        self._streams: dict[int, _Incoming] = {}
        self._partial_bytes = 0

    @property
    def chunk_size(self) -> int:
        """Payload bytes per chunk, as the peer announced them last."""
        return self._chunk_size

    @property
    def held_bytes(self) -> int:
        """Bytes kept for messages that are not complete yet."""
        return self._partial_bytes + len(self._buffer) - self._at

    def receive(self, source: bytes) -> list[RawMessage]:
        """Take bytes of the peer; returns the messages they completed, in order.

        Chunk size and abort messages are obeyed here and also returned.

        Raises:
            ChunkError: the bytes are not a chunk stream or pass a limit.
        """
        self._buffer += source
        messages: list[RawMessage] = []
        while (header := self._read_header()) is not None:
            stream = self._stream(header)
            todo = min(header.length - len(stream.payload), self._chunk_size)
            start = self._at + header.size
            if len(self._buffer) < start + todo:
                break
            self._apply(header, stream)
            stream.payload += self._buffer[start : start + todo]
            self._partial_bytes += todo
            self._at = start + todo
            if len(stream.payload) >= stream.length:
                messages.append(self._complete(header.csid, stream))
            elif self._partial_bytes > self._limits.max_partial_bytes:
                raise ChunkError("Too many messages were begun and not finished.")
        if self._at:
            del self._buffer[: self._at]
            self._at = 0
        return messages

    def _read_header(self) -> _Header | None:
        buffer, at = self._buffer, self._at
        left = len(buffer) - at
        if left < 1:
            return None
        fmt, csid, basic = buffer[at] >> 6, buffer[at] & 0x3F, 1
        if csid < MIN_CSID:
            basic = 2 + csid
            if left < basic:
                return None
            csid = 64 + buffer[at + 1] + (buffer[at + 2] << 8 if basic == 3 else 0)
        size = basic + _HEADER_SIZES[fmt]
        if left < size:
            return None
        return self._read_fields(fmt, csid, at + basic, size)

    def _read_fields(self, fmt: int, csid: int, at: int, size: int) -> _Header | None:
        """The message header at `at`, or None while its extended timestamp is missing."""
        buffer = self._buffer
        known = self._streams.get(csid)
        if fmt and known is None:
            raise ChunkError("A chunk refers to a chunk stream that never began.")
        past = known or _Incoming()
        time_field, length, type_id, stream_id, extended = (
            past.delta,
            past.length,
            past.type_id,
            past.stream_id,
            past.is_extended,
        )
        if fmt < 3:
            time_field = int.from_bytes(buffer[at : at + 3])
            extended = time_field == EXTENDED
        if fmt < 2:
            length = int.from_bytes(buffer[at + 3 : at + 6])
            type_id = buffer[at + 6]
        if fmt == 0:
            stream_id = _U32_LE.unpack_from(buffer, at + 7)[0]
        if extended:
            end = self._at + size + 4
            if len(buffer) < end:
                return None
            time_field = _U32.unpack_from(buffer, end - 4)[0]
            size += 4
        return _Header(csid, fmt, time_field, length, type_id, stream_id, extended, size)

    def _stream(self, header: _Header) -> _Incoming:
        if header.length > self._limits.max_message_size:
            raise ChunkError("A message is larger than allowed.")
        stream = self._streams.get(header.csid)
        if stream is None:
            if len(self._streams) >= self._limits.max_chunk_streams:
                raise ChunkError("Too many chunk streams are in use.")
            stream = self._streams[header.csid] = _Incoming()
        if stream.is_open and header.fmt != 3:
            raise ChunkError("A message began before the one before it was complete.")
        return stream

    @staticmethod
    def _apply(header: _Header, stream: _Incoming) -> None:
        if stream.is_open:
            return
        stream.is_open = True
        stream.is_extended = header.is_extended
        stream.delta = header.time_field
        stream.length, stream.type_id = header.length, header.type_id
        stream.stream_id = header.stream_id
        if header.fmt == 0:
            stream.timestamp = header.time_field
        else:
            # Also for type 3: a message that begins with it repeats the last delta, and after
            # a type 0 its timestamp (RTMP 1.0, 5.3.1.2.4).
            stream.timestamp = (stream.timestamp + header.time_field) & TIMESTAMP_MASK

    def _complete(self, csid: int, stream: _Incoming) -> RawMessage:
        payload = bytes(stream.payload)
        self._discard(stream)
        if stream.type_id == TYPE_SET_CHUNK_SIZE:
            self._set_chunk_size(payload)
        elif stream.type_id == TYPE_ABORT and len(payload) >= 4:
            aborted = self._streams.get(_U32.unpack_from(payload)[0])
            if aborted is not None:
                self._discard(aborted)
        return RawMessage(stream.type_id, stream.stream_id, stream.timestamp, payload, csid)

    def _discard(self, stream: _Incoming) -> None:
        self._partial_bytes -= len(stream.payload)
        stream.payload = bytearray()
        stream.is_open = False

    def _set_chunk_size(self, payload: bytes) -> None:
        size = _U32.unpack_from(payload)[0] if len(payload) >= 4 else 0
        if not 1 <= size <= 0x7FFFFFFF:
            raise ChunkError("A chunk size is out of range.")
        self._chunk_size = min(size, MAX_CHUNK_SIZE)


@dataclass(slots=True)
class _Outgoing:
    timestamp: int
    delta: int | None
    length: int
    type_id: int
    stream_id: int


class ChunkWriter:
    """Cuts messages into chunks with the shortest headers every peer understands.

    A message never begins with a type 3 header right after a type 0 one, nor with an extended
    delta: peers disagree on what those mean.
    """

    def __init__(self) -> None:
        self._chunk_size = DEFAULT_CHUNK_SIZE
        self._streams: dict[int, _Outgoing] = {}

    @property
    def chunk_size(self) -> int:
        """Payload bytes per chunk of what is written from now on."""
        return self._chunk_size

    def set_chunk_size(self, size: int) -> None:
        """Use another chunk size; the peer must have been told just before.

        Raises:
            ChunkError: the size is out of range.
        """
        if not 1 <= size <= MAX_CHUNK_SIZE:
            raise ChunkError("A chunk size is out of range.")
        self._chunk_size = size

    def write(self, message: RawMessage) -> bytes:
        """The message's chunks, one after the other.

        Raises:
            ChunkError: a field does not fit into its place on the wire.
        """
        return b"".join(self.write_chunks(message))

    def write_chunks(self, message: RawMessage) -> list[bytes]:
        """The message's chunks; other chunk streams' may be sent between them.

        Raises:
            ChunkError: a field does not fit into its place on the wire.
        """
        _check_writable(message)
        header, extended = self._message_header(message)
        fmt = header[0] >> 6
        first = _basic_header(fmt, message.csid) + header[1:] + extended
        payload, size = message.payload, self._chunk_size
        if len(payload) <= size:
            return [first + payload]
        glue = _basic_header(3, message.csid) + extended
        return [
            (glue if at else first) + payload[at : at + size] for at in range(0, len(payload), size)
        ]

    def _message_header(self, message: RawMessage) -> tuple[bytes, bytes]:
        """One byte holding the header type in its top bits, the header; the extended field."""
        last = self._streams.get(message.csid)
        length = len(message.payload)
        delta = (message.timestamp - last.timestamp) & TIMESTAMP_MASK if last else 0
        if last is None or last.stream_id != message.stream_id or delta >= EXTENDED:
            fmt, time_field = 0, message.timestamp
        elif last.length != length or last.type_id != message.type_id:
            fmt, time_field = 1, delta
        else:
            fmt, time_field = (3 if last.delta == delta else 2), delta
        self._streams[message.csid] = _Outgoing(
            message.timestamp,
            delta if fmt else None,
            length,
            message.type_id,
            message.stream_id,
        )
        extended = _U32.pack(time_field) if time_field >= EXTENDED else b""
        header = bytearray((fmt << 6,))
        if fmt < 3:
            header += min(time_field, EXTENDED).to_bytes(3)
        if fmt < 2:
            header += length.to_bytes(3)
            header.append(message.type_id)
        if fmt == 0:
            header += _U32_LE.pack(message.stream_id)
        return bytes(header), extended


def _check_writable(message: RawMessage) -> None:
    if len(message.payload) > MAX_MESSAGE_SIZE:
        raise ChunkError("A message is too large for RTMP.")
    if not MIN_CSID <= message.csid <= MAX_CSID:
        raise ChunkError("A chunk stream id is out of range.")
    if not (0 <= message.type_id <= 0xFF and 0 <= message.stream_id <= TIMESTAMP_MASK):
        raise ChunkError("A message type or stream id is out of range.")
    if not 0 <= message.timestamp <= TIMESTAMP_MASK:
        raise ChunkError("A timestamp is out of range.")


def _basic_header(fmt: int, csid: int) -> bytes:
    if csid < 64:
        return bytes((fmt << 6 | csid,))
    if csid < 320:
        return bytes((fmt << 6, csid - 64))
    return bytes((fmt << 6 | 1, (csid - 64) & 0xFF, (csid - 64) >> 8))
