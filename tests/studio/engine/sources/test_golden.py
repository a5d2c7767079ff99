"""What sources paint looks as it did: words, colours, and the card that stands in for a picture."""

import os
from pathlib import Path

import av
import pytest
from fakes.overlays import difference
from fakes.sink import hurried
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from studio.engine.pixels import packed_view
from studio.engine.source_care import placeholder
from studio.engine.sources import kind_of
from studio.project.model import GradientSource, TextSource

_GOLDEN = Path(__file__).parent / "golden"
_MEAN_AT_MOST, _LARGEST_AT_MOST = 2.0, 80.0
"""In levels of 255, after shrinking to a quarter: another FreeType passes, another word not."""

_PAINTED = {
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
}


@pytest.fixture(scope="module", autouse=True)
def fonts(qapp: QApplication) -> None:
    """Text is painted by the application that every test of this process shares."""


def _image(frame: av.VideoFrame) -> QImage:
    pixels = packed_view(frame).copy()
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


@pytest.mark.parametrize("name", _PAINTED)
def test_a_source_paints_as_it_did(name: str) -> None:
    settings, sink = _PAINTED[name], hurried(0)
    kind_of(settings.kind).make(settings).run(sink)
    _compare(name, sink.pictures[0].frame)


def test_the_card_of_a_source_in_trouble_looks_as_it_did() -> None:
    _compare("card", placeholder("Porch camera", 640, 360))


@pytest.mark.parametrize("size", [(2, 2), (40, 4000), (7680, 64), (161, 91)])
def test_a_card_fits_any_picture(size: tuple[int, int]) -> None:
    frame = placeholder("A camera with a very long name that goes on and on", *size)
    assert frame.width - size[0] in (0, 1)
    assert frame.height - size[1] in (0, 1)
