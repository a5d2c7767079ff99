"""Just enough of the MP4 box structure to find fragments and their times in libav's output."""

import struct
from collections.abc import Iterator


def box_at(source: bytes | bytearray, at: int) -> tuple[bytes, int] | None:
    """Type and end of the whole box at `at`, or None when it is not all there."""
    if at + 8 > len(source):
        return None
    size: int = struct.unpack_from(">I", source, at)[0]
    if size == 1 and at + 16 <= len(source):
        size = struct.unpack_from(">Q", source, at + 8)[0]
    if size < 8 or at + size > len(source):
        return None
    return bytes(source[at + 4 : at + 8]), at + size


def _children(source: bytes, begin: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Type, start of content and end of each box between two places."""
    at = begin
    while at < end and (box := box_at(source, at)) is not None:
        yield box[0], at + 8, box[1]
        at = box[1]


def timescales(moov: bytes) -> dict[int, int]:
    """Track ids and their ticks per second."""
    found: dict[int, int] = {}
    for kind, begin, end in _children(moov, 8, len(moov)):
        if kind != b"trak":
            continue
        track, scale = 0, 1
        for inner, start, stop in _children(moov, begin, end):
            if inner == b"tkhd":
                track = struct.unpack_from(">I", moov, start + (20 if moov[start] else 12))[0]
            elif inner == b"mdia":
                for leaf, at, _ in _children(moov, start, stop):
                    if leaf == b"mdhd":
                        scale = struct.unpack_from(">I", moov, at + (20 if moov[at] else 12))[0]
        found[track] = scale
    return found


def track_spans(moof: bytes) -> Iterator[tuple[int, tuple[int, int]]]:
    """For each track its id, and start and duration in its own ticks."""
    for kind, begin, end in _children(moof, 8, len(moof)):
        if kind != b"traf":
            continue
        track = start = duration = default = 0
        for inner, at, _ in _children(moof, begin, end):
            if inner == b"tfhd":
                track, default = _fragment_header(moof, at)
            elif inner == b"tfdt":
                layout = ">Q" if moof[at] else ">I"
                start = struct.unpack_from(layout, moof, at + 4)[0]
            elif inner == b"trun":
                duration += _run_duration(moof, at, default)
        yield track, (start, duration)


def _fragment_header(moof: bytes, at: int) -> tuple[int, int]:
    """Track id and default sample duration of a tfhd."""
    flags = int.from_bytes(moof[at + 1 : at + 4])
    track: int = struct.unpack_from(">I", moof, at + 4)[0]
    place = at + 8 + (8 if flags & 0x01 else 0) + (4 if flags & 0x02 else 0)
    return track, struct.unpack_from(">I", moof, place)[0] if flags & 0x08 else 0


def _run_duration(moof: bytes, at: int, default: int) -> int:
    """Sum of the sample durations of a trun (ISO/IEC 14496-12 8.8.8)."""
    flags = int.from_bytes(moof[at + 1 : at + 4])
    count: int = struct.unpack_from(">I", moof, at + 4)[0]
    if not flags & 0x100:
        return count * default
    place = at + 8 + (4 if flags & 0x001 else 0) + (4 if flags & 0x004 else 0)
    step = 4 * sum(1 for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit)
    return sum(struct.unpack_from(">I", moof, place + index * step)[0] for index in range(count))
