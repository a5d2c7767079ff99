"""A small picture, settings for every filter of the picture that show, and the files they need."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from studio.engine.filters import FILTERS, FilterClock, FilterFrame, FilterKind, VideoFilter
from studio.engine.filters.base import Pixels, as_pixels

WIDTH, HEIGHT = 64, 48
TICK_NS = 33_333_333


@dataclass(slots=True)
class DrivenClock:
    """A clock that goes only when told."""

    now: int = 1_000_000_000

    def pass_ms(self, milliseconds: float) -> None:
        """Let time go by."""
        self.now += round(milliseconds * 1e6)

    def filter_clock(self) -> FilterClock:
        """This clock as filters get it."""
        return FilterClock(lambda: self.now, TICK_NS)


@dataclass(frozen=True, slots=True)
class Case:
    """A filter with settings that change the picture; `{folder}` in a path is the files' folder."""

    name: str
    kind: str
    settings: dict[str, Any]
    wait_ms: float = 0.0
    """Time that goes by before the picture is taken."""
    has_person: bool = False
    """Its filter looks for a person: it gets a picture with one."""


CASES = (
    Case("colour-levels", "colour_correction", {"gamma": 0.5, "contrast": 0.3, "add": "#200000"}),
    Case("colour-hue", "colour_correction", {"hue_degrees": 90.0, "saturation": 0.4}),
    Case("colour-faint", "colour_correction", {"opacity": 0.4, "multiply": "#80FF80"}),
    Case("lut-3d", "lut", {"path": "{folder}/look.cube"}),
    Case("lut-1d", "lut", {"path": "{folder}/curve.cube", "amount": 0.5}),
    Case("look-evening", "lut", {"look": "evening"}, has_person=True),
    Case("crop-pad", "crop_pad", {"left": 10, "top": 4, "right": -8, "bottom": 2}),
    Case("chroma-key", "chroma_key", {"similarity": 0.3, "smoothness": 0.1, "spill": 0.3}),
    Case("sharpen", "sharpen", {"amount": 1.5}),
    Case("mask-luma", "mask", {"path": "{folder}/mask.png"}),
    Case("mask-alpha", "mask", {"path": "{folder}/mask.png", "mode": "alpha", "invert": True}),
    Case("mask-multiply", "mask", {"path": "{folder}/mask.png", "mode": "multiply"}),
    Case("mask-add", "mask", {"path": "{folder}/mask.png", "mode": "add", "opacity": 0.5}),
    Case("blur-gaussian", "blur", {"radius_px": 12}),
    Case("blur-box", "blur", {"radius_px": 4, "shape": "box"}),
    Case("scroll", "scroll", {"x_px_per_s": 100, "y_px_per_s": -50}, wait_ms=200.0),
    Case("render-delay", "render_delay", {"delay_ms": 200}, wait_ms=300.0),
    Case("background-blur", "background", {"radius_px": 12}, has_person=True),
    Case(
        "background-colour",
        "background",
        {"mode": "colour", "colour": "#804020", "softness": 0.1},
        has_person=True,
    ),
    Case(
        "background-image",
        "background",
        {"mode": "image", "path": "{folder}/mask.png"},
        has_person=True,
    ),
    Case("background-transparent", "background", {"mode": "transparent"}, has_person=True),
    Case(
        "face-sticker",
        "face_sticker",
        {"path": "{folder}/star.png", "size": 0.8, "down": -0.3},
        has_person=True,
    ),
)


def picture() -> FilterFrame:
    """A person's outline before a green cloth, with a gradient and sharp edges."""
    colour = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    across, down = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    colour[:, :, 0] = 20 + across // 4
    colour[:, :, 1] = 180 + down
    colour[:, :, 2] = 30 + across // 4
    body = ((across - 32) / 18) ** 2 + ((down - 52) / 22) ** 2 < 1
    head = ((across - 32) / 9) ** 2 + ((down - 18) / 11) ** 2 < 1
    colour[body] = (140, 60, 50)
    colour[head] = (120, 160, 220)
    colour[15:17, 27:30] = colour[15:17, 34:37] = (40, 30, 30)
    ramp = np.linspace(0, 255, 20).astype(np.uint8)
    colour[2:8, 2:22] = ramp[None, :, None]
    colour[40:46, 54:62] = np.where((across + down)[40:46, 54:62, None] % 2, 255, 0)
    return FilterFrame(colour, None, captured_ns=1_000_000_000)


