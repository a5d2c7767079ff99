"""Blend modes: what light does, so in RGB, where Y, U and V are not enough.

The layer is premultiplied with its alpha. Formulas: W3C Compositing and Blending Level 1, with the
layer as source and the canvas as backdrop.
"""

from dataclasses import dataclass
from typing import cast

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.pixels import Plane, plane_view
from studio.engine.video.geometry import Box
from studio.project.items import Blend

_KR, _KB = 0.2126, 0.0722  # BT.709
_KG = 1.0 - _KR - _KB
_LUMA, _CHROMA = 219.0 / 255.0, 224.0 / 255.0


def _from_rgb() -> NDArray[np.float32]:
    """RGB, 0..255, to Y, U and V in limited range, with their offsets in the last column."""
    luma = np.array([_KR, _KG, _KB])
    blue = (np.array([0.0, 0.0, 1.0]) - luma) / (2 * (1 - _KB))
    red = (np.array([1.0, 0.0, 0.0]) - luma) / (2 * (1 - _KR))
    matrix = np.stack([luma * _LUMA, blue * _CHROMA, red * _CHROMA])
    return np.hstack([matrix, [[16.0], [128.0], [128.0]]]).astype(np.float32)


_TO_YUV = _from_rgb()
_inverse = np.linalg.inv(_TO_YUV[:, :3].astype(np.float64))
_TO_RGB = np.hstack([_inverse, -_inverse @ np.array([[16.0], [128.0], [128.0]])]).astype(np.float32)


def rgb_of(y: Plane, u: Plane, v: Plane) -> Plane:
    """Return `(h, w, 3) uint8` RGB of planes in BT.709 limited, chroma halved."""
    size = (y.shape[1], y.shape[0])
    full = [cv2.resize(plane, size, interpolation=cv2.INTER_NEAREST) for plane in (u, v)]
    return cast(Plane, cv2.transform(cv2.merge([y, *full]), _TO_RGB))


@dataclass(frozen=True, slots=True)
class Light:
    """A layer as light: premultiplied RGB, its alpha (None is opaque), and how it meets others."""

    rgb: Plane
    alpha: Plane | None
    mode: Blend

    def draw(self, canvas: av.VideoFrame, box: Box) -> None:
        """Blend the layer onto a box of an I420 frame, with or without alpha."""
        planes = [
            plane_view(canvas, index)[
                box.y // half : box.bottom // half, box.x // half : box.right // half
            ]
            for index, half in enumerate((1, 2, 2))
        ]
        below = rgb_of(*planes)
        under = None
        if canvas.format.name == "yuva420p":
            under = plane_view(canvas, 3)[box.y : box.bottom, box.x : box.right]
        mixed = self._mixed(below, under)
        yuv = cv2.transform(mixed, _TO_YUV)
        half_size = (box.width // 2, box.height // 2)
        for index, plane in enumerate(planes):
            made = cv2.extractChannel(yuv, index)
            if index:
                made = cv2.resize(made, half_size, interpolation=cv2.INTER_AREA)
            plane[:] = made
        if under is not None:
            over = np.full_like(under, 255) if self.alpha is None else self.alpha
            kept = cv2.multiply(under, cv2.bitwise_not(over), scale=1 / 255)
            under[:] = cv2.add(kept, over)

    def _mixed(self, below: Plane, under: Plane | None) -> Plane:
        if self.mode == "add":
            return cast(Plane, cv2.add(below, self.rgb))
        both = cv2.multiply(below, self.rgb, scale=1 / 255)
        if self.mode == "screen":
            return cast(Plane, cv2.add(below, cv2.subtract(self.rgb, both)))
        mixed = both
        if self.alpha is not None:
            keep = cv2.bitwise_not(self.alpha)
            mixed = cv2.add(mixed, cv2.multiply(below, _three(keep), scale=1 / 255))
        if under is not None:
            clear = cv2.bitwise_not(under)
            mixed = cv2.add(mixed, cv2.multiply(self.rgb, _three(clear), scale=1 / 255))
        return cast(Plane, mixed)


def _three(plane: object) -> Plane:
    return cast(Plane, cv2.merge([plane] * 3))  # type: ignore[list-item]


def light_of(
    planes: tuple[Plane, Plane, Plane], alpha: Plane | None, *, opacity: float, mode: Blend
) -> Light:
    """Make a layer's light of its planes, which are premultiplied around their offsets."""
    rgb = rgb_of(*planes)
    if opacity < 1.0:
        rgb = cast(Plane, cv2.convertScaleAbs(rgb, alpha=opacity))
        solid = np.full_like(planes[0], 255) if alpha is None else alpha
        alpha = cast(Plane, cv2.convertScaleAbs(solid, alpha=opacity))
    return Light(rgb, alpha, mode)


def yuv_of(red: float, green: float, blue: float) -> tuple[float, float, float]:
    """Return Y, U and V, in BT.709 limited, of one colour in 0..255."""
    y, u, v = (float(value) for value in _TO_YUV @ np.array([red, green, blue, 1.0]))
    return y, u, v
