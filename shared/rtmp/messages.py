"""RTMP messages: what the payload of each message type means, both ways."""

import enum
import struct
from dataclasses import dataclass
from typing import Final

from shared.rtmp import amf
from shared.rtmp.amf import AmfValue
from shared.rtmp.chunks import TIMESTAMP_MASK, RawMessage
from shared.rtmp.errors import MessageError

MAX_COMMAND_SIZE: Final = 64 * 1024
MAX_AGGREGATED: Final = 1024

CSID_CONTROL: Final = 2
CSID_COMMAND: Final = 3
CSID_STREAM: Final = 4
CSID_AUDIO: Final = 6
CSID_VIDEO: Final = 7

_U16: Final = struct.Struct(">H")
_U32: Final = struct.Struct(">I")


class MessageType(enum.IntEnum):
    """The message types we know by name."""

    SET_CHUNK_SIZE = 1
    ABORT = 2
    ACKNOWLEDGEMENT = 3
    USER_CONTROL = 4
    WINDOW_ACK_SIZE = 5
    SET_PEER_BANDWIDTH = 6
    AUDIO = 8
    VIDEO = 9
    DATA_AMF3 = 15
    COMMAND_AMF3 = 17
    DATA = 18
    COMMAND = 20
    AGGREGATE = 22


class UserControlType(enum.IntEnum):
    """The user control events we send or answer."""

    STREAM_BEGIN = 0
    STREAM_EOF = 1
    STREAM_DRY = 2
    SET_BUFFER_LENGTH = 3
    STREAM_IS_RECORDED = 4
    PING_REQUEST = 6
    PING_RESPONSE = 7


@dataclass(frozen=True, slots=True)
class SetChunkSize:
    """The sender's chunks are this long from now on."""

    size: int


@dataclass(frozen=True, slots=True)
class Abort:
    """The half-sent message on a chunk stream will not be finished."""

    csid: int


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """How many bytes the sender of this has received, modulo 2**32."""

    received: int


@dataclass(frozen=True, slots=True)
class WindowAckSize:
    """The receiver of this shall acknowledge after every so many bytes."""

    size: int


@dataclass(frozen=True, slots=True)
class SetPeerBandwidth:
    """The receiver of this shall use this window; 0 hard, 1 soft, 2 dynamic."""

    size: int
    limit: int = 2


@dataclass(frozen=True, slots=True)
class UserControl:
    """Stream and ping events; `value` is the first 32-bit field, where there is one."""

    event: int
    value: int = 0
    second: int | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A remote call or its answer."""

    name: str
    transaction_id: float
    arguments: tuple[AmfValue, ...] = ()
    stream_id: int = 0

    def __repr__(self) -> str:
        # The arguments of releaseStream, FCPublish and publish hold the stream key.
        return f"Command({self.name!r}, {self.transaction_id}, ...)"


@dataclass(frozen=True, slots=True)
class DataMessage:
    """Named values along the stream, such as @setDataFrame onMetaData."""

    values: tuple[AmfValue, ...]
    timestamp: int = 0
    stream_id: int = 0


@dataclass(frozen=True, slots=True)
class AudioMessage:
    """The body of an FLV audio tag."""

    payload: bytes
    timestamp: int
    stream_id: int = 0


@dataclass(frozen=True, slots=True)
class VideoMessage:
    """The body of an FLV video tag."""

    payload: bytes
    timestamp: int
    stream_id: int = 0


@dataclass(frozen=True, slots=True)
class UnknownMessage:
    """A message of a type that we neither need nor refuse."""

    type_id: int


type Message = (
    SetChunkSize
    | Abort
    | Acknowledgement
    | WindowAckSize
    | SetPeerBandwidth
    | UserControl
    | Command
    | DataMessage
    | AudioMessage
    | VideoMessage
    | UnknownMessage
)


def decode(raw: RawMessage) -> list[Message]:
    """What a message says; more than one only for an aggregate.

    Raises:
        RtmpError: the payload does not fit its type.
    """
    kind, payload = raw.type_id, raw.payload
    if kind == MessageType.VIDEO:
        return [VideoMessage(payload, raw.timestamp, raw.stream_id)]
    if kind == MessageType.AUDIO:
        return [AudioMessage(payload, raw.timestamp, raw.stream_id)]
    if kind in (MessageType.COMMAND, MessageType.COMMAND_AMF3):
        return [_command(raw)]
    if kind in (MessageType.DATA, MessageType.DATA_AMF3):
        return [DataMessage(tuple(_values(raw)), raw.timestamp, raw.stream_id)]
    if kind == MessageType.AGGREGATE:
        return _aggregate(raw)
    return [_control(raw)]


def _control(raw: RawMessage) -> Message:
    kind, payload = raw.type_id, raw.payload
    if kind == MessageType.USER_CONTROL:
        return _user_control(payload)
    if kind not in range(MessageType.SET_CHUNK_SIZE, MessageType.SET_PEER_BANDWIDTH + 1):
        return UnknownMessage(kind)
    if len(payload) < 4:
        raise MessageError("A control message is too short.")
    value: int = _U32.unpack_from(payload)[0]
    match kind:
        case MessageType.SET_CHUNK_SIZE:
            return SetChunkSize(value)
        case MessageType.ABORT:
            return Abort(value)
        case MessageType.ACKNOWLEDGEMENT:
            return Acknowledgement(value)
        case MessageType.WINDOW_ACK_SIZE:
            return WindowAckSize(value)
        case _:
            return SetPeerBandwidth(value, payload[4] if len(payload) > 4 else 2)


def _user_control(payload: bytes) -> UserControl:
    if len(payload) < 2:
        raise MessageError("A user control message is too short.")
    event: int = _U16.unpack_from(payload)[0]
    value: int = _U32.unpack_from(payload, 2)[0] if len(payload) >= 6 else 0
    second: int | None = _U32.unpack_from(payload, 6)[0] if len(payload) >= 10 else None
    return UserControl(event, value, second)


def _values(raw: RawMessage) -> list[AmfValue]:
    payload = raw.payload
    if len(payload) > MAX_COMMAND_SIZE:
        raise MessageError("A command or data message is too large.")
    if raw.type_id in (MessageType.COMMAND_AMF3, MessageType.DATA_AMF3):
        # What calls itself AMF3 is AMF0 behind one zero byte, from every encoder we know of.
        if payload[:1] != b"\x00":
            raise MessageError("AMF3 values are not supported.")
        payload = payload[1:]
    return amf.decode(payload)


def _command(raw: RawMessage) -> Command:
    match _values(raw):
        case [str(name), float(transaction_id), *rest]:
            return Command(name, transaction_id, tuple(rest), raw.stream_id)
        case _:
            raise MessageError("A command has no name or no transaction id.")


def _aggregate(raw: RawMessage) -> list[Message]:
    """Audio and video tags inside one message, their times moved to the message's own."""
    messages: list[Message] = []
    payload, at, shift = raw.payload, 0, None
    while at + 11 <= len(payload):
        kind, size = payload[at], int.from_bytes(payload[at + 1 : at + 4])
        stamp = int.from_bytes(payload[at + 4 : at + 7]) | payload[at + 7] << 24
        body = payload[at + 11 : at + 11 + size]
        if len(body) < size or len(messages) >= MAX_AGGREGATED:
            raise MessageError("An aggregate message is cut off or has too many parts.")
        shift = raw.timestamp - stamp if shift is None else shift
        time = (stamp + shift) & TIMESTAMP_MASK
        if kind == MessageType.VIDEO:
            messages.append(VideoMessage(body, time, raw.stream_id))
        elif kind == MessageType.AUDIO:
            messages.append(AudioMessage(body, time, raw.stream_id))
        at += 11 + size + 4
    return messages


