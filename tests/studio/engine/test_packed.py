"""Packed RGB becomes I420 in BT.709 limited: every value within a level of the formula."""

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.engine.packed import PlaneMaker

_SIZES = ((4, 2), (362, 16), (720, 64), (726, 30))


def _made(pixels: NDArray[np.uint8], order: str, *, planes: int = 3) -> list[NDArray[np.uint8]]:
    height, width = pixels.shape[:2]
    halves = (1, 2, 2, 1)[:planes]
    made = [np.full((height // h, width // h), 7, np.uint8) for h in halves]
    PlaneMaker().fill(made, pixels, order)
    return made


def _formula(rgb: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    red, green, blue = (rgb[:, :, index] / 255 for index in range(3))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    height, width = luma.shape
    means = [
        plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
        for plane in (luma, red, blue)
    ]
    u = 128 + 224 * (means[2] - means[0]) / 1.8556
    v = 128 + 224 * (means[1] - means[0]) / 1.5748
    return 16 + 219 * luma, u, v


@pytest.mark.parametrize("size", _SIZES)
@pytest.mark.parametrize("order", ["bgra", "rgba"])
def test_every_value_is_within_a_level_and_a_half(order: str, size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (*size, 4), dtype=np.uint8)
    made = _made(pixels, order)
    rgb = np.stack([pixels[:, :, order.index(name)] for name in "rgb"], axis=2)
    for plane, wanted in zip(made, _formula(rgb.astype(np.float64)), strict=True):
        assert np.abs(plane - wanted).max() <= 1.5
        assert abs(float((plane - wanted).mean())) <= 0.5


def test_greys_have_no_colour_and_keep_their_order() -> None:
    pixels = np.repeat(np.arange(256, dtype=np.uint8), 8).reshape(2, 1024, 1)[:, :, [0] * 4]
    y, u, v = _made(np.ascontiguousarray(pixels), "bgra")
    assert {*u.ravel().tolist(), *v.ravel().tolist()} == {128}
    line = y.reshape(-1).astype(int)
    assert (np.diff(line) >= 0).all()
    assert (line[0], line[-1]) == (16, 235)


def test_alpha_is_carried_over_and_what_is_clear_is_black() -> None:
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[:, 4:] = (0, 128, 0, 128)
    y, u, v, alpha = _made(pixels, "bgra", planes=4)
    assert alpha.tolist() == pixels[:, :, 3].tolist()
    assert (y[0, 0], u[0, 0], v[0, 0]) == (16, 128, 128)
    assert y[0, 7] > 60


def test_pictures_of_another_size_may_follow() -> None:
    maker = PlaneMaker()
    for height, width in ((8, 6), (4, 10), (8, 6)):
        planes = [np.zeros((height // h, width // h), np.uint8) for h in (1, 2, 2)]
        maker.fill(planes, np.full((height, width, 4), 255, np.uint8), "rgba")
        assert [set(plane.ravel().tolist()) for plane in planes] == [{235}, {128}, {128}]
