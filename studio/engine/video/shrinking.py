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
)
from studio.engine.video.recolouring import recolouring

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
    """Return an I420 picture scaled plane by plane, in our own colours; None for others."""
    if frame.format.name not in ("yuv420p", "yuvj420p") or width % 2 or height % 2:
        return None
    matrix, colour_range = source_colours(frame)
    matrix = matrix or frame.colorspace
    is_ours = matrix == BT709 and colour_range == LIMITED
    is_same_size = (frame.width, frame.height) == (width, height)
    if is_ours and is_same_size:
        return None
    recoloured = None if is_ours else recolouring(matrix, colour_range)
    if not is_ours and recoloured is None:
        return None
    made = new_frame(width, height)
    views = plane_view(made, 0), plane_view(made, 1), plane_view(made, 2)
    y, u, v = (_resized(plane_view(frame, index), view) for index, view in enumerate(views))
    if recoloured is None:
        for view, plane in zip(views, (y, u, v), strict=True):
            view[:] = plane
    else:
        recoloured.apply(y, u, v, into=views)
    return made


def _resized(plane: Plane, like: Plane) -> Plane:
    if plane.shape == like.shape:
        return plane
    size = (like.shape[1], like.shape[0])
    return cast(Plane, cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR))
