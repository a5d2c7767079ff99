"""Pictures in other YUV colours become ours, within two levels of the formula."""

import av
import numpy as np
import pytest

from studio.engine.pixels import BT601, BT709, FULL, LIMITED, plane_view
from studio.engine.video.recolouring import recolouring
from studio.engine.video.shrinking import scaled_planes

_BARS = np.array(
    [(r, g, b) for r in (0, 120, 255) for g in (0, 120, 255) for b in (0, 120, 255)], float
)
_WIDTH = 16


def _yuv(red: float, blue: float, *, full: bool) -> np.ndarray:
    """The codes of the bars, `(27, 3)`."""
    rgb = _BARS / 255
    luma = rgb @ (red, 1 - red - blue, blue)
    u, v = (rgb[:, 2] - luma) / (2 * (1 - blue)), (rgb[:, 0] - luma) / (2 * (1 - red))
    scale, chroma, black = (255, 255, 0) if full else (219, 224, 16)
    return np.stack([black + scale * luma, 128 + chroma * u, 128 + chroma * v], axis=1)


def _frame(codes: np.ndarray, name: str, colour_range: int) -> av.VideoFrame:
    """A picture of the bars, each as wide as 16 pixels."""
    frame = av.VideoFrame(_WIDTH * len(codes), 8, name)
    for index in range(3):
        wide = np.repeat(codes[:, index], _WIDTH // (2 if index else 1))
        plane_view(frame, index)[:] = np.clip(wide.round(), 0, 255).astype(np.uint8)
    frame.colorspace, frame.color_range = BT601, colour_range
    return frame


@pytest.mark.parametrize(
    ("name", "colour_range"), [("yuv420p", LIMITED), ("yuv420p", FULL), ("yuvj420p", FULL)]
)
@pytest.mark.parametrize("share", [1, 2])
def test_colour_bars_keep_their_colours(name: str, colour_range: int, share: int) -> None:
    frame = _frame(_yuv(0.299, 0.114, full=colour_range == FULL), name, colour_range)
    made = scaled_planes(frame, width=frame.width // share, height=8 // share)
    assert made is not None
    assert (made.colorspace, made.color_range) == (BT709, LIMITED)
    wanted = _yuv(0.2126, 0.0722, full=False)
    for index in range(3):
        step = _WIDTH // share // (2 if index else 1)
        middles = plane_view(made, index)[0, step // 2 :: step]
        assert np.abs(middles - wanted[:, index]).max() <= 2.0


def test_what_has_our_colours_already_is_left_alone() -> None:
    frame = av.VideoFrame(32, 8, "yuv420p")
    frame.colorspace, frame.color_range = BT709, LIMITED
    assert scaled_planes(frame, width=32, height=8) is None


def test_a_matrix_that_is_not_known_is_left_to_others() -> None:
    assert recolouring(9, LIMITED) is None
