"""What is composed against pictures that were looked at and kept: `golden/*.png`, 96x54.

Tolerance: no more than one pixel in two hundred may differ by more than four levels of RGB, and
the mean difference stays under one level. `TEEZU_GOLDEN=write` draws them anew, to be looked at.
"""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast, get_args

import av
import cv2
import numpy as np
import pytest
from fakes.films import write_stinger

from studio.engine.pixels import Picture, Plane, packed_view, plane_view
from studio.engine.transitions import TRANSITIONS, Moment, transition_kind
from studio.engine.transitions.stinger import Stinger
from studio.engine.video.blending import rgb_of
from studio.engine.video.compositor import Compositor, Placed
from studio.project.base import Model
from studio.project.items import Blend
from studio.project.model import Bounds, Crop, SceneItem
from studio.project.transitions import (
    ColourTransition,
    CutTransition,
    FadeTransition,
    LumaShape,
    LumaTransition,
    SlideTransition,
    StingerTransition,
    SwipeTransition,
)

_FOLDER = Path(__file__).parent / "golden"
_SIZE = (96, 54)
_FAR, _FEW, _MEAN = 4, 1 / 200, 1.0

type Drawing = Callable[[], av.VideoFrame]


def _picture(size: tuple[int, int], *, warm: bool, has_alpha: bool = False) -> av.VideoFrame:
    """A ramp of colours with a bright square at its top left, and a clear edge where it may."""
    width, height = size
    frame = av.VideoFrame(width, height, "bgra" if has_alpha else "bgr0")
    x = np.linspace(0, 1, width)[None, :]
    y = np.linspace(0, 1, height)[:, None]
    pixels = np.zeros((height, width, 4))
    pixels[:, :, 0 if warm else 2] = 40 + 60 * y
    pixels[:, :, 1] = 60 + 120 * x * y
    pixels[:, :, 2 if warm else 0] = 90 + 150 * x
    pixels[2 : height // 4, 2 : width // 4, :3] = 240
    alpha = np.minimum(1.0, 4 * (1 - np.abs(2 * y - 1)) + 0 * x) if has_alpha else np.ones((1, 1))
    pixels[:, :, 3] = 255
    packed_view(frame)[:] = (pixels * alpha[:, :, None]).round().astype(np.uint8)
    return frame


def _composed(*items: tuple[av.VideoFrame, bool, dict[str, object]]) -> Drawing:
    def draw() -> av.VideoFrame:
        placed = [
            Placed(
                SceneItem.model_validate({"id": f"i{n}", "source_id": "s", **settings}),
                Picture(frame, 0, 1, has_alpha),
            )
            for n, (frame, has_alpha, settings) in enumerate(items)
        ]
        return Compositor(*_SIZE).compose(placed).frame

    return draw


_BACK = (_picture(_SIZE, warm=False), False, dict[str, object]())


def _over(*, has_alpha: bool = False, **settings: object) -> Drawing:
    frame = _picture((48, 28), warm=True, has_alpha=has_alpha)
    return _composed(_BACK, (frame, has_alpha, {"x": 24, "y": 14, **settings}))


def _between(settings: Model, progress: float) -> Drawing:
    def draw() -> av.VideoFrame:
        first = _composed(_BACK)()
        second = _composed((_picture(_SIZE, warm=True), False, {}))()
        made = transition_kind(settings.kind).make(settings, *_SIZE)  # type: ignore[attr-defined]
        return made.mix(first, second, Moment(progress, 0))

    return draw


def _stung() -> av.VideoFrame:
    """The last third of a stinger's film: half clear over the second scene's left."""
    first = _composed(_BACK)()
    second = _composed((_picture(_SIZE, warm=True), False, {}))()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "stinger.mov"
        write_stinger(path, _SIZE)
        settings = StingerTransition(path=str(path), cut_ms=200)
        with closing(Stinger(settings, *_SIZE, patience_s=30.0)) as made:
            return made.mix(first, second, Moment(0.8, 320_000_000))


_BOUNDS = {"width": 60, "height": 40}
_DRAWINGS: dict[str, Drawing] = {
    "turned": _over(rotation=30.0),
    "turned-clear": _over(has_alpha=True, rotation=-75.0, opacity=0.8),
    "turned-flipped": _over(rotation=200.0, flip_across=True, scale=1.5),
    "cropped-contained": _over(
        crop=Crop(left=20, bottom=4), bounds=Bounds(**_BOUNDS, across="right"), flip_down=True
    ),
    "covered": _over(bounds=Bounds(**_BOUNDS, fit="cover", across="left")),
    **{f"blend-{mode}": _over(has_alpha=True, blend=mode, opacity=0.9) for mode in get_args(Blend)},
    "cut": _between(CutTransition(), 0.5),
    "stinger": _stung,
    "fade": _between(FadeTransition(), 0.3),
    "slide": _between(SlideTransition(direction="up"), 0.4),
    "swipe": _between(SwipeTransition(direction="right"), 0.6),
    "swipe-out": _between(SwipeTransition(direction="down", swipe_in=False), 0.6),
    "fade-to-colour": _between(ColourTransition(colour="#F2C14E"), 0.7),
    **{
        f"wipe-{shape}": _between(LumaTransition.model_validate({"shape": shape}), 0.5)
        for shape in get_args(LumaShape)
    },
}


@pytest.mark.parametrize("name", _DRAWINGS)
def test_a_picture_is_as_it_was(name: str) -> None:
    frame = _DRAWINGS[name]()
    seen = rgb_of(*(plane_view(frame, index) for index in range(3)))
    path = _FOLDER / f"{name}.png"
    if os.environ.get("TEEZU_GOLDEN") == "write":
        cv2.imwrite(str(path), cv2.cvtColor(seen, cv2.COLOR_RGB2BGR))
    kept = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert kept is not None, f"{path.name} is missing"
    wanted = cast(Plane, cv2.cvtColor(kept, cv2.COLOR_BGR2RGB))
    off = np.abs(seen.astype(int) - wanted)
    assert (off.max(axis=2) > _FAR).mean() <= _FEW
    assert off.mean() < _MEAN


def test_every_transition_has_a_picture() -> None:
    names = {name.replace("-", "_") for name in _DRAWINGS}
    for kind in TRANSITIONS:
        begins = kind.kind.replace("luma_", "")
        assert any(name.startswith(begins) for name in names), kind.kind


def test_no_picture_is_kept_that_nothing_draws() -> None:
    assert {path.stem for path in _FOLDER.glob("*.png")} == set(_DRAWINGS)
