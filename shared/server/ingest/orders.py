"""What the server tells the repackaging worker: framed binary messages on its standard input."""

import enum
import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

MAX_PAYLOAD: Final = 0xFFFFFF
_HEADER: Final = struct.Struct(">BIII")


class OrderKind(enum.IntEnum):
    """What a message asks for."""

    OPEN = 1
    VIDEO = 2
    AUDIO = 3
    BEGIN_AGAIN = 4
    END_EPOCH = 5
    DISCARD = 6
    CLOSE = 7


@dataclass(frozen=True, slots=True)
class Order:
    """One message: for media the FLV body and its stamp, for OPEN the folder and first epoch."""

    kind: OrderKind
    number: int
    payload: bytes = b""
    stamp: int = 0


def encode_order(order: Order) -> bytes:
    """The message with its header."""
    return _HEADER.pack(order.kind, order.number, len(order.payload), order.stamp) + order.payload


def read_order(source: BinaryIO) -> Order | None:
    """The next message, blocking; None at the end or when it is cut off there."""
    header = source.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    kind, number, size, stamp = _HEADER.unpack(header)
    payload = source.read(size)
    if len(payload) < size:
        return None
    return Order(OrderKind(kind), number, payload, stamp)
