"""Arithmetic on byte pictures that filters share; all of it is OpenCV's, without the GIL."""

import cv2
import numpy as np

from studio.engine.filters.base import Pixels, as_pixels


def times(first: Pixels, second: Pixels) -> Pixels:
    """Return the product of two byte arrays of one shape, where 255 is one."""
    return as_pixels(cv2.multiply(first, second, scale=1 / 255))


def three(grey: Pixels) -> Pixels:
    """Return `(h, w)` as `(h, w, 3)`."""
    return as_pixels(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))


def mixed(over: Pixels, under: Pixels, share: Pixels) -> Pixels:
    """Return colours that are `over` where the share `(h, w)` is 255 and `under` where it is 0."""
    wide = three(share)
    return as_pixels(cv2.add(times(over, wide), times(under, as_pixels(cv2.bitwise_not(wide)))))


def alpha_times(alpha: Pixels | None, share: Pixels) -> Pixels:
    """Return the transparency that is left of a frame where only a share of it shows."""
    return share if alpha is None else times(alpha, share)


def dimmed(share: Pixels, factor: float) -> Pixels:
    """Return a share made smaller by a factor of 0 to 1."""
    return share if factor >= 1.0 else as_pixels(cv2.convertScaleAbs(share, alpha=factor))


def sized(picture: Pixels, width: int, height: int) -> Pixels:
    """Return a picture in another size."""
    if picture.shape[:2] == (height, width):
        return picture
    is_smaller = width < picture.shape[1] and height < picture.shape[0]
    how = cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR
    return as_pixels(cv2.resize(picture, (width, height), interpolation=how))


def premultiplied(colour: Pixels, alpha: Pixels | None) -> Pixels:
    """Return colours as they weigh in a sum."""
    return colour if alpha is None else times(colour, three(alpha))


def straight(colour: Pixels, alpha: Pixels) -> Pixels:
    """Return premultiplied colours as they are themselves; black where nothing shows."""
    return as_pixels(cv2.divide(colour, three(alpha), scale=255))


def filled(like: Pixels, colour: tuple[int, int, int]) -> Pixels:
    """Return an array of one colour, blue first, of the shape of another."""
    flat = np.empty_like(like, order="C")
    flat[:] = colour
    return flat


def parse_colour(text: str) -> tuple[int, int, int]:
    """Return blue, green and red of `#RRGGBB`."""
    digits = text.removeprefix("#")
    red, green, blue = (int(digits[start : start + 2], 16) for start in (0, 2, 4))
    return blue, green, red
