"""What a creator on air would not notice: a picture that stands still or is black, a silent voice.

Cheap: a few hundred points of a picture are looked at once a second.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import av
import numpy as np

from studio.engine.pixels import Plane
from studio.engine.protocol import Advice
from studio.engine.schedule import NS

STILL_S: Final = 10.0
SILENT_S: Final = 5.0
_FIRST_SILENT_S: Final = 1.5
"""A microphone that was never heard has nothing to pause from."""
_BLACK_S: Final = 1.5
_BLACK_LUMA: Final = 22
_BLACK_SPREAD: Final = 3.0
_MOVING: Final = ("camera", "screen", "window")
_POINTS: Final = 48
"""A side of the grid of points that is looked at."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One source as it is now, as far as watching needs it."""

    source_id: str
    name: str
    kind: str
    is_running: bool = True
    picture: int | None = None
    """A print of its newest picture; None where it has none."""
    heard_ns: int | None = None
    """When it had sound last; None for never."""
    is_heard: bool = False
    """It has sound that should be in the mix."""


@dataclass(frozen=True, slots=True)
class _Still:
    """A print and since when it has been the same."""

    picture: int
    since_ns: int


def points(frame: av.VideoFrame) -> Plane:
    """Return some hundred samples of a picture's first plane, as `(rows, columns) uint8`."""
    plane = frame.planes[0]
    rows = np.frombuffer(plane, dtype=np.uint8).reshape(-1, plane.line_size)
    step_y = max(1, frame.height // _POINTS)
    step_x = max(1, plane.line_size // _POINTS | 1)  # odd: every channel of packed pixels
    return rows[: frame.height : step_y, ::step_x]


def print_of(frame: av.VideoFrame) -> int:
    """Return a number that almost surely differs when the picture does."""
    return zlib.crc32(np.ascontiguousarray(points(frame)))


def is_black(frame: av.VideoFrame) -> bool:
    """Return whether an I420 frame shows nothing but black."""
    width = frame.width
    seen = points(frame)[:, : max(1, width * _POINTS // frame.planes[0].line_size)]
    return float(seen.mean()) < _BLACK_LUMA and float(seen.std()) < _BLACK_SPREAD


class Watch:
    """Remembers since when what has not changed; asked once a second, on the event loop."""

    def __init__(self) -> None:
        self._stills: dict[str, _Still] = {}
        self._listening_ns: dict[str, int] = {}
        self._black_since_ns: int | None = None

    def step(
        self,
        now_ns: int,
        sights: Sequence[Sight],
        *,
        is_black: bool | None,
        is_on_air: bool = True,
    ) -> tuple[Advice, ...]:
        """Return what should be known now; `is_black` is None while viewers see no scene."""
        still = self._stand_still(now_ns, sights)
        if not is_on_air:  # a screen may well stand still while the show is set up
            still = [each for each in still if each.code != "SCREEN_STILL"]
        advice = [*still, *self._silent(now_ns, sights)]
        black = self._black(now_ns, is_black=is_black)
        return (*([_black_advice(is_on_air=is_on_air)] if black else []), *advice)

    def _stand_still(self, now_ns: int, sights: Sequence[Sight]) -> list[Advice]:
        stills: dict[str, _Still] = {}
        found = []
        for sight in sights:
            if sight.kind not in _MOVING or sight.picture is None or not sight.is_running:
                continue
            known = self._stills.get(sight.source_id)
            if known is None or known.picture != sight.picture:
                known = _Still(sight.picture, now_ns)
            stills[sight.source_id] = known
            if now_ns - known.since_ns >= STILL_S * NS:
                found.append(_still_advice(sight))
        self._stills = stills
        return found

    def _silent(self, now_ns: int, sights: Sequence[Sight]) -> list[Advice]:
        listening: dict[str, int] = {}
        found = []
        for sight in sights:
            if sight.kind != "microphone" or not sight.is_heard or not sight.is_running:
                continue
            since_ns = self._listening_ns.get(sight.source_id, now_ns)
            listening[sight.source_id] = since_ns
            if sight.heard_ns is None:
                is_silent = now_ns - since_ns >= _FIRST_SILENT_S * NS
            else:
                is_silent = now_ns - max(since_ns, sight.heard_ns) >= SILENT_S * NS
            if is_silent:
                found.append(
                    Advice(
                        code="MICROPHONE_SILENT",
                        message=f"{sight.name} is silent; check its switch, its cable and the "
                        "system's input level.",
                    )
                )
        self._listening_ns = listening
        return found

    def _black(self, now_ns: int, *, is_black: bool | None) -> bool:
        """Whether the picture has been black for too long."""
        if not is_black:
            self._black_since_ns = None
            return False
        if self._black_since_ns is None:
            self._black_since_ns = now_ns
        return now_ns - self._black_since_ns >= _BLACK_S * NS


def _black_advice(*, is_on_air: bool) -> Advice:
    if is_on_air:
        return Advice(
            code="PICTURE_BLACK",
            message="Viewers see black; take the cap off the camera, or show a source that "
            "has a picture.",
        )
    return Advice(
        code="PICTURE_BLACK",
        message="Viewers would see black; take the cap off the camera, or show a source that "
        "has a picture.",
    )


def _still_advice(sight: Sight) -> Advice:
    if sight.kind == "camera":
        return Advice(
            code="CAMERA_STILL",
            message=f"{sight.name} has shown the same picture for {STILL_S:.0f} s; the camera "
            "may hang, so unplug it and plug it in again.",
        )
    return Advice(
        code="SCREEN_STILL",
        message=f"{sight.name} has shown nothing new for {STILL_S:.0f} s; if that surprises you, "
        "unlock the screen or choose it again.",
    )
