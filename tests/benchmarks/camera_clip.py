"""A file that stands for a camera: somebody talks before a still room, with a sensor's noise.

640x480 at 30 pictures a second, H.264 as x264 makes it unless asked otherwise (crf 23), without
sound, as a camera has none.
"""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

SIZE = (640, 480)
_FPS = 30
_SECONDS = 10
_NOISE_LEVELS = 2.0
"""The deviation of a webcam's noise in an evening's light, after its own filter."""


def write_camera_clip(path: Path) -> None:
    """Write the clip; `path` should end in `.mkv`. The same clip each time."""
    chance = np.random.default_rng(7)
    room = _room()
    with av.open(str(path), "w") as output:
        options = {"preset": "veryfast", "crf": "23"}
        stream = output.add_stream("libx264", rate=_FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for index in range(_SECONDS * _FPS):
            picture = _with_person(room, index / (_SECONDS * _FPS))
            noise = chance.normal(0.0, _NOISE_LEVELS, picture.shape[:2])[:, :, None]
            pixels = np.clip(picture + noise, 0, 255).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, _FPS)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


def _room() -> NDArray[np.float32]:
    """A wall in warm light, a shelf and a lamp, a little out of focus."""
    width, height = SIZE
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :, None]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    wall = np.array([150, 120, 105], np.float32) * (1.05 - 0.45 * x - 0.2 * y)
    room = np.ascontiguousarray(wall, np.float32)
    for number in range(9):
        left = 30 + number * 24
        colour = (60 + number * 15, 70 + number * 31 % 90, 90 + number * 47 % 80)
        cv2.rectangle(room, (left, 60 + number * 13 % 30), (left + 18, 150), colour, -1)
    cv2.circle(room, (540, 110), 46, (250, 225, 170), -1)
    return np.asarray(cv2.GaussianBlur(room, (0, 0), 4.0), np.float32)


def _with_person(room: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Shoulders and a head that sways, and a mouth that moves."""
    picture = room.copy()
    turn = 2 * np.pi * share
    across, down = round(26 * np.sin(2 * turn)), round(9 * np.sin(5 * turn))
    head = (320 + across, 215 + down)
    cv2.ellipse(picture, (320 + across // 2, 470), (190, 150), 0, 180, 360, (52, 60, 92), -1)
    cv2.ellipse(picture, head, (82, 108), 0, 0, 360, (196, 150, 126), -1)
    cv2.ellipse(picture, (head[0], head[1] - 62), (88, 62), 0, 180, 360, (58, 40, 34), -1)
    for side in (-32, 32):
        cv2.circle(picture, (head[0] + side, head[1] - 14), 8, (40, 34, 36), -1)
    opening = round(4 + 7 * abs(np.sin(37 * turn)))
    cv2.ellipse(picture, (head[0], head[1] + 48), (26, opening), 0, 0, 360, (130, 62, 66), -1)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.2), np.float32)
