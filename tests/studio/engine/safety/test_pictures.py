"""What viewers see instead of the scene: nothing of it may be recognised."""

import numpy as np

from studio.engine.pixels import new_frame, plane_view
from studio.engine.safety.pictures import draw_slate, draw_still


def test_the_slate_shows_nothing_of_the_scene() -> None:
    slate = draw_slate(320, 180)
    assert set(np.unique(plane_view(slate, 0))) == {40, 80}


def test_the_still_keeps_the_light_and_loses_every_detail() -> None:
    frame = new_frame(640, 360)
    luma = plane_view(frame, 0)
    luma[:, :320], luma[:, 320:] = 200, 60
    luma[::2] = 16  # detail: every other line
    plane_view(frame, 1)[:] = 128
    plane_view(frame, 2)[:] = 128
    still = draw_still(frame)
    assert (still.width, still.height) == (640, 360)
    seen = plane_view(still, 0).astype(int)
    left, right = seen[:, 40:200].mean(), seen[:, 440:600].mean()
    assert left > right + 20, "bright stays brighter than dark"
    lines = np.abs(np.diff(seen[:, 100])).max()
    assert lines <= 4, "no line of the picture is left"


def test_the_still_says_pause_with_two_bars() -> None:
    frame = new_frame(640, 360)
    for plane in range(3):
        plane_view(frame, plane)[:] = 128
    row = plane_view(draw_still(frame), 0)[180]
    bright = row > 200
    edges = np.flatnonzero(np.diff(bright.astype(int)))
    assert len(edges) == 4


def test_a_tiny_picture_can_be_frozen_too() -> None:
    frame = new_frame(16, 16)
    for plane in range(3):
        plane_view(frame, plane)[:] = 128
    assert draw_still(frame).width == 16
