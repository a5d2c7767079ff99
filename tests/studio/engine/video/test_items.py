"""Items turned, flipped, blended and grouped: where they land and what colour they come to."""

import math

import av
import numpy as np
import pytest
from fakes.pictures import at, close, flat, placed

from studio.engine.pixels import Picture, packed_view, plane_view
from studio.engine.video.compositor import Compositor
from studio.project.model import Bounds, Crop

_SIZE = (320, 180)
_RED, _GREEN, _BLUE = (220, 20, 30), (10, 200, 40), (20, 30, 210)


@pytest.fixture
def compositor() -> Compositor:
    return Compositor(*_SIZE)


def _halves(size: tuple[int, int]) -> av.VideoFrame:
    """Red on the left, green on the right; the lower half darker."""
    frame = flat(size, _RED)
    pixels = packed_view(frame)
    pixels[:, size[0] // 2 :, :3] = _GREEN[::-1]
    pixels[size[1] // 2 :, :, :3] //= 2
    return frame


def _dark(colour: tuple[int, int, int]) -> tuple[int, ...]:
    return tuple(value // 2 for value in colour)


@pytest.mark.parametrize(
    ("degrees", "left_top", "right_bottom"),
    [
        (0.0, _RED, _dark(_GREEN)),
        (90.0, _dark(_RED), _GREEN),
        (180.0, _dark(_GREEN), _RED),
        (-90.0, _GREEN, _dark(_RED)),
        (360.0, _RED, _dark(_GREEN)),
    ],
)
def test_a_quarter_turn_goes_clockwise_around_the_middle(
    compositor: Compositor,
    degrees: float,
    left_top: tuple[int, ...],
    right_bottom: tuple[int, ...],
) -> None:
    composition = compositor.compose([placed(_halves((80, 80)), x=120, y=50, rotation=degrees)])
    assert close(at(composition, 130, 60), left_top)
    assert close(at(composition, 190, 120), right_bottom)
    assert close(at(composition, 110, 90), (0, 0, 0))


@pytest.mark.parametrize("degrees", [15.0, 45.0, -30.0, 123.0])
def test_a_turned_item_covers_what_its_corners_enclose(
    compositor: Compositor, degrees: float
) -> None:
    back = placed(flat(_SIZE, _BLUE), id="back")
    bar = placed(flat((120, 20), _RED), id="bar", x=100, y=80, rotation=degrees)
    composition = compositor.compose([back, bar])
    angle = math.radians(degrees)
    for away in (-54, -20, 0, 20, 54):
        x, y = 160 + away * math.cos(angle), 90 + away * math.sin(angle)
        assert close(at(composition, round(x), round(y)), _RED)
    for away in (-18, 18):
        x, y = 160 - away * math.sin(angle), 90 + away * math.cos(angle)
        assert close(at(composition, round(x), round(y)), _BLUE)


def test_a_turned_item_keeps_its_transparency_and_its_area(compositor: Compositor) -> None:
    over = placed(
        flat((60, 60), (200, 200, 200), alpha=128), has_alpha=True, x=130, y=60, rotation=45.0
    )
    back = placed(flat(_SIZE, (0, 0, 0)), id="back")
    composition = compositor.compose([back, over])
    assert close(at(composition, 160, 90), (100, 100, 100))
    light = (plane_view(composition.frame, 0).astype(float) - 16).sum() / 219 * 255
    assert light == pytest.approx(60 * 60 * 100, rel=0.03)


def test_a_turned_item_far_beyond_the_canvas_shows_its_part(compositor: Compositor) -> None:
    composition = compositor.compose(
        [placed(_halves((100, 100)), x=160 - 3200, y=90 - 3200, scale=64.0, rotation=180.0)]
    )
    assert close(at(composition, 20, 20), _dark(_GREEN))
    assert close(at(composition, 300, 160), _RED)


@pytest.mark.parametrize("has_alpha", [False, True])
@pytest.mark.parametrize(
    ("across", "down", "left_top"),
    [(True, False, _GREEN), (False, True, _dark(_RED)), (True, True, _dark(_GREEN))],
)
def test_flipping_mirrors_what_shows(
    compositor: Compositor,
    has_alpha: bool,
    across: bool,
    down: bool,
    left_top: tuple[int, ...],
) -> None:
    item = placed(
        _halves((80, 40)), has_alpha=has_alpha, x=-20, y=20, flip_across=across, flip_down=down
    )
    composition = compositor.compose([item])
    assert close(at(composition, 10, 24), left_top)


def test_an_enlarged_flipped_item_shows_the_right_part(compositor: Compositor) -> None:
    composition = compositor.compose(
        [placed(_halves((100, 100)), x=0, y=-2000, scale=64.0, flip_across=True)]
    )
    assert close(at(composition, 100, 100), _GREEN)


@pytest.mark.parametrize(
    ("fit", "across", "down", "inside", "outside"),
    [
        ("contain", "left", "middle", (10, 90), (250, 90)),
        ("contain", "right", "middle", (310, 90), (60, 90)),
        ("width", "centre", "top", (160, 170), None),
        ("height", "right", "middle", (310, 90), (100, 90)),
        ("at_most", "right", "bottom", (310, 170), (210, 60)),
        ("at_most", "left", "top", (10, 10), (110, 110)),
    ],
)
def test_bounds_fit_and_align(
    compositor: Compositor,
    fit: str,
    across: str,
    down: str,
    inside: tuple[int, int],
    outside: tuple[int, int] | None,
) -> None:
    bounds = Bounds.model_validate(
        {"width": 320, "height": 180, "fit": fit, "across": across, "down": down}
    )
    composition = compositor.compose([placed(flat((100, 100), _GREEN), bounds=bounds)])
    assert close(at(composition, *inside), _GREEN)
    if outside is not None:
        assert close(at(composition, *outside), (0, 0, 0))


_BELOW, _ABOVE = (180, 60, 90), (120, 220, 40)


def _blended(mode: str, below: float, above: float, share: float) -> float:
    b, a = below / 255, above / 255
    full = {"add": min(1.0, a + b), "screen": a + b - a * b, "multiply": a * b}
    if mode == "add":
        return min(255.0, (b + share * a) * 255)
    return (b * (1 - share) + full[mode] * share) * 255


@pytest.mark.parametrize("alpha", [None, 255, 100])
@pytest.mark.parametrize("mode", ["add", "screen", "multiply"])
def test_blending_is_done_on_light(compositor: Compositor, mode: str, alpha: int | None) -> None:
    over = placed(
        flat((64, 64), _ABOVE, alpha=alpha),
        id="over",
        has_alpha=alpha is not None,
        x=40,
        y=40,
        blend=mode,
        opacity=0.8,
    )
    composition = compositor.compose([placed(flat(_SIZE, _BELOW), id="back"), over])
    share = 0.8 * (1.0 if alpha is None else alpha / 255)
    wanted = tuple(_blended(mode, b, a, share) for b, a in zip(_BELOW, _ABOVE, strict=True))
    assert close(at(composition, 70, 70), wanted)
    assert close(at(composition, 10, 10), _BELOW)


def test_a_clear_canvas_composes_as_a_layer_of_its_own(compositor: Compositor) -> None:
    """A group of half clear items over a ground is what the items over the ground are."""
    items = [
        placed(flat((100, 100), _RED, alpha=160), id="a", has_alpha=True, x=40, y=20),
        placed(flat((100, 100), _GREEN), id="b", x=100, y=60, opacity=0.5),
        placed(flat((60, 60), _BLUE, alpha=90), id="c", has_alpha=True, x=90, y=50, rotation=30.0),
    ]
    back = placed(flat(_SIZE, (90, 100, 110)), id="back")
    straight = compositor.compose([back, *items])
    group = Compositor(*_SIZE, is_clear=True).compose(items)
    assert group.has_alpha
    layer = placed(group.frame, id="group", has_alpha=True)
    nested = Compositor(*_SIZE).compose([back, layer])
    for index in range(3):
        off = np.abs(
            plane_view(straight.frame, index).astype(int) - plane_view(nested.frame, index)
        )
        assert off.max() <= 3


def test_a_cropped_group_keeps_its_transparency(compositor: Compositor) -> None:
    group = Compositor(*_SIZE, is_clear=True).compose([placed(flat((100, 100), _RED), x=20, y=20)])
    layer = placed(group.frame, has_alpha=True, crop=Crop(left=60, right=100))
    composition = compositor.compose([placed(flat(_SIZE, _BLUE), id="back"), layer])
    assert close(at(composition, 20, 60), _RED)
    assert close(at(composition, 80, 60), _BLUE)


def test_a_group_whose_ground_is_full_is_opaque() -> None:
    group = Compositor(*_SIZE, is_clear=True).compose([placed(flat(_SIZE, _RED))])
    assert not group.has_alpha


def test_a_still_turned_item_is_made_once(compositor: Compositor) -> None:
    still = placed(flat((60, 60), _RED), id="still", x=20, y=20, rotation=20.0)
    first = compositor.compose([placed(flat(_SIZE, (0, 0, 0)), id="back", number=1), still])
    layer = compositor._layers["still"].patch
    second = compositor.compose([placed(flat(_SIZE, (0, 9, 0)), id="back", number=2), still])
    assert compositor._layers["still"].patch is layer
    assert first is not second
    again = compositor.compose([placed(flat(_SIZE, (0, 9, 0)), id="back", number=2), still])
    assert again is second or again.number == second.number


def test_a_small_picture_of_a_scene_shows_the_same() -> None:
    small = Compositor(160, 90, zoom=0.5)
    picture = Picture(flat((80, 80), _GREEN), 0, 1, False)
    item = placed(picture.frame, x=120, y=40, rotation=45.0)
    composition = small.compose([placed(flat(_SIZE, _BLUE), id="back"), item])
    assert close(at(composition, 80, 40), _GREEN)
    assert close(at(composition, 10, 10), _BLUE)
