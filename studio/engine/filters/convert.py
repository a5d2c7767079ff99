"""From captured pictures to what filters work on, and back."""

import av
import cv2
from av.video.reformatter import Interpolation, VideoReformatter

from studio.engine.filters.base import FilterFrame, Pixels, as_pixels
from studio.engine.filters.blending import straight, three, times
from studio.engine.pixels import BT709, FULL, Picture, packed_view, source_colours

_BLUE_FIRST = ("bgra", "bgr0")


class ToFilter:
    """Converts the pictures of one source."""

    def __init__(self) -> None:
        self._scaler = VideoReformatter()

    def convert(self, picture: Picture) -> FilterFrame:
        """Return a picture as filters want it."""
        frame = picture.frame
        if frame.format.name in _BLUE_FIRST:
            pixels = packed_view(frame)
            colour = as_pixels(cv2.cvtColor(pixels, cv2.COLOR_BGRA2BGR))
            alpha = as_pixels(cv2.extractChannel(pixels, 3)) if picture.has_alpha else None
        elif picture.has_alpha:
            pixels = packed_view(self._reformat(frame, "bgra"))
            colour = as_pixels(cv2.cvtColor(pixels, cv2.COLOR_BGRA2BGR))
            alpha = as_pixels(cv2.extractChannel(pixels, 3))
        else:
            colour = as_pixels(self._reformat(frame, "bgr24").to_ndarray())
            alpha = None
        if alpha is not None:
            colour = straight(colour, alpha)
        return FilterFrame(colour, alpha, picture.captured_ns)

    def _reformat(self, frame: av.VideoFrame, name: str) -> av.VideoFrame:
        matrix, full = source_colours(frame)
        return self._scaler.reformat(
            frame,
            format=name,
            src_colorspace=matrix,
            dst_colorspace=BT709,
            src_color_range=full,
            dst_color_range=FULL,
            interpolation=int(Interpolation.BILINEAR | Interpolation.ACCURATE_RND),
            threads=1,
        )


def to_picture(frame: FilterFrame, *, number: int) -> Picture:
    """Return a filtered frame as a picture for the compositor; odd sizes grow by a pixel.

    It has four bytes a pixel in any case: libav's way from three bytes, blue first, tints greys.
    """
    colour, alpha = _even(frame.colour), frame.alpha
    if alpha is not None:
        alpha = _even(alpha)
        colour = times(colour, three(alpha))
    pixels = as_pixels(cv2.cvtColor(colour, cv2.COLOR_BGR2BGRA))
    if alpha is not None:
        cv2.insertChannel(alpha, pixels, 3)
    made = av.VideoFrame.from_numpy_buffer(pixels, "bgra")
    return Picture(made, frame.captured_ns, number, has_alpha=alpha is not None)


def _even(pixels: Pixels) -> Pixels:
    """Return an array of even size, because a frame on air has half as much chroma."""
    down, across = pixels.shape[0] % 2, pixels.shape[1] % 2
    if not down and not across:
        return pixels
    return as_pixels(cv2.copyMakeBorder(pixels, 0, down, 0, across, cv2.BORDER_REPLICATE))
