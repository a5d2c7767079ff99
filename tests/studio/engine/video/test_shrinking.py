"""Small pictures of large ones: the same to the eye as by libav's scaler, colours included."""

import av
import numpy as np
import pytest
from fakes.pictures import close, colour_at, flat

from studio.engine.pixels import ToBroadcast, packed_view, plane_view
from studio.engine.video.shrinking import scaled_planes, shrunk

_TARGETS = [(480, 270), (538, 302), (640, 360), (200, 300), (1278, 718)]


def _scene() -> av.VideoFrame:
    """Soft waves of colour with an edge across."""
    y, x = np.mgrid[0:720, 0:1280]
    frame = av.VideoFrame(1280, 720, "bgr0")
    pixels = packed_view(frame)
    pixels[:, :, 0] = 128 + 100 * np.sin(x / 90)
    pixels[:, :, 1] = 128 + 100 * np.sin(y / 70)
    pixels[:, :, 2] = np.where(x > y, 200, 40)
    pixels[:, :, 3] = 255
    return frame


@pytest.mark.parametrize("size", _TARGETS)
@pytest.mark.parametrize("name", ["bgr0", "yuv420p", "yuvj420p"])
def test_what_is_shrunk_looks_as_if_it_was_scaled_at_once(name: str, size: tuple[int, int]) -> None:
    width, height = size
    scaler = ToBroadcast()
    frame = _scene()
    if name != "bgr0":
        frame = scaler.convert(frame, width=1280, height=720)
        frame = frame.reformat(format=name, dst_color_range=2 if name == "yuvj420p" else 1)
    wanted = scaler.convert(frame, width=width, height=height)
    small = shrunk(frame, width=width, height=height)
    made = scaled_planes(small, width=width, height=height) or scaler.convert(
        small, width=width, height=height
    )
    assert (made.width, made.height) == size
    for index in range(3):
        off = np.abs(plane_view(made, index).astype(int) - plane_view(wanted, index))
        assert off.mean() < 1.5
        assert np.percentile(off, 95) <= 4


@pytest.mark.parametrize("name", ["bgra", "yuva420p"])
def test_transparency_is_shrunk_along(name: str) -> None:
    frame = flat((640, 360), (200, 40, 90), alpha=100)
    if name == "yuva420p":
        frame = ToBroadcast().convert(frame, width=640, height=360, with_alpha=True)
    small = shrunk(frame, width=160, height=90)
    made = ToBroadcast().convert(small, width=160, height=90, with_alpha=True)
    assert abs(int(plane_view(made, 3)[40, 80]) - 100) <= 1
    assert close(colour_at(made, 80, 40), (200 * 100 / 255, 40 * 100 / 255, 90 * 100 / 255))


def test_nothing_is_done_where_it_would_save_nothing() -> None:
    frame = flat((64, 36), (1, 2, 3))
    assert shrunk(frame, width=128, height=72) is frame
    planes = ToBroadcast().convert(frame, width=64, height=36)
    assert scaled_planes(planes, width=64, height=36) is None
    odd = ToBroadcast().convert(flat((642, 362), (1, 2, 3)), width=642, height=362)
    assert shrunk(odd, width=100, height=50) is odd
