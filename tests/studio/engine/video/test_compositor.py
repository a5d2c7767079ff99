"""What is composed: right colours, right places, nothing drawn twice, nobody's frame written on."""

import av
import numpy as np
import pytest
from fakes.pictures import Colour, at, close, flat, placed
from numpy.typing import NDArray

from studio.engine.pixels import new_frame, packed_view, plane_view
from studio.engine.video.compositor import Composition, Compositor
from studio.project.model import Bounds, Crop

_SIZE = (320, 180)


def _rgb(composition: Composition) -> NDArray[np.uint8]:
    return composition.frame.to_ndarray(format="rgb24")


@pytest.fixture
def compositor() -> Compositor:
    return Compositor(*_SIZE)


def test_an_empty_scene_is_black(compositor: Compositor) -> None:
    composition = compositor.compose([])
    assert close(at(composition, 100, 100), (0, 0, 0))
    assert (composition.frame.colorspace, composition.frame.color_range) == (1, 1)


@pytest.mark.parametrize(
    "colour",
    [(255, 255, 255), (0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 30, 90), (12, 99, 7)],
)
def test_flat_colours_survive_within_three_levels(compositor: Compositor, colour: Colour) -> None:
    for frame in (flat(_SIZE, colour), flat((64, 64), colour)):
        composition = compositor.compose(
            [placed(frame, bounds=Bounds(width=320, height=180, fit="stretch"))]
        )
        assert close(at(composition, 160, 90), colour)


def test_items_lie_where_they_are_put_and_above_each_other(compositor: Compositor) -> None:
    composition = compositor.compose(
        [
            placed(flat(_SIZE, (0, 0, 200)), id="back"),
            placed(flat((80, 40), (200, 0, 0)), id="a", x=20, y=30),
            placed(flat((80, 40), (0, 200, 0)), id="b", x=60, y=50),
        ]
    )
    assert close(at(composition, 10, 10), (0, 0, 200))
    assert close(at(composition, 24, 34), (200, 0, 0))
    assert close(at(composition, 96, 66), (0, 200, 0))
    assert close(at(composition, 136, 86), (0, 200, 0))
    assert close(at(composition, 144, 94), (0, 0, 200))


def test_an_item_may_hang_over_every_edge(compositor: Compositor) -> None:
    for x, y in ((-40, -20), (280, 160), (-40, 160), (280, -20)):
        composition = compositor.compose([placed(flat((80, 40), (250, 250, 0)), x=x, y=y)])
        corner = (2 if x < 0 else 317, 2 if y < 0 else 177)
        assert close(at(composition, *corner), (250, 250, 0))
        assert close(at(composition, 160, 90), (0, 0, 0))
    outside = compositor.compose([placed(flat((80, 40), (250, 250, 0)), x=400, y=0)])
    assert not _rgb(outside).any()


def test_an_enormous_enlargement_shows_the_right_part(compositor: Compositor) -> None:
    frame = flat((100, 100), (0, 0, 0))
    packed_view(frame)[50:, 50:] = (0, 0, 255, 255)
    composition = compositor.compose([placed(frame, x=-3200 + 160, y=-3200 + 90, scale=64.0)])
    assert close(at(composition, 100, 60), (0, 0, 0))
    assert close(at(composition, 240, 140), (255, 0, 0))


def test_crop_cuts_before_scaling(compositor: Compositor) -> None:
    frame = flat((100, 100), (255, 0, 0))
    packed_view(frame)[:, 40:] = (0, 255, 0, 255)
    composition = compositor.compose(
        [
            placed(
                frame,
                crop=Crop(left=40, top=10),
                bounds=Bounds(width=320, height=180, fit="stretch"),
            )
        ]
    )
    assert close(at(composition, 20, 90), (0, 255, 0))


def test_fit_contains_covers_or_stretches(compositor: Compositor) -> None:
    frame = flat((100, 100), (0, 200, 200))
    box = {"width": 320, "height": 180}
    contained = compositor.compose([placed(frame, bounds=Bounds(**box, fit="contain"))])
    assert close(at(contained, 20, 90), (0, 0, 0))
    assert close(at(contained, 160, 90), (0, 200, 200))
    covered = compositor.compose([placed(frame, bounds=Bounds(**box, fit="cover"))])
    assert close(at(covered, 2, 2), (0, 200, 200))
    assert close(at(covered, 317, 177), (0, 200, 200))


