"""Converting only what changed gives what converting everything gives, to the last bit."""

import av
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.engine.changes import ChangeConverter, changed_rows, is_comparable, is_same
from studio.engine.pixels import ToBroadcast, packed_view, plane_view

_WIDTH, _HEIGHT = 96, 130


def _frame(pixels: NDArray[np.uint8]) -> av.VideoFrame:
    frame = av.VideoFrame(pixels.shape[1], pixels.shape[0], "bgr0")
    packed_view(frame)[:] = pixels
    return frame


def _planes(frame: av.VideoFrame) -> list[NDArray[np.uint8]]:
    return [plane_view(frame, index).copy() for index in range(3)]


_BOXES = st.lists(
    st.tuples(
        st.integers(0, _WIDTH - 1),
        st.integers(0, _HEIGHT - 1),
        st.integers(1, 40),
        st.integers(1, 30),
        st.integers(0, 255),
    ),
    max_size=3,
)


@settings(max_examples=120, deadline=None)
@given(steps=st.lists(_BOXES, min_size=1, max_size=8), look_again=st.integers(0, 2))
def test_it_is_as_if_everything_had_been_converted(
    steps: list[list[tuple[int, int, int, int, int]]], look_again: int
) -> None:
    pixels = np.random.default_rng(5).integers(0, 255, (_HEIGHT, _WIDTH, 4), dtype=np.uint8)
    converter, whole = ChangeConverter(look_again_after=look_again), ToBroadcast()
    handed_out: list[tuple[av.VideoFrame, list[NDArray[np.uint8]]]] = []
    for boxes in steps:
        for x, y, width, height, value in boxes:
            pixels[y : y + height, x : x + width] = value
        frame = _frame(pixels)
        shown, may_draw = converter.convert(frame)
        wanted = whole.convert(frame, width=_WIDTH, height=_HEIGHT)
        for plane, expected in zip(_planes(shown), _planes(wanted), strict=True):
            assert np.array_equal(plane, expected)
        if not may_draw:
            handed_out.append((shown, _planes(shown)))
    for frame, planes in handed_out:
        for plane, then in zip(_planes(frame), planes, strict=True):
            assert np.array_equal(plane, then), "what was handed out is not written again"


def test_nothing_new_gives_the_same_picture() -> None:
    pixels = np.zeros((_HEIGHT, _WIDTH, 4), np.uint8)
    converter = ChangeConverter()
    first, _ = converter.convert(_frame(pixels))
    second, may_draw = converter.convert(_frame(pixels))
    assert second is first
    assert not may_draw


def test_what_moves_all_over_may_be_drawn_on() -> None:
    rng = np.random.default_rng(1)
    converter = ChangeConverter()
    results = [
        converter.convert(_frame(rng.integers(0, 255, (_HEIGHT, _WIDTH, 4), dtype=np.uint8)))
        for _ in range(5)
    ]
    assert [may_draw for _, may_draw in results] == [False, True, True, True, True]


def test_changes_are_found_where_they_are() -> None:
    before = np.zeros((_HEIGHT, _WIDTH, 4), np.uint8)
    after = before.copy()
    after[30, 5] = 1
    after[129, 95, 2] = 1
    first, second = _frame(before), _frame(after)
    assert is_comparable(first, second)
    assert not is_same(first, second)
    assert is_same(first, _frame(before))
    assert changed_rows(first, second) == [(0, 32), (128, 130)]
    assert changed_rows(first, _frame(before)) == []


def test_other_sizes_and_formats_are_not_compared() -> None:
    small = av.VideoFrame(64, 64, "bgr0")
    assert not is_comparable(small, av.VideoFrame(64, 66, "bgr0"))
    assert not is_comparable(small, av.VideoFrame(64, 64, "bgra"))
    planar = av.VideoFrame(64, 64, "yuv420p")
    assert not is_comparable(planar, av.VideoFrame(64, 64, "yuv420p"))