def encode(message: Message) -> RawMessage:
    """The message for the chunk layer, on the chunk stream where peers expect it.

    Raises:
        RtmpError: a value does not fit on the wire.
    """
    match message:
        case VideoMessage(payload, timestamp, stream_id):
            return RawMessage(MessageType.VIDEO, stream_id, timestamp, payload, CSID_VIDEO)
        case AudioMessage(payload, timestamp, stream_id):
            return RawMessage(MessageType.AUDIO, stream_id, timestamp, payload, CSID_AUDIO)
        case Command(name, transaction_id, arguments, stream_id):
            payload = amf.encode(name, float(transaction_id), *arguments)
            csid = CSID_STREAM if stream_id else CSID_COMMAND
            return RawMessage(MessageType.COMMAND, stream_id, 0, payload, csid)
        case DataMessage(values, timestamp, stream_id):
            payload = amf.encode(*values)
            return RawMessage(MessageType.DATA, stream_id, timestamp, payload, CSID_STREAM)
        case UnknownMessage():
            raise MessageError("A message of unknown type cannot be sent.")
        case _:
            return _encode_control(message)


def _encode_control(
    message: SetChunkSize
    | Abort
    | Acknowledgement
    | WindowAckSize
    | SetPeerBandwidth
    | UserControl,
) -> RawMessage:
    try:
        match message:
            case SetChunkSize(size):
                kind, payload = MessageType.SET_CHUNK_SIZE, _U32.pack(size)
            case Abort(csid):
                kind, payload = MessageType.ABORT, _U32.pack(csid)
            case Acknowledgement(received):
                kind, payload = MessageType.ACKNOWLEDGEMENT, _U32.pack(received)
            case WindowAckSize(size):
                kind, payload = MessageType.WINDOW_ACK_SIZE, _U32.pack(size)
            case SetPeerBandwidth(size, limit):
                kind = MessageType.SET_PEER_BANDWIDTH
                payload = _U32.pack(size) + bytes((limit,))
            case UserControl(event, value, second):
                kind, payload = MessageType.USER_CONTROL, _U16.pack(event) + _U32.pack(value)
                payload += b"" if second is None else _U32.pack(second)
    except (struct.error, ValueError):
        raise MessageError("A control message's value is out of range.") from None
    return RawMessage(kind, 0, 0, payload, CSID_CONTROL)