@pytest.mark.parametrize("alpha", [0, 1, 64, 128, 200, 254, 255])
def test_transparency_mixes_as_it_does_in_rgb(compositor: Compositor, alpha: int) -> None:
    below, above = (200, 40, 120), (20, 220, 60)
    composition = compositor.compose(
        [
            placed(flat(_SIZE, below), id="back"),
            placed(flat((64, 64), above, alpha=alpha), id="over", has_alpha=True, x=40, y=40),
        ]
    )
    share = alpha / 255
    wanted = tuple(b * (1 - share) + a * share for a, b in zip(above, below, strict=True))
    assert close(at(composition, 70, 70), wanted)
    assert close(at(composition, 10, 10), below)


@pytest.mark.parametrize("has_alpha", [False, True])
def test_opacity_mixes_the_whole_item(compositor: Compositor, has_alpha: bool) -> None:
    over = flat((64, 64), (20, 220, 60), alpha=255 if has_alpha else None)
    composition = compositor.compose(
        [
            placed(flat(_SIZE, (200, 40, 120)), id="back"),
            placed(over, id="over", has_alpha=has_alpha, opacity=0.25, x=40, y=40),
        ]
    )
    assert close(at(composition, 70, 70), (155, 85, 105))


def test_a_still_scene_gives_the_same_frame_again(compositor: Compositor) -> None:
    scene = [placed(flat(_SIZE, (1, 2, 3)), id="back"), placed(flat((20, 20), (9, 9, 9)))]
    first = compositor.compose(scene)
    second = compositor.compose(list(scene))
    assert second is first


def test_what_moves_above_a_still_picture_leaves_no_trace(compositor: Compositor) -> None:
    back = placed(flat(_SIZE, (0, 0, 200)), id="back")
    small = flat((20, 20), (255, 255, 255))
    for x in range(0, 200, 20):
        composition = compositor.compose([back, placed(small, id="dot", x=x, y=80)])
        assert close(at(composition, x + 10, 90), (255, 255, 255))
        white = (_rgb(composition)[90] > 250).all(axis=1).sum()
        assert white == pytest.approx(20, abs=4)
    gone = compositor.compose([back])
    assert not (_rgb(gone)[90] > 250).all(axis=1).any()


def test_what_is_still_above_a_moving_picture_stays(compositor: Compositor) -> None:
    logo = placed(flat((40, 20), (250, 0, 0)), id="logo", x=260, y=10)
    for number in range(1, 6):
        back = placed(flat(_SIZE, (0, number * 40, 0)), id="back", number=number)
        composition = compositor.compose([back, logo])
        assert close(at(composition, 280, 20), (250, 0, 0))
        assert close(at(composition, 100, 100), (0, number * 40, 0))


def test_a_frame_that_was_handed_out_is_never_written_again(compositor: Compositor) -> None:
    back = placed(flat(_SIZE, (0, 0, 200)), id="back")
    alone = compositor.compose([back])
    before = _rgb(alone).copy()
    dot = flat((20, 20), (255, 255, 255))
    shown = [
        compositor.compose([back, placed(dot, id="dot", number=number, x=number * 20)])
        for number in range(1, 4)
    ]
    copies = [_rgb(composition).copy() for composition in shown]
    compositor.compose([back, placed(dot, id="dot", number=9, x=0)])
    assert np.array_equal(_rgb(alone), before)
    for composition, copy in zip(shown, copies, strict=True):
        assert np.array_equal(_rgb(composition), copy)


def test_a_source_that_has_our_format_already_is_not_drawn_on(compositor: Compositor) -> None:
    frame = new_frame(*_SIZE)
    for index, value in enumerate((100, 128, 128)):
        plane_view(frame, index)[:] = value
    composition = compositor.compose(
        [placed(frame, id="back"), placed(flat((40, 40), (255, 255, 255)), id="dot")]
    )
    assert plane_view(frame, 0)[10, 10] == 100
    assert plane_view(composition.frame, 0)[10, 10] == 235


def test_the_order_of_items_counts(compositor: Compositor) -> None:
    red = placed(flat((40, 40), (255, 0, 0)), id="red")
    blue = placed(flat((40, 40), (0, 0, 255)), id="blue")
    assert close(at(compositor.compose([red, blue]), 20, 20), (0, 0, 255))
    assert close(at(compositor.compose([blue, red]), 20, 20), (255, 0, 0))


def test_a_full_range_601_picture_comes_out_right(compositor: Compositor) -> None:
    """As a webcam's MJPEG: BT.601 in full range, which must not be taken for ours."""
    rgb = av.VideoFrame.from_ndarray(np.full((180, 320, 3), (200, 30, 90), np.uint8), "rgb24")
    camera = rgb.reformat(format="yuvj420p", dst_colorspace="ITU601", dst_color_range="JPEG")
    composition = compositor.compose([placed(camera)])
    assert close(at(composition, 160, 90), (200, 30, 90))
