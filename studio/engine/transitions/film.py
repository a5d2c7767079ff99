"""A short film decoded a little ahead of its time, with its transparency."""

import contextlib
import logging
import queue
import threading
from collections.abc import Iterator

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from shared.chosen_files import is_plain_file, spoken_name
from shared.errors import InvalidInput
from studio.engine.pixels import FULL, packed_view, source_colours

log = logging.getLogger(__name__)

_AHEAD = 8
_TIMEOUT_S = 3.0
_LONGEST_NS = 20_000_000_000
_NS = 1_000_000_000
_CLEAR_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""libav's own decoders of these leave the alpha of a WebM out."""

type _Timed = tuple[int, av.VideoFrame]


class Film:
    """Decodes in a thread of its own into a short queue; `at` belongs to one reader."""

    def __init__(self, path: str) -> None:
        """Open the film and begin to decode.

        Raises:
            InvalidInput: it is missing, no film, or has no length.
        """
        self._name = spoken_name(path)
        self._container = self._open(path)
        stream = self._container.streams.video[0]
        self.length_ns = min(self._length_ns(stream), _LONGEST_NS)
        self.has_alpha = _has_alpha(stream)
        self.has_sound = bool(self._container.streams.audio)
        if self.length_ns <= 0:
            self._container.close()
            raise self._unusable()
        self._frames: queue.Queue[_Timed | None] = queue.Queue(_AHEAD)
        self._stop = threading.Event()
        self._next: _Timed | None = None
        self._shown: av.VideoFrame | None = None
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="stinger", daemon=True)
        self._thread.start()
        with contextlib.suppress(queue.Empty):
            self._next = self._frames.get(timeout=_TIMEOUT_S)
        if self._next is None:
            self.close()
            raise self._unusable()

    def _open(self, path: str) -> InputContainer:
        if not is_plain_file(path):
            raise InvalidInput(
                f"The film {self._name} is not there any more; choose it again.",
                code="FILE_MISSING",
            )
        try:
            container = av.open(path, timeout=_TIMEOUT_S)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise self._unusable() from error
        if not container.streams.video or container.streams.video[0].codec_context is None:
            container.close()
            raise self._unusable()
        return container

    def _unusable(self) -> InvalidInput:
        return InvalidInput(
            f"The film {self._name} cannot be played; save it as WebM or MOV with transparency.",
            code="FILE_DAMAGED",
        )

    def _length_ns(self, stream: VideoStream) -> int:
        if stream.duration is not None and stream.time_base is not None:
            return int(stream.duration * stream.time_base * _NS)
        return int((self._container.duration or 0) * _NS / av.time_base)

    def at(self, elapsed_ns: int, *, patience_s: float) -> av.VideoFrame | None:
        """Return the frame of a moment; when it is not decoded in time, the one before.

        Moments must not go back. None before the first frame, and when the film is over.
        """
        while not self._is_over:
            if self._next is None:
                try:
                    self._next = self._frames.get(timeout=patience_s)
                except queue.Empty:
                    break
                if self._next is None:
                    self._is_over = True
                    break
            if self._next[0] > elapsed_ns:
                break
            self._shown, self._next = self._next[1], None
        return None if elapsed_ns >= self.length_ns else self._shown

    def close(self) -> None:
        """End the decoding; the thread closes the file."""
        self._stop.set()
        self._thread.join(_TIMEOUT_S)

    def _run(self) -> None:
        try:
            for entry in self._decoded():
                if not self._put(entry):
                    break
        except (av.FFmpegError, OSError, ValueError) as error:
            log.info("the film %s stopped: %s", self._name, error)
        except Exception:  # thread root
            log.exception("the film stopped")
        finally:
            self._put(None)
            self._container.close()

    def _put(self, entry: _Timed | None) -> bool:
        while not self._stop.is_set():
            with contextlib.suppress(queue.Full):
                self._frames.put(entry, timeout=0.1)
                return True
        return False

    def _decoded(self) -> Iterator[_Timed]:
        stream = self._container.streams.video[0]
        start = stream.start_time or 0
        for frame in self._decode(stream):
            if frame.pts is None or stream.time_base is None:
                continue
            at_ns = int((frame.pts - start) * stream.time_base * _NS)
            yield at_ns, _premultiplied(frame) if self.has_alpha else frame

    def _decode(self, stream: VideoStream) -> Iterator[av.VideoFrame]:
        name = _CLEAR_DECODERS.get(stream.codec_context.name)
        if name is None or not self.has_alpha:
            yield from self._container.decode(stream)
            return
        decoder = av.CodecContext.create(name, "r")
        assert isinstance(decoder, VideoCodecContext)  # noqa: S101 - both names are of video
        decoder.extradata = stream.codec_context.extradata
        for packet in self._container.demux(stream):
            yield from decoder.decode(packet)


def _has_alpha(stream: VideoStream) -> bool:
    if stream.metadata.get("alpha_mode") == "1":
        return True
    pixel_format = stream.codec_context.format
    if pixel_format is None:
        return False
    name = pixel_format.name
    return name.startswith(("yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "ya"))


def _premultiplied(frame: av.VideoFrame) -> av.VideoFrame:
    """Return the frame as BGRA with its alpha multiplied in, as layers are."""
    matrix, full = source_colours(frame)
    made = frame.reformat(
        format="bgra",
        src_colorspace=matrix or frame.colorspace,
        src_color_range=full,
        dst_color_range=FULL,
        threads=1,
    )
    pixels = packed_view(made)
    alpha = pixels[:, :, 3:]
    cv2.multiply(
        pixels,
        np.concatenate([np.repeat(alpha, 3, axis=2), np.full_like(alpha, 255)], axis=2),
        dst=pixels,
        scale=1 / 255,
    )
    return made
