"""What a transition is, and what they share: pictures put beside each other and into each other.

All of it is done on I420 planes. They are a linear map of RGB, so mixing them is mixing light.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import av
import cv2

from studio.engine.audio.track import AudioTrack
from studio.engine.pixels import Plane, new_frame, plane_view
from studio.engine.video.transition import Moment as Moment
from studio.engine.video.transition import Transition as Transition
from studio.project.base import Model


@dataclass(frozen=True, slots=True)
class TransitionKind:
    """A registry entry: which settings it serves and how to make it for a canvas's size.

    Making it raises `AppError` where a file it needs cannot be used.
    """

    kind: str
    settings: type[Model]
    make: Callable[[Any, int, int], Transition]


class Stateless:
    """Base of those that hold nothing and take the time they are given."""

    @property
    def length_ns(self) -> int | None:
        """The settings' duration counts."""
        return None

    @property
    def sound(self) -> tuple[AudioTrack, float] | None:
        """It has none of its own."""
        return None

    def begin(self, now_ns: int) -> None:
        """Nothing depends on when."""

    def close(self) -> None:
        """Nothing is held."""


def planes_of(frame: av.VideoFrame) -> tuple[Plane, Plane, Plane]:
    """Return writable views of Y, U and V."""
    return plane_view(frame, 0), plane_view(frame, 1), plane_view(frame, 2)


def mixed(first: av.VideoFrame, second: av.VideoFrame, share: float) -> av.VideoFrame:
    """Return a new picture with so much of the second in the first."""
    made = new_frame(first.width, first.height)
    for a, b, into in zip(planes_of(first), planes_of(second), planes_of(made), strict=True):
        cv2.addWeighted(a, 1.0 - share, b, share, 0.0, dst=into)
    return made


def masked(first: av.VideoFrame, second: av.VideoFrame, mask: Plane) -> av.VideoFrame:
    """Return a new picture that is the second where the mask is 255, the first where it is 0."""
    made = new_frame(first.width, first.height)
    small = cv2.resize(mask, (mask.shape[1] // 2, mask.shape[0] // 2), interpolation=cv2.INTER_AREA)
    masks = (mask, cast(Plane, small), cast(Plane, small))
    for a, b, m, into in zip(
        planes_of(first), planes_of(second), masks, planes_of(made), strict=True
    ):
        cv2.multiply(a, cv2.bitwise_not(m), dst=into, scale=1 / 255)
        cv2.add(into, cv2.multiply(b, m, scale=1 / 255), dst=into)
    return made


def paste(into: av.VideoFrame, frame: av.VideoFrame, dx: int, dy: int) -> None:
    """Put a picture of the same size at an even offset onto another."""
    for index, (target, plane) in enumerate(zip(planes_of(into), planes_of(frame), strict=True)):
        half = 2 if index else 1
        x, y = dx // half, dy // half
        height, width = plane.shape
        rows, columns = height - abs(y), width - abs(x)
        if rows <= 0 or columns <= 0:
            continue
        top, left = max(0, y), max(0, x)
        from_top, from_left = max(0, -y), max(0, -x)
        target[top : top + rows, left : left + columns] = plane[
            from_top : from_top + rows, from_left : from_left + columns
        ]


def eased(progress: float) -> float:
    """Slow at both ends."""
    return progress * progress * (3.0 - 2.0 * progress)