def portrait(*, turned: float = 0.0) -> FilterFrame:
    """A person drawn well enough to be found, before a wall; `turned` leans them, in degrees."""
    large = np.full((480, 640, 3), (150, 140, 120), np.uint8)
    for across in range(0, 640, 80):
        cv2.line(large, (across, 0), (across, 480), (90, 80, 60), 4)
    for centre, axes, end, colour in (
        ((320, 450), (190, 150), 360, (90, 50, 40)),
        ((320, 180), (88, 110), 360, (30, 40, 60)),
        ((320, 200), (75, 100), 360, (140, 170, 225)),
        ((320, 255), (28, 10), 360, (90, 90, 190)),
        ((320, 228), (14, 6), 180, (110, 140, 200)),
    ):
        cv2.ellipse(large, centre, axes, 0, 0, end, colour, -1)
    for across in (290, 350):
        cv2.ellipse(large, (across, 185), (14, 8), 0, 0, 360, (240, 240, 240), -1)
        cv2.circle(large, (across, 185), 6, (60, 40, 30), -1)
        cv2.ellipse(large, (across, 166), (18, 5), 0, 180, 360, (40, 50, 80), -1)
    if turned:
        matrix = cv2.getRotationMatrix2D((320, 200), -turned, 1)
        large = as_pixels(cv2.warpAffine(large, matrix, (640, 480)))
    small = as_pixels(cv2.resize(large, (128, 96), interpolation=cv2.INTER_AREA))
    return FilterFrame(small, None, captured_ns=1_000_000_000)


def veiled(frame: FilterFrame) -> FilterFrame:
    """The picture with a transparency that falls to the right."""
    ramp = np.linspace(255, 0, frame.width).astype(np.uint8)
    return frame.with_alpha(np.repeat(ramp[None], frame.height, axis=0))


def write_files(folder: Path) -> None:
    """Make the files that the cases name."""
    folder.mkdir(parents=True, exist_ok=True)
    levels = (0.0, 0.4, 1.0)
    rows = [
        f"{red:.3f} {green * 0.8:.3f} {1 - blue:.3f}"
        for blue in levels
        for green in levels
        for red in levels
    ]
    head = 'TITLE "A look"\n# made for tests\nLUT_3D_SIZE 3\n'
    (folder / "look.cube").write_text(head + "\n".join(rows), encoding="utf-8")
    curve = "LUT_1D_SIZE 3\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 1 1 1\n1 1 1\n0.5 0.2 0.5\n0 0 0\n"
    (folder / "curve.cube").write_text(curve, encoding="utf-8")
    mask = np.zeros((24, 32, 4), np.uint8)
    mask[:, :, 1] = np.linspace(0, 255, 32).astype(np.uint8)
    mask[:, :, 2] = 255
    mask[:, :, 3] = 255
    mask[12:, :8, 3] = 100
    cv2.imwrite(str(folder / "mask.png"), mask)
    star = np.zeros((64, 64, 4), np.uint8)
    angles = np.arange(10) * np.pi / 5
    far = np.where(np.arange(10) % 2, 12, 30)
    points = np.stack([32 + far * np.sin(angles), 32 - far * np.cos(angles)], axis=-1)
    cv2.fillPoly(star, [points.astype(np.int32)], (40, 200, 250, 255))
    cv2.imwrite(str(folder / "star.png"), star)


def kind_named(name: str) -> FilterKind:
    """The registry entry of a kind."""
    return next(kind for kind in FILTERS if kind.kind == name)


def made(case: Case, folder: Path, clock: DrivenClock) -> VideoFilter:
    """The filter of a case."""
    kind = kind_named(case.kind)
    values = {
        name: value.format(folder=folder.as_posix()) if isinstance(value, str) else value
        for name, value in case.settings.items()
    }
    return kind.make(kind.settings.model_validate(values), clock.filter_clock())


def plain(case: Case) -> FilterFrame:
    """The picture a case begins with."""
    return portrait() if case.has_person else picture()


def result(case: Case, folder: Path, *, of: FilterFrame | None = None) -> FilterFrame:
    """What the filter of a case makes of its picture, or of another."""
    clock = DrivenClock()
    at_work = made(case, folder, clock)
    frame = of or plain(case)
    shown = at_work.apply(frame)
    if case.wait_ms:
        clock.pass_ms(case.wait_ms)
        shown = at_work.apply(frame)
    at_work.close()
    return shown


def as_bgra(frame: FilterFrame) -> Pixels:
    """A frame as one array of four channels."""
    pixels = as_pixels(cv2.cvtColor(frame.colour, cv2.COLOR_BGR2BGRA))
    if frame.alpha is not None:
        pixels[:, :, 3] = frame.alpha
    return pixels
