"""What each source shows looks as it did, and so does the card that stands in for a picture.

Overlays are sources as well; their pictures are in tests/studio/engine/overlays.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from fakes.devices import window_ring, with_devices
from fakes.media import write_flash_clip
from fakes.overlays import difference
from fakes.sink import FakeSink, HurriedStop
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from studio.engine.overlays import OVERLAYS
from studio.engine.pixels import packed_view
from studio.engine.schedule import NS
from studio.engine.source_care import placeholder
from studio.engine.sources import SOURCES, kind_of
from studio.project.model import (
    CameraSource,
    ColourSource,
    FileSource,
    GradientSource,
    ImageSource,
    PatternSource,
    ScreenSource,
    SlideshowSource,
    TextSource,
    WindowSource,
)

_GOLDEN = Path(__file__).parent / "golden"
_MEAN_AT_MOST, _LARGEST_AT_MOST = 2.0, 80.0
"""In levels of 255, after shrinking to a quarter: another FreeType passes, another word not."""

_CASES = {
    "text": TextSource(text="Good evening\nfrom the roof", size_px=48, bold=True),
    "text_decorated": TextSource(
        text="Live tonight",
        size_px=56,
        colour="#FBBF24",
        outline_px=4,
        shadow_px=5,
        align="centre",
        wrap_px=240,
        background="#14121E",
    ),
    "gradient": GradientSource(width=320, height=180, angle=30),
    "colour": ColourSource(colour="#BE185D80", width=64, height=36),
    "pattern": PatternSource(width=160, height=90),
    "file": FileSource(path="{folder}/clip.mkv", loop=False),
    "image": ImageSource(path="{folder}/logo.png"),
    "slideshow": SlideshowSource(paths=("{folder}/logo.png",), width=160, height=90),
    "camera": CameraSource(device="Porch"),
    "screen": ScreenSource(display=":0"),
    "window": WindowSource(title="Painting"),
}
"""By the name of the picture. What needs a device gets a driver that always shows the same."""


@pytest.fixture(scope="module", autouse=True)
def fonts(qapp: QApplication) -> None:
    """Text is painted by the application that every test of this process shares."""


class _Once(FakeSink):
    """A sink that ends a capture with its third picture."""

    def publish(self, frame: av.VideoFrame, *, captured_ns: int, has_alpha: bool = False) -> None:
        super().publish(frame, captured_ns=captured_ns, has_alpha=has_alpha)
        if len(self.pictures) == 3:
            self.stop.set()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A clip and a picture in a folder, and devices."""
    write_flash_clip(tmp_path / "clip.mkv", seconds=1, size=(64, 36))
    logo = QImage(51, 30, QImage.Format.Format_ARGB32)
    logo.fill(0x80FF8000)
    assert logo.save(str(tmp_path / "logo.png"))
    ring = window_ring(tmp_path)
    with_devices(monkeypatch, ring)
    yield tmp_path
    ring.close()


def _image(frame: av.VideoFrame) -> QImage:
    if frame.format.name not in ("bgra", "bgr0"):
        frame = frame.reformat(format="bgra")
    pixels = packed_view(frame).copy()
    if frame.format.name == "bgr0":
        pixels[:, :, 3] = 255
    image = QImage(
        pixels.data,
        frame.width,
        frame.height,
        frame.width * 4,
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    return image.copy()


def _compare(name: str, frame: av.VideoFrame) -> None:
    image, path = _image(frame), _GOLDEN / f"{name}.png"
    if os.environ.get("TEEZU_WRITE_GOLDEN"):
        assert image.save(str(path))
    golden = QImage(str(path))
    assert not golden.isNull(), "look at it, then write it with TEEZU_WRITE_GOLDEN=1"
    assert abs(image.width() - golden.width()) <= 4
    assert abs(image.height() - golden.height()) <= 4
    mean, largest = difference(image.scaled(golden.size()), golden)
    assert (mean < _MEAN_AT_MOST, largest < _LARGEST_AT_MOST) == (True, True), (mean, largest)


@pytest.mark.parametrize("name", _CASES)
def test_a_source_looks_as_it_did(name: str, folder: Path) -> None:
    case = _CASES[name]
    written = case.model_dump_json().replace("{folder}", str(folder))
    settings = type(case).model_validate_json(written)
    sink = _Once(HurriedStop(40), _tick_ns=10 * NS)
    kind_of(settings.kind).make(settings).run(sink)
    _compare(name, sink.pictures[min(2, len(sink.pictures) - 1)].frame)


def test_every_source_with_a_picture_has_one_kept_and_none_is_left_over() -> None:
    shown = {kind.kind for kind in SOURCES if kind.has_picture}
    overlays = {kind.kind for kind in OVERLAYS}
    assert {case.kind for case in _CASES.values()} == shown - overlays
    assert {path.stem for path in _GOLDEN.glob("*.png")} == {*_CASES, "card"}


def test_the_card_of_a_source_in_trouble_looks_as_it_did() -> None:
    _compare("card", placeholder("Porch camera", 640, 360))


@pytest.mark.parametrize("size", [(2, 2), (40, 4000), (7680, 64), (161, 91)])
def test_a_card_fits_any_picture(size: tuple[int, int]) -> None:
    frame = placeholder("A camera with a very long name that goes on and on", *size)
    assert frame.width - size[0] in (0, 1)
    assert frame.height - size[1] in (0, 1)
