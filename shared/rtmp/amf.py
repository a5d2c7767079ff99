"""AMF0, the value format of RTMP commands and metadata: bytes to Python values and back.

Numbers are floats, objects are dicts, strict arrays are lists, null is None; what Python has no
own type for is `UNDEFINED`, `EcmaArray` and `AmfDate`. Amounts are limited in both directions.
"""

import enum
import math
import struct
from dataclasses import dataclass
from typing import Final

from shared.rtmp.errors import AmfError

MAX_DEPTH: Final = 16
MAX_VALUES: Final = 4096

_NUMBER: Final = 0x00
_BOOLEAN: Final = 0x01
_STRING: Final = 0x02
_OBJECT: Final = 0x03
_NULL: Final = 0x05
_UNDEFINED: Final = 0x06
_ECMA_ARRAY: Final = 0x08
_STRICT_ARRAY: Final = 0x0A
_DATE: Final = 0x0B
_LONG_STRING: Final = 0x0C
_UNSUPPORTED: Final = 0x0D
_XML: Final = 0x0F
_TYPED_OBJECT: Final = 0x10

_U16: Final = struct.Struct(">H")
_U32: Final = struct.Struct(">I")
_F64: Final = struct.Struct(">d")
_DATE_BODY: Final = struct.Struct(">dh")


class Undefined(enum.Enum):
    """The type of AMF0's undefined, which is not null."""

    UNDEFINED = "undefined"


UNDEFINED: Final = Undefined.UNDEFINED

type AmfValue = (
    float | bool | str | Undefined | AmfDate | dict[str, AmfValue] | list[AmfValue] | None
)


class EcmaArray(dict[str, AmfValue]):
    """An associative array; on the wire it differs from an object by its marker and count."""


@dataclass(frozen=True, slots=True)
class AmfDate:
    """Milliseconds since 1970 UTC, and a time zone in minutes that should be zero."""

    milliseconds: float
    timezone_min: int = 0


class _Reader:
    __slots__ = ("_at", "_bytes", "_values")

    def __init__(self, source: bytes) -> None:
        self._bytes = source
        self._at = 0
        self._values = 0

    @property
    def is_at_end(self) -> bool:
        return self._at >= len(self._bytes)

    def _take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._bytes):
            raise AmfError("An AMF value ends before its time.")
        taken = self._bytes[self._at : end]
        self._at = end
        return taken

    def _text(self, length: int) -> str:
        try:
            return self._take(length).decode("utf-8")
        except UnicodeDecodeError:
            raise AmfError("An AMF string is not UTF-8.") from None

    def _short_text(self) -> str:
        return self._text(_U16.unpack(self._take(2))[0])

    def _u32(self) -> int:
        value: int = _U32.unpack(self._take(4))[0]
        return value

    def _members(self, into: dict[str, AmfValue], depth: int) -> dict[str, AmfValue]:
        while True:
            name = self._short_text()
            if not name and self._bytes[self._at : self._at + 1] == b"\x09":
                self._at += 1
                return into
            into[name] = self.value(depth + 1)

    def _strict_array(self, depth: int) -> list[AmfValue]:
        count = self._u32()
        if count > MAX_VALUES:
            raise AmfError("An AMF array is too long.")
        return [self.value(depth + 1) for _ in range(count)]

    def value(self, depth: int = 0) -> AmfValue:
        self._values += 1
        if depth > MAX_DEPTH or self._values > MAX_VALUES:
            raise AmfError("An AMF value is nested too deep or too large.")
        marker = self._take(1)[0]
        if marker == _NUMBER:
            number: float = _F64.unpack(self._take(8))[0]
            return number
        if marker == _STRING:
            return self._short_text()
        if marker == _BOOLEAN:
            return self._take(1) != b"\x00"
        if marker == _NULL:
            return None
        if marker == _OBJECT:
            return self._members({}, depth)
        return self._rare_value(marker, depth)

    def _rare_value(self, marker: int, depth: int) -> AmfValue:
        if marker == _ECMA_ARRAY:
            self._u32()  # A hint that several encoders get wrong; the end marker counts.
            return self._members(EcmaArray(), depth)
        if marker in (_UNDEFINED, _UNSUPPORTED):
            return UNDEFINED
        if marker == _STRICT_ARRAY:
            return self._strict_array(depth)
        if marker == _DATE:
            return AmfDate(*_DATE_BODY.unpack(self._take(10)))
        if marker in (_LONG_STRING, _XML):
            return self._text(self._u32())
        if marker == _TYPED_OBJECT:
            self._short_text()
            return self._members({}, depth)
        raise AmfError("An AMF value has an unknown type.")


def decode(source: bytes) -> list[AmfValue]:
    """All values that follow each other in `source`.

    Raises:
        AmfError: not AMF0, or deeper or more numerous than the limits allow.
    """
    reader = _Reader(source)
    values: list[AmfValue] = []
    while not reader.is_at_end:
        values.append(reader.value())
    return values


def encode(*values: AmfValue) -> bytes:
    """The values one after the other as AMF0.

    Raises:
        AmfError: a value is too deep, too long or of a type that AMF0 does not have.
    """
    out = bytearray()
    for value in values:
        _write(out, value, 0)
    return bytes(out)


def _text_bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise AmfError("A string cannot be written as UTF-8.") from None


def _write_members(out: bytearray, members: dict[str, AmfValue], depth: int) -> None:
    for name, value in members.items():
        encoded = _text_bytes(name)
        if len(encoded) > 0xFFFF:
            raise AmfError("An AMF property name is too long.")
        out += _U16.pack(len(encoded)) + encoded
        _write(out, value, depth + 1)
    out += b"\x00\x00\x09"


def _write_text(out: bytearray, text: str) -> None:
    encoded = _text_bytes(text)
    if len(encoded) <= 0xFFFF:
        out.append(_STRING)
        out += _U16.pack(len(encoded))
    else:
        out.append(_LONG_STRING)
        out += _U32.pack(len(encoded))
    out += encoded


def _write(out: bytearray, value: AmfValue, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise AmfError("An AMF value is nested too deep.")
    if value is None:
        out.append(_NULL)
    elif isinstance(value, bool):
        out += bytes((_BOOLEAN, value))
    elif isinstance(value, (int, float)):
        out.append(_NUMBER)
        out += _F64.pack(_as_float(value))
    elif isinstance(value, str):
        _write_text(out, value)
    elif isinstance(value, EcmaArray):
        out.append(_ECMA_ARRAY)
        out += _U32.pack(len(value))
        _write_members(out, value, depth)
    elif isinstance(value, dict):
        out.append(_OBJECT)
        _write_members(out, value, depth)
    elif isinstance(value, list):
        _write_list(out, value, depth)
    elif isinstance(value, AmfDate):
        out.append(_DATE)
        out += _date_body(value)
    elif value is UNDEFINED:
        out.append(_UNDEFINED)
    else:
        raise AmfError("A value has a type that AMF0 does not know.")


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _date_body(date: AmfDate) -> bytes:
    try:
        return _DATE_BODY.pack(date.milliseconds, date.timezone_min)
    except struct.error:
        raise AmfError("A date's time zone is out of range.") from None


def _write_list(out: bytearray, values: list[AmfValue], depth: int) -> None:
    if len(values) > MAX_VALUES:
        raise AmfError("An AMF array is too long.")
    out.append(_STRICT_ARRAY)
    out += _U32.pack(len(values))
    for value in values:
        _write(out, value, depth + 1)
