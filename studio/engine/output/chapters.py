"""Chapters in a file that is still being written: the bytes that go into room kept for them.

libav writes chapters only into a header it knows beforehand. A recording learns them as it goes,
and may be killed: so room is kept after the header, and filled again with each chapter.
Matroska: RFC 9559, 5.1.7. MP4: the `chpl` box of Nero, as libavformat reads it (mov_read_chpl).
"""

import struct
from dataclasses import dataclass
from typing import Final

ROOM: Final = 16_384
MAX_CHAPTERS: Final = 127
_MAX_TITLE_BYTES: Final = 40
_CLUSTER: Final = b"\x1f\x43\xb6\x75"
_BOX: Final = struct.Struct(">I4s")


@dataclass(frozen=True, slots=True)
class Chapter:
    """Begins at `at_us` of its file."""

    at_us: int
    title: str


def with_room(header: bytes, *, is_matroska: bool) -> tuple[bytes, int] | None:
    """Return a file's first bytes with room for chapters, and where that is; None while too few."""
    return _matroska_room(header) if is_matroska else _mp4_room(header)


def filled(chapters: list[Chapter], *, is_matroska: bool) -> bytes:
    """Return the content of the room, `ROOM` bytes, for the first `MAX_CHAPTERS` chapters."""
    kept = chapters[:MAX_CHAPTERS]
    if not is_matroska:
        content = _mp4(kept) if kept else b""
        return content + _BOX.pack(ROOM - len(content), b"free") + bytes(ROOM - len(content) - 8)
    content = _matroska(kept) if kept else b""
    return content + _element(b"\xec", bytes(ROOM - len(content) - 9))


def _title(chapter: Chapter) -> bytes:
    return chapter.title.encode()[:_MAX_TITLE_BYTES].decode(errors="ignore").encode()


def _matroska_room(header: bytes) -> tuple[bytes, int] | None:
    at = header.find(_CLUSTER)
    if at < 0:
        return None
    return header[:at] + filled([], is_matroska=True) + header[at:], at


def _mp4_room(header: bytes) -> tuple[bytes, int] | None:
    """Put a second `udta` box at the end of `moov`."""
    at = 0
    while at + 8 <= len(header):
        size, kind = _BOX.unpack_from(header, at)
        if kind == b"moov":
            end = at + size
            if len(header) < end:
                return None
            moov = _BOX.pack(size + 8 + ROOM, b"moov") + header[at + 8 : end]
            room = _BOX.pack(8 + ROOM, b"udta") + filled([], is_matroska=False)
            return header[:at] + moov + room + header[end:], end + 8
        at += max(size, 8)
    return None


def _mp4(chapters: list[Chapter]) -> bytes:
    body = struct.pack(">B3xIB", 1, 0, len(chapters))
    for chapter in chapters:
        title = _title(chapter)
        body += struct.pack(">QB", chapter.at_us * 10, len(title)) + title
    return _BOX.pack(8 + len(body), b"chpl") + body


def _element(identifier: bytes, body: bytes) -> bytes:
    return identifier + (1 << 56 | len(body)).to_bytes(8) + body


def _matroska(chapters: list[Chapter]) -> bytes:
    atoms = b""
    for number, chapter in enumerate(chapters, 1):
        display = _element(b"\x85", _title(chapter)) + _element(b"\x43\x7c", b"und")
        atoms += _element(
            b"\xb6",
            _element(b"\x73\xc4", number.to_bytes(8))
            + _element(b"\x91", (chapter.at_us * 1000).to_bytes(8))
            + _element(b"\x80", display),
        )
    return _element(b"\x10\x43\xa7\x70", _element(b"\x45\xb9", atoms))
