"""Reads single pictures of a clip that is held in memory. Without Qt; for one thread at a time."""

import io
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from shared.errors import InvalidInput

_MOST_FRAMES = 20_000
_KEPT = 32
"""Pictures kept for steps back: more than a second of a broadcast at 30 frames."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: `pixels` are rows of `stride` bytes, four bytes BGRX a pixel."""

    index: int
    width: int
    height: int
    stride: int
    pixels: bytes


class ClipReader:
    """Opens a clip and gives its pictures by number, forwards, backwards or anywhere."""

    def __init__(self, content: bytes, *, width: int) -> None:
        """Open the clip; pictures are scaled down to at most `width`.

        Raises: InvalidInput when it is no video that can be read.
        """
        self._width = width
        self._kept: OrderedDict[int, Picture] = OrderedDict()
        try:
            self._container = av.open(io.BytesIO(content), mode="r")
        except (av.FFmpegError, ValueError) as error:
            raise _unreadable() from error
        try:
            self._stream = self._first_video()
            self._pts = self._read_times()
        except (av.FFmpegError, InvalidInput) as error:
            self._container.close()
            raise _unreadable() from error
        self._frames: Iterator[VideoFrame] = iter(())
        self._next = -1
        """Which picture the decoder gives next; -1 while it stands nowhere."""

    @property
    def times_s(self) -> tuple[float, ...]:
        """When each picture is shown, in seconds from the first."""
        base = self._stream.time_base
        scale = float(base) if base is not None else 0.0
        return tuple((pts - self._pts[0]) * scale for pts in self._pts)

    def close(self) -> None:
        """Free the decoder."""
        self._kept.clear()
        self._container.close()

    def read(self, index: int) -> Picture:
        """The picture of a number from 0.

        Raises:
            InvalidInput: the clip is damaged there.
            IndexError: there is none of this number.
        """
        if not 0 <= index < len(self._pts):
            raise IndexError(index)
        if index in self._kept:
            self._kept.move_to_end(index)
            return self._kept[index]
        try:
            return self._decode_to(index)
        except (av.FFmpegError, StopIteration) as error:
            self._next = -1
            raise _unreadable() from error

    def _decode_to(self, index: int) -> Picture:
        if not 0 <= self._next <= index <= self._next + _KEPT:
            self._container.seek(self._pts[index], stream=self._stream, backward=True)
            self._frames = self._container.decode(self._stream)
            self._next = 0
        while True:
            frame = next(self._frames)
            at = bisect_left(self._pts, frame.pts if frame.pts is not None else self._pts[-1])
            self._next = at + 1
            # A run-up is decoded, but only what a step back may want is turned into pixels.
            if at > index - _KEPT // 2:
                picture = self._keep(min(at, len(self._pts) - 1), frame)
                if at >= index:
                    return picture

    def _keep(self, index: int, frame: VideoFrame) -> Picture:
        width = min(self._width, frame.width) // 2 * 2
        height = max(2, round(frame.height * width / frame.width) // 2 * 2)
        scaled = frame.reformat(width=width, height=height, format="bgra")
        plane = scaled.planes[0]
        picture = Picture(index, width, height, plane.line_size, bytes(plane))
        self._kept[index] = picture
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return picture

    def _first_video(self) -> VideoStream:
        streams = self._container.streams.video
        if not streams:
            raise _unreadable()
        stream = streams[0]
        stream.thread_type = "AUTO"
        return stream

    def _read_times(self) -> list[int]:
        times: list[int] = []
        for packet in self._container.demux(self._stream):
            if packet.pts is not None:
                times.append(packet.pts)
            if len(times) > _MOST_FRAMES:
                break
        if not times:
            raise _unreadable()
        return sorted(set(times))


def _unreadable() -> InvalidInput:
    return InvalidInput(
        "This clip cannot be played; its stills and its hash still count.", code="CLIP_UNREADABLE"
    )
