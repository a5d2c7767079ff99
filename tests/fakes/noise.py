"""A clip that needs every bit it is given, so that a broadcast's rate is what was asked for."""

from pathlib import Path

import av
import numpy as np


def write_noise_clip(path: Path, *, size: tuple[int, int] = (640, 360), frames: int = 60) -> None:
    """Write noise at 30 pictures a second; `path` should end in `.mkv`."""
    width, height = size
    rng = np.random.default_rng(3)
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mpeg4", rate=30, options={"qscale": "3"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for _ in range(frames):
            noise = rng.integers(0, 255, (height, width, 3), dtype=np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(noise, format="rgb24")))
        output.mux(stream.encode(None))
