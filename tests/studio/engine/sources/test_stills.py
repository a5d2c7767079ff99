"""Pictures, slideshows, gradients and text: what they show, and their bad days."""

import random
import resource
from pathlib import Path

import numpy as np
import pytest
from fakes.sink import FakeSink, hurried
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from shared.errors import InvalidInput
from studio.engine.pixels import packed_view
from studio.engine.sources import kind_of
from studio.engine.sources.pictures import read_picture
from studio.engine.sources.slideshow import SlideshowCapture
from studio.project.model import GradientSource, ImageSource, Model, SlideshowSource, TextSource


@pytest.fixture(scope="module", autouse=True)
def fonts(qapp: QApplication) -> None:
    """Text is painted by the application that every test of this process shares."""


def _run(settings: Model, *, waits: int = 0) -> FakeSink:
    sink = hurried(waits)
    kind_of(settings.kind).make(settings).run(sink)  # type: ignore[attr-defined]
    return sink


def _flat(path: Path, colour: str, size: tuple[int, int] = (64, 36)) -> Path:
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    assert image.save(str(path))
    return path


def _middle(sink: FakeSink, index: int = -1) -> tuple[int, ...]:
    pixels = packed_view(sink.pictures[index].frame)
    return tuple(int(part) for part in pixels[pixels.shape[0] // 2, pixels.shape[1] // 2])


# Pictures


@pytest.mark.qt_log_ignore("Rejecting image", extend=True)
def test_a_picture_of_sixteen_thousand_pixels_a_side_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    huge = QImage(16_000, 16_000, QImage.Format.Format_Mono)
    huge.fill(1)
    assert huge.save(str(path))
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InvalidInput) as told:
        read_picture(str(path))
    assert told.value.code == "PICTURE_TOO_LARGE"
    assert "huge.png" in told.value.message
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 100_000


def test_a_large_picture_is_scaled_while_it_is_read(tmp_path: Path) -> None:
    image = read_picture(str(_flat(tmp_path / "wide.png", "red", (8400, 200))))
    assert image.width() <= 8192
    assert image.width() / image.height() == pytest.approx(42, rel=0.02)
    assert image.pixelColor(10, 10).red() == 255


@pytest.mark.qt_log_ignore("JPEG datastream", "Bogus Huffman", extend=True)
@pytest.mark.parametrize("cut", [0, 10, 400])
def test_a_truncated_picture_is_one_sentence_or_what_there_is_of_it(
    tmp_path: Path, cut: int
) -> None:
    whole = _flat(tmp_path / "whole.jpg", "blue", (400, 400)).read_bytes()
    path = tmp_path / "cut.jpg"
    path.write_bytes(whole[:cut])
    with pytest.raises(InvalidInput) as told:
        _run(ImageSource(path=str(path)))
    assert told.value.code == "FILE_DAMAGED"
    assert "cut.jpg" in told.value.message


# Slideshow


def test_a_slideshow_shows_each_picture_in_order_and_begins_again(tmp_path: Path) -> None:
    for name, colour in (("b.png", "lime"), ("a.png", "red"), ("c.png", "blue")):
        _flat(tmp_path / name, colour)
    (tmp_path / "notes.txt").write_text("no picture")
    sink = _run(SlideshowSource(paths=(str(tmp_path),), fade_s=0, width=320, height=180), waits=4)
    assert [_middle(sink, index)[:3] for index in range(4)] == [
        (0, 0, 255),
        (0, 255, 0),
        (255, 0, 0),
        (0, 0, 255),
    ]
    assert sink.pictures[0].frame.width == 320
    gaps = np.diff(sink.stop.waited_until[1:4]) / 1e9
    assert (gaps >= 0).all()


def test_a_slideshow_fades_from_one_picture_to_the_next(tmp_path: Path) -> None:
    paths = tuple(str(_flat(tmp_path / f"{colour}.png", colour)) for colour in ("black", "white"))
    sink = _run(
        SlideshowSource(paths=paths, fade_s=0.5, loop=False, width=64, height=36), waits=100
    )
    levels = [_middle(sink, index)[0] for index in range(len(sink.pictures))]
    assert levels[0] == 0
    assert levels[-1] == 255
    assert levels == sorted(levels)
    assert 13 <= len(levels) <= 17


def test_random_order_shows_every_picture_once_a_round(tmp_path: Path) -> None:
    paths = tuple(str(_flat(tmp_path / f"{n}.png", f"#{n:02x}0000", (2, 2))) for n in range(1, 21))
    sink = hurried(19)
    settings = SlideshowSource(
        paths=paths, fade_s=0, order="random", loop=False, width=16, height=16
    )
    SlideshowCapture(settings, chance=random.Random(3)).run(sink)
    reds = [_middle(sink, index)[2] for index in range(len(sink.pictures))]
    assert sorted(reds) == list(range(1, len(reds) + 1))[: len(reds)] or len(set(reds)) == len(reds)
    assert reds != sorted(reds)


def test_a_slideshow_leaves_out_what_it_cannot_read_and_says_so_once(tmp_path: Path) -> None:
    bad, gone = tmp_path / "bad.png", tmp_path / "gone.png"
    bad.write_bytes(b"no picture")
    good = _flat(tmp_path / "good.png", "lime")
    sink = _run(
        SlideshowSource(paths=(str(bad), str(good), str(gone)), fade_s=0, width=16, height=16),
        waits=3,
    )
    assert [error.code for error in sink.warnings] == ["FILE_DAMAGED"]
    assert {_middle(sink, index)[:3] for index in range(len(sink.pictures))} == {(0, 255, 0)}


def test_a_slideshow_without_a_picture_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as told:
        _run(SlideshowSource(paths=(str(tmp_path),)))
    assert told.value.code == "SLIDESHOW_EMPTY"


# Gradient


@pytest.mark.parametrize(
    ("angle", "first", "last"),
    [(0, (90, 2), (90, 317)), (90, (2, 160), (177, 160)), (180, (90, 317), (90, 2))],
)
def test_a_gradient_goes_from_one_colour_to_the_other(
    angle: int, first: tuple[int, int], last: tuple[int, int]
) -> None:
    sink = _run(
        GradientSource(colour="#FF0000", colour_to="#0000FF", angle=angle, width=320, height=180)
    )
    pixels = packed_view(sink.pictures[0].frame).astype(int)
    assert pixels[first] == pytest.approx([0, 0, 255, 255], abs=5)
    assert pixels[last] == pytest.approx([255, 0, 0, 255], abs=5)
    assert pixels[90, 160] == pytest.approx([127, 0, 127, 255], abs=4)
    assert not sink.pictures[0].has_alpha


def test_a_transparent_end_is_premultiplied() -> None:
    sink = _run(
        GradientSource(colour="#FFFFFF", colour_to="#FFFFFF00", angle=0, width=64, height=8)
    )
    pixels = packed_view(sink.pictures[0].frame).astype(int)
    assert (pixels[:, :, :3].max(axis=2) <= pixels[:, :, 3]).all()
    assert sink.pictures[0].has_alpha


# Text


def _ink(sink: FakeSink, index: int = -1) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is not transparent."""
    covered = packed_view(sink.pictures[index].frame)[:, :, 3] > 40
    rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])


def test_outline_and_shadow_lie_around_and_behind_the_letters() -> None:
    plain = _run(TextSource(text="Hi", size_px=60, colour="#00FF00"))
    outlined = _run(
        TextSource(text="Hi", size_px=60, colour="#00FF00", outline_px=6, outline_colour="#FF0000")
    )
    shadowed = _run(TextSource(text="Hi", size_px=60, shadow_px=9, shadow_colour="#0000FF"))
    wide = _ink(plain)[2] - _ink(plain)[0]
    assert _ink(outlined)[2] - _ink(outlined)[0] == pytest.approx(wide + 12, abs=2)
    assert _ink(shadowed)[2] - _ink(shadowed)[0] == pytest.approx(wide + 9, abs=2)
    reds = packed_view(outlined.pictures[0].frame)[:, :, 2] > 200
    greens = packed_view(outlined.pictures[0].frame)[:, :, 1] > 200
    assert reds.sum() > 300
    assert greens.sum() > 300


@pytest.mark.parametrize("align", ["left", "centre", "right"])
def test_text_is_aligned_in_the_width_it_breaks_at(align: str) -> None:
    sink = _run(
        TextSource.model_validate({"text": "Hi", "size_px": 40, "wrap_px": 400, "align": align})
    )
    left, _, right, _ = _ink(sink)
    width = sink.pictures[0].frame.width
    spare = {"left": left, "right": width - right, "centre": abs(left - (width - right))}[align]
    assert spare < 20
    assert width == pytest.approx(400 + 20, abs=3)


def test_long_text_breaks_between_words() -> None:
    words = "The quick brown fox jumps over the lazy dog"
    once = _run(TextSource(text=words, size_px=40))
    broken = _run(TextSource(text=words, size_px=40, wrap_px=300))
    assert broken.pictures[0].frame.width < 340
    assert broken.pictures[0].frame.height > 2.5 * once.pictures[0].frame.height


def test_text_from_a_file_changes_with_it(tmp_path: Path) -> None:
    path = tmp_path / "song.txt"
    path.write_text("Now: a song\n", encoding="utf-8-sig")
    sink = hurried(4)
    seen: list[int] = []

    class Editor(type(sink.stop)):  # type: ignore[misc]
        """Writes the file while the capture waits."""

        def wait_until(self, moment_ns: int) -> bool:
            if len(seen) == 0:
                seen.append(1)
                path.write_text("Now: another, longer song")
            return super().wait_until(moment_ns)

    sink.stop = Editor(4)
    kind_of("text").make(TextSource(text_file=str(path))).run(sink)
    assert len(sink.pictures) == 2
    assert sink.pictures[1].frame.width > sink.pictures[0].frame.width


def test_a_missing_text_file_and_a_missing_font_are_said_once(tmp_path: Path) -> None:
    sink = _run(TextSource(text_file=str(tmp_path / "gone.txt"), family="No Such Font"), waits=5)
    assert [error.code for error in sink.warnings] == ["FONT_MISSING", "FILE_MISSING"]
    assert "gone.txt" in sink.warnings[1].message
    assert len(sink.pictures) == 1


def test_text_scrolls_in_at_one_side_and_out_at_the_other() -> None:
    settings = TextSource(
        text="News", size_px=40, scroll="sideways", scroll_px_s=300, scroll_box_px=200
    )
    sink = _run(settings, waits=30)
    assert {shown.frame.width for shown in sink.pictures} == {200}
    lefts = [
        np.flatnonzero((packed_view(shown.frame)[:, :, 3] > 40).any(axis=0))
        for shown in sink.pictures
    ]
    visible = [int(columns[0]) for columns in lefts if columns.size]
    assert visible[0] > 150
    turn = visible.index(min(visible))
    assert visible[: turn + 1] == sorted(visible[: turn + 1], reverse=True)
    assert np.diff(visible[2:6]) == pytest.approx([-10] * 3, abs=2)
    upwards = _run(settings.model_copy(update={"scroll": "upwards"}), waits=20)
    assert {shown.frame.height for shown in upwards.pictures} == {200}
    assert _ink(upwards, -1)[1] < 200
