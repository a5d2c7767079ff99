"""What viewers see instead of the scene: the slate of a panic, and the still of a freeze."""

from typing import Final

import av
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter

from studio.engine.pixels import Plane, new_frame, plane_view, tag

_SLATE_LUMA: Final = 40
_GRID: Final = 28
"""The still is made of so many fields across: nothing is left to recognise."""
_DIM: Final = 0.6
_CARD_LUMA: Final = 30
_SIGN_LUMA: Final = 215


def draw_slate(width: int, height: int) -> av.VideoFrame:
    """Return a plain dark ground with a lighter band."""
    frame = new_frame(width, height)
    luma = plane_view(frame, 0)
    luma[:] = _SLATE_LUMA
    luma[height * 4 // 10 : height * 6 // 10] = _SLATE_LUMA * 2
    plane_view(frame, 1)[:] = 136
    plane_view(frame, 2)[:] = 124
    return frame


def draw_still(frame: av.VideoFrame) -> av.VideoFrame:
    """Return an I420 frame blurred beyond recognition and dimmed, with a card that says pause.

    The sign, two bars on a dark card, needs no language.
    """
    width, height = frame.width, frame.height
    across = min(_GRID, width // 2) // 2 * 2
    down = max(2, round(across * height / width / 2) * 2)
    scaler = VideoReformatter()
    small = scaler.reformat(frame, width=across, height=down, interpolation=Interpolation.AREA)
    still = scaler.reformat(small, width=width, height=height, interpolation=Interpolation.BICUBIC)
    tag(still)
    luma = plane_view(still, 0)
    luma[:] = (luma.astype(np.float32) * _DIM + 16 * (1 - _DIM)).astype(np.uint8)
    _draw_card([plane_view(still, index) for index in range(3)], width, height)
    return still


def _draw_card(planes: list[Plane], width: int, height: int) -> None:
    """Draw the card and its two bars in the middle; places are even, so that colour fits."""
    unit = max(2, min(width, height) // 24 // 2 * 2)
    middle_x, middle_y = width // 4 * 2, height // 4 * 2
    _fill(planes, middle_x - 3 * unit, middle_y - 3 * unit, 6 * unit, 6 * unit, luma=_CARD_LUMA)
    for left in (middle_x - 3 * unit // 4 * 2, middle_x + unit // 4 * 2):
        _fill(planes, left, middle_y - 3 * unit // 4 * 2, unit, 3 * unit // 2 * 2, luma=_SIGN_LUMA)


def _fill(planes: list[Plane], left: int, top: int, width: int, height: int, *, luma: int) -> None:
    planes[0][top : top + height, left : left + width] = luma
    for plane in planes[1:]:
        plane[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2] = 128
