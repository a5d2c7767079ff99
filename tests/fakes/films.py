"""A short film with transparency, as a stinger plays it."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np


def write_stinger(path: Path, size: tuple[int, int]) -> None:
    """Twelve frames at 30 a second: clear, then green over all, then half of it over the left."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("png", rate=30)
        stream.width, stream.height, stream.pix_fmt = *size, "rgba"
        for index in range(12):
            pixels = np.zeros((size[1], size[0], 4), np.uint8)
            if 4 <= index < 8:
                pixels[:] = (10, 200, 60, 255)
            elif index >= 8:
                pixels[:, : size[0] // 2] = (10, 200, 60, 128)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgba")
            frame.pts, frame.time_base = index, Fraction(1, 30)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
