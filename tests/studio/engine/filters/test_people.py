"""Filters that look for a person: what they find, how often they look, and what they never show."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fakes.filter_cases import DrivenClock, picture, portrait, write_files

from shared.errors import AppError, Unavailable
from studio.engine.filters import FILTERS, FilterChain
from studio.engine.filters.background import Background, covering
from studio.engine.filters.base import Pixels
from studio.engine.filters.face_sticker import FaceSticker
from studio.engine.filters.faces import BlazeFaceFinder, Face
from studio.engine.filters.models import Model, Values
from studio.engine.filters.person import SelfieFinder
from studio.project.filters import Filter
from studio.project.filters_video import BackgroundSettings, FaceStickerSettings


class _Halves:
    """Finds the person in the left half, and takes its time."""

    def __init__(self, clock: DrivenClock, cost_ms: float = 0.0) -> None:
        self.looks = 0
        self._clock, self._cost_ms = clock, cost_ms

    def find(self, colour: Pixels) -> Values:
        self.looks += 1
        self._clock.pass_ms(self._cost_ms)
        found = np.zeros((16, 16), np.float32)
        found[:, :8] = 1.0
        return found


class _Faces:
    """Finds what it is told to."""

    def __init__(self, *faces: Face | None) -> None:
        self._faces = list(faces)

    def find(self, colour: Pixels) -> Face | None:
        return self._faces.pop(0) if len(self._faces) > 1 else self._faces[0]


def test_the_person_is_told_from_the_wall() -> None:
    found = SelfieFinder().find(portrait().colour)
    rows, columns = found.shape
    assert found[int(rows * 0.45), columns // 2] > 0.9  # the face
    assert found[int(rows * 0.9), columns // 2] > 0.9  # the chest
    assert found[:, : columns // 10].max() < 0.1
    assert found[: rows // 20].max() < 0.1


@pytest.mark.parametrize("degrees", [-20.0, 0.0, 20.0])
def test_the_face_is_found_with_its_lean(degrees: float) -> None:
    face = BlazeFaceFinder().find(portrait(turned=degrees).colour)
    assert face is not None
    assert abs(face.x - 64) < 4
    assert abs(face.y - 42) < 5
    assert 18 < face.width < 40
    assert abs(np.degrees(face.turn) - degrees) < 6


def test_no_face_is_found_where_there_is_none() -> None:
    finder = BlazeFaceFinder()
    assert finder.find(np.full((48, 64, 3), 128, np.uint8)) is None
    assert finder.find(np.zeros((64, 48, 3), np.uint8)) is None


def test_a_mask_serves_until_there_is_time_for_the_next() -> None:
    clock = DrivenClock()
    finder = _Halves(clock, cost_ms=10)
    at_work = Background(
        BackgroundSettings(mode="transparent"), clock.filter_clock(), finder=lambda: finder
    )
    for _ in range(6):  # every 10 ms; after a look of 10 ms, the next may come 30 ms later
        shown = at_work.apply(picture())
        clock.pass_ms(10)
    assert finder.looks == 3
    assert shown.alpha is not None
    assert (shown.alpha[:, :24] == 255).all()
    assert (shown.alpha[:, 40:] == 0).all()


def test_a_slow_machine_looks_again_after_a_tenth_of_a_second() -> None:
    clock = DrivenClock()
    finder = _Halves(clock, cost_ms=90)
    at_work = Background(BackgroundSettings(), clock.filter_clock(), finder=lambda: finder)
    at_work.apply(picture())
    clock.pass_ms(20)
    at_work.apply(picture())
    assert finder.looks == 2


def test_other_settings_keep_the_model() -> None:
    clock = DrivenClock()
    finder = _Halves(clock)
    made: list[_Halves] = []

    def make() -> _Halves:
        made.append(finder)
        return finder

    first = Background(BackgroundSettings(), clock.filter_clock(), finder=make)
    first.apply(picture())
    second = Background(BackgroundSettings(radius_px=40), clock.filter_clock(), finder=make)
    second.take_over(first)
    second.apply(picture())
    assert len(made) == 1


def test_the_person_leaves_no_shine_in_the_blur() -> None:
    clock = DrivenClock()
    frame = picture()
    frame.colour[:, :32] = 255
    frame.colour[:, 32:] = 0
    at_work = Background(
        BackgroundSettings(radius_px=30, softness=0.0),
        clock.filter_clock(),
        finder=lambda: _Halves(clock),
    )
    shown = at_work.apply(frame)
    assert (shown.colour[:, :28] == 255).all()
    assert shown.colour[:, 36:].max() < 40


def test_a_picture_behind_is_filled_up_from_its_middle() -> None:
    wide = np.zeros((10, 40, 3), np.uint8)
    wide[:, 15:25] = 200
    assert (covering(wide, 20, 20) == 200).all()
    tall = np.ascontiguousarray(wide.transpose(1, 0, 2))
    assert (covering(tall, 20, 20) == 200).all()


def test_the_whole_picture_is_hidden_when_the_person_cannot_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(self: Model, name: str) -> None:
        raise Unavailable("People cannot be found here; remove this filter.", code="MODEL_MISSING")

    monkeypatch.setattr(Model, "__init__", fail)
    problems: list[AppError] = []
    chain = FilterChain(
        FILTERS,
        DrivenClock().filter_clock(),
        on_problem=lambda _entry, error: problems.append(error),
    )
    chain.set_filters((Filter(kind="background"),))
    frame = portrait()
    for _ in range(2):
        shown = chain.apply(frame)
    assert [error.code for error in problems] == ["MODEL_MISSING"]
    # The lines on the wall are gone, and so is the face.
    assert np.abs(np.diff(shown.colour[:8].astype(int), axis=1)).max() < 8
    assert np.abs(np.diff(frame.colour[:8].astype(int), axis=1)).max() > 30


def test_a_model_that_is_not_there_is_told_in_a_sentence() -> None:
    with pytest.raises(Unavailable) as caught:
        Model("nothing.tflite")
    assert caught.value.code == "MODEL_MISSING"


def _sticker(tmp_path: Path, clock: DrivenClock, finder: Callable[[], _Faces]) -> FaceSticker:
    write_files(tmp_path)
    settings = FaceStickerSettings(path=str(tmp_path / "star.png"), smoothing=0.5, size=1.0)
    return FaceSticker(settings, clock.filter_clock(), finder=finder)


def _middle(frame: Pixels) -> float | None:
    """Where the sticker's yellow is, across."""
    yellow = (frame[:, :, 2] > 200) & (frame[:, :, 0] < 80)
    return None if not yellow.any() else float(np.argwhere(yellow)[:, 1].mean())


def test_the_sticker_follows_smoothly_and_stays_a_second(tmp_path: Path) -> None:
    clock = DrivenClock()
    faces = _Faces(Face(30, 48, 24, 0), Face(50, 48, 24, 0), None)
    at_work = _sticker(tmp_path, clock, lambda: faces)
    frame = portrait()
    places = []
    for _ in range(4):
        places.append(_middle(at_work.apply(frame).colour))
        clock.pass_ms(400)
    assert places[0] == pytest.approx(30, abs=1)
    assert places[1] == pytest.approx(40, abs=1)  # half of the way
    assert places[2] == places[3] == places[1]  # lost, but not for long
    clock.pass_ms(400)
    assert at_work.apply(frame) is frame


def test_a_sticker_at_the_edge_is_cut_and_one_outside_is_not_drawn(tmp_path: Path) -> None:
    clock = DrivenClock()
    for face in (Face(0, 0, 60, 0.5), Face(128, 96, 500, 0), Face(-400, 10, 30, 0)):
        at_work = _sticker(tmp_path, clock, lambda face=face: _Faces(face))
        shown = at_work.apply(portrait())
        assert shown.colour.shape == portrait().colour.shape
        assert (_middle(shown.colour) is None) == (face.x < -100)
