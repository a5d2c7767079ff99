"""Lays a picture over the face and follows it."""

import math
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from studio.engine.filters.base import (
    FilterClock,
    FilterFrame,
    Pixels,
    PlainFilter,
    VideoFilter,
    as_pixels,
)
from studio.engine.filters.blending import premultiplied, sized, three, times
from studio.engine.filters.faces import BlazeFaceFinder, Face, FaceFinder
from studio.engine.filters.pictures import read_picture
from studio.project.filters_video import FaceStickerSettings

_KEPT_NS = 1_000_000_000
_PAUSE_FACTOR = 3
_LONGEST_PAUSE_NS = 100_000_000


class FaceSticker(PlainFilter):
    """Looks for the face at most a quarter of the time, and stays a second where it was last."""

    def __init__(
        self,
        settings: FaceStickerSettings,
        clock: FilterClock,
        *,
        finder: Callable[[], FaceFinder] = BlazeFaceFinder,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._make_finder = finder
        self._finder: FaceFinder | None = None
        self._sticker: tuple[Pixels, Pixels] | None = None
        if settings.path:
            colour, alpha = read_picture(Path(settings.path))
            self._sticker = premultiplied(colour, alpha), alpha
        self._face: Face | None = None
        self._seen_ns = self._looked_ns = self._cost_ns = 0

    def take_over(self, previous: VideoFilter) -> None:
        """Keep the loaded model and the face."""
        if isinstance(previous, FaceSticker):
            self._finder, self._face = previous._finder, previous._face
            self._seen_ns, self._looked_ns = previous._seen_ns, previous._looked_ns

    def apply(self, frame: FilterFrame) -> FilterFrame:
        """Return the frame with the sticker; the same one without a picture or a face.

        Raises:
            Unavailable: the model cannot be run here.
        """
        if self._sticker is None:
            return frame
        face = self._followed(frame.colour)
        return frame if face is None else self._drawn(frame, face, *self._sticker)

    def _followed(self, colour: Pixels) -> Face | None:
        now_ns = self._clock.now_ns()
        pause_ns = min(_PAUSE_FACTOR * self._cost_ns, _LONGEST_PAUSE_NS)
        if self._face is not None and now_ns - self._looked_ns < pause_ns:
            return self._face
        if self._finder is None:
            self._finder = self._make_finder()
        found = self._finder.find(colour)
        self._looked_ns = now_ns
        self._cost_ns = self._clock.now_ns() - now_ns
        if found is not None:
            self._face = _between(self._face, found, 1.0 - self._settings.smoothing)
            self._seen_ns = now_ns
        elif now_ns - self._seen_ns > _KEPT_NS:
            self._face = None
        return self._face

    def _drawn(
        self, frame: FilterFrame, face: Face, sticker: Pixels, sticker_alpha: Pixels
    ) -> FilterFrame:
        settings = self._settings
        width = face.width * settings.size
        while sticker.shape[1] >= 2 * width and min(sticker.shape[:2]) >= 4:
            size = (sticker.shape[1] // 2, sticker.shape[0] // 2)
            sticker, sticker_alpha = sized(sticker, *size), sized(sticker_alpha, *size)
        rows, columns = sticker.shape[:2]
        scale = width / columns
        turn = face.turn if settings.turns else 0.0
        cos, sin = math.cos(turn), math.sin(turn)
        right, down = settings.right * face.width, settings.down * face.width
        middle = (face.x + right * cos - down * sin, face.y + right * sin + down * cos)
        half_x = (abs(columns * cos) + abs(rows * sin)) * scale / 2
        half_y = (abs(columns * sin) + abs(rows * cos)) * scale / 2
        left, top = max(0, int(middle[0] - half_x)), max(0, int(middle[1] - half_y))
        end_x = min(frame.width, int(middle[0] + half_x) + 2)
        end_y = min(frame.height, int(middle[1] + half_y) + 2)
        if end_x <= left or end_y <= top:
            return frame
        matrix = np.array([[cos, -sin, 0.0], [sin, cos, 0.0]]) * scale
        centre = matrix[:, :2] @ (columns / 2, rows / 2)
        matrix[:, 2] = (middle[0] - left - centre[0], middle[1] - top - centre[1])
        size = (end_x - left, end_y - top)
        over = as_pixels(cv2.warpAffine(sticker, matrix, size, flags=cv2.INTER_LINEAR))
        share = as_pixels(cv2.warpAffine(sticker_alpha, matrix, size, flags=cv2.INTER_LINEAR))
        box = (slice(top, end_y), slice(left, end_x))
        colour = frame.colour.copy()
        under = times(colour[box], three(as_pixels(cv2.bitwise_not(share))))
        colour[box] = cv2.add(under, over)
        alpha = frame.alpha
        if alpha is not None:
            alpha = alpha.copy()
            alpha[box] = cv2.max(alpha[box], share)
        return FilterFrame(colour, alpha, frame.captured_ns)


def _between(before: Face | None, now: Face, share: float) -> Face:
    """Part of the way from one place to the next; the whole way for another face."""
    if before is None or math.hypot(now.x - before.x, now.y - before.y) > 2 * now.width:
        return now
    turn = math.remainder(now.turn - before.turn, math.tau)
    return Face(
        x=before.x + share * (now.x - before.x),
        y=before.y + share * (now.y - before.y),
        width=before.width + share * (now.width - before.width),
        turn=before.turn + share * turn,
    )
