"""Views of libav frames as arrays, and the one place that knows our colours: BT.709, limited."""

from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Interpolation, VideoReformatter

from studio.engine.packed import ORDERS, PlaneMaker

Plane = npt.NDArray[np.uint8]

BT709 = 1
"""Matrix, primaries and transfer; the value is the same in libav's three enumerations."""
BT601 = 5
LIMITED = 1
FULL = 2
_UNSPECIFIED = 2
_HD_LINES = 720


@dataclass(frozen=True, slots=True)
class Picture:
    """A captured picture. Nobody writes into `frame` after it was published.

    RGB formats are full range; with `has_alpha` they are premultiplied.
    """

    frame: av.VideoFrame
    captured_ns: int
    number: int
    has_alpha: bool


def packed_view(frame: av.VideoFrame) -> Plane:
    """Return a writable `(h, w, 4) uint8` view of a frame with four bytes a pixel."""
    plane = frame.planes[0]
    shape, strides = (frame.height, frame.width, 4), (plane.line_size, 4, 1)
    return np.ndarray(shape, np.uint8, memoryview(plane), strides=strides)


def plane_view(frame: av.VideoFrame, index: int) -> Plane:
    """Return a writable `(h, w) uint8` view of one plane of a planar 8-bit frame."""
    plane = frame.planes[index]
    shape, strides = (plane.height, plane.width), (plane.line_size, 1)
    return np.ndarray(shape, np.uint8, memoryview(plane), strides=strides)


def parse_colour(text: str) -> tuple[int, int, int, int]:
    """Return red, green, blue, alpha of `#RRGGBB` or `#RRGGBBAA`, not premultiplied."""
    digits = text.removeprefix("#")
    red, green, blue = (int(digits[i : i + 2], 16) for i in (0, 2, 4))
    return red, green, blue, int(digits[6:8], 16) if len(digits) == 8 else 255


def black_frame(width: int, height: int) -> av.VideoFrame:
    """Return a black I420 frame."""
    frame = new_frame(width, height)
    plane_view(frame, 0)[:] = 16
    plane_view(frame, 1)[:] = 128
    plane_view(frame, 2)[:] = 128
    return frame


def new_frame(width: int, height: int) -> av.VideoFrame:
    """Return an I420 frame tagged as ours; its pixels are undefined."""
    frame = av.VideoFrame(width, height, "yuv420p")
    tag(frame)
    return frame


def tag(frame: av.VideoFrame) -> None:
    """Tag a frame as BT.709, limited range."""
    frame.colorspace = BT709
    frame.color_range = LIMITED


class ToBroadcast:
    """Scales and converts a frame to I420 (or with alpha) in BT.709 limited; one per layer."""

    def __init__(self, *, interpolation: int = Interpolation.BILINEAR) -> None:
        self._scaler = VideoReformatter()
        self._interpolation = int(interpolation)
        self._planes = PlaneMaker()

    def convert(
        self, frame: av.VideoFrame, *, width: int, height: int, with_alpha: bool = False
    ) -> av.VideoFrame:
        """Return a new frame, or the same one when it is already what is wanted."""
        is_same_size = (frame.width, frame.height) == (width, height)
        if is_same_size and frame.format.name in ORDERS and width % 2 == height % 2 == 0:
            return self._from_packed(frame, with_alpha=with_alpha)
        matrix, full = source_colours(frame)
        interpolation = self._interpolation
        if not frame.format.is_rgb and (matrix or frame.colorspace) != BT709:
            # Between two YUV matrices libav goes through 8-bit RGB; without exact rounding that
            # costs five levels.
            interpolation |= int(Interpolation.ACCURATE_RND)
        converted = self._scaler.reformat(
            frame,
            width=width,
            height=height,
            format="yuva420p" if with_alpha else "yuv420p",
            src_colorspace=matrix,
            dst_colorspace=BT709,
            src_color_range=full,
            dst_color_range=LIMITED,
            interpolation=interpolation,
            threads=1,
        )
        if converted is not frame:
            tag(converted)
        return converted

    def _from_packed(self, frame: av.VideoFrame, *, with_alpha: bool) -> av.VideoFrame:
        made = av.VideoFrame(frame.width, frame.height, "yuva420p" if with_alpha else "yuv420p")
        tag(made)
        planes = [plane_view(made, index) for index in range(len(made.planes))]
        self._planes.fill(planes, packed_view(frame), ORDERS[frame.format.name])
        return made


def source_colours(frame: av.VideoFrame) -> tuple[int | None, int]:
    """Return the matrix and range a frame has, guessing as players do where it does not say."""
    name = frame.format.name
    if frame.format.is_rgb:
        return None, FULL
    full = FULL if name.startswith("yuvj") else frame.color_range or LIMITED
    if frame.colorspace in (0, _UNSPECIFIED):
        return (BT709 if frame.height >= _HD_LINES else BT601), full
    return None, full
