"""Turns the planes of a layer by any angle onto their place on the canvas."""

import math
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.pixels import Plane
from studio.engine.video.geometry import Box, Turn

_OUTSIDE = (16, 128, 128, 0)
"""Clear in Y, U, V and alpha, so that edges fade out between pixels."""


def turned(
    planes: tuple[Plane, ...], *, shown: Box, turn: Turn
) -> tuple[Plane, Plane, Plane, Plane]:
    """Return Y, U, V and alpha for the box `shown` of the canvas.

    The planes are of one picture, as large as it may be: it is scaled to the turn's rectangle.
    """
    height, width = planes[0].shape[:2]
    made = tuple(
        cast(
            Plane,
            cv2.warpAffine(
                plane,
                _matrix(width, height, shown, turn, half=2 if index in (1, 2) else 1),
                (shown.width // 2, shown.height // 2)
                if index in (1, 2)
                else (shown.width, shown.height),
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=(_OUTSIDE[index],),
            ),
        )
        for index, plane in enumerate(planes)
    )
    return cast(tuple[Plane, Plane, Plane, Plane], made)


def _matrix(width: int, height: int, shown: Box, turn: Turn, *, half: int) -> NDArray[np.float64]:
    """From a pixel of the box to a pixel of the picture, both counted by their middles."""
    rect, angle = turn.rect, math.radians(turn.degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    across, down = width / rect.width, height / rect.height
    middle_x, middle_y = rect.middle
    back = np.array([[cos * across, sin * across], [-sin * down, cos * down]])
    first = np.array([0.5 * half + shown.x - middle_x, 0.5 * half + shown.y - middle_y])
    offset = (back @ first + np.array([width / 2, height / 2])) / half - 0.5
    return np.hstack([back, offset[:, None]])
