"""Makes large pictures small cheaply: halved by averaging until the scaler has little left to do.

Averaging two by two costs a tenth of what libav's scaler does for the same, and looks better than
its two taps do at such ratios.
"""

from typing import cast

import av
import cv2

from studio.engine.pixels import (
    BT709,
    LIMITED,
    Plane,
    new_frame,
    packed_view,
    plane_view,
    source_colours,
    tag,
)

_PACKED = ("bgra", "bgr0", "rgba", "rgb0")
_PLANAR = ("yuv420p", "yuvj420p", "yuva420p")


def shrunk(frame: av.VideoFrame, *, width: int, height: int) -> av.VideoFrame:
    """Return the picture as small as wanted, or nearly; the same where that saves nothing."""
    name = frame.format.name
    if name not in _PACKED and name not in _PLANAR:
        return frame
    while (
        frame.width >= 2 * width
        and frame.height >= 2 * height
        and frame.width % 4 == 0
        and frame.height % 4 == 0
    ):
        frame = _halved(frame)
    is_smaller = frame.width > width and frame.height > height
    return _sized(frame, width, height) if name in _PACKED and is_smaller else frame


def _sized(frame: av.VideoFrame, width: int, height: int) -> av.VideoFrame:
    """A packed picture at less than its size, and no less than half of it."""
    made = av.VideoFrame(width, height, frame.format.name)
    packed_view(made)[:] = cv2.resize(
        packed_view(frame), (width, height), interpolation=cv2.INTER_LINEAR
    )
    return made


def _halved(frame: av.VideoFrame) -> av.VideoFrame:
    half = av.VideoFrame(frame.width // 2, frame.height // 2, frame.format.name)
    half.colorspace, half.color_range = frame.colorspace, frame.color_range
    if frame.format.name in _PACKED:
        pixels = cv2.resize(
            packed_view(frame), (half.width, half.height), interpolation=cv2.INTER_AREA
        )
        packed_view(half)[:] = pixels
        return half
    for index in range(len(frame.planes)):
        into = plane_view(half, index)
        size = (into.shape[1], into.shape[0])
        into[:] = cv2.resize(plane_view(frame, index), size, interpolation=cv2.INTER_AREA)
    return half


def scaled_planes(frame: av.VideoFrame, *, width: int, height: int) -> av.VideoFrame | None:
    """Return a picture in our own colours scaled plane by plane; None for others."""
    if frame.format.name != "yuv420p" or (frame.width, frame.height) == (width, height):
        return None
    matrix, full = source_colours(frame)
    if (matrix or frame.colorspace) != BT709 or full != LIMITED:
        return None
    made = new_frame(width, height)
    for index in range(3):
        into = plane_view(made, index)
        size = (into.shape[1], into.shape[0])
        scaled = cv2.resize(plane_view(frame, index), size, interpolation=cv2.INTER_LINEAR)
        into[:] = cast(Plane, scaled)
    tag(made)
    return made
