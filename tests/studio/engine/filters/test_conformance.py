"""What every filter of the picture promises, whatever it does."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from annotated_types import Ge, Le
from fakes.filter_cases import (
    CASES,
    Case,
    DrivenClock,
    as_bgra,
    kind_named,
    made,
    picture,
    plain,
    result,
    veiled,
    write_files,
)

from shared.errors import InvalidInput
from studio.engine.filters import FILTERS, FilterFrame, FilterKind
from studio.engine.sources import SOURCES, SourceKind
from studio.project.filters import Filter, FilterSettings
from studio.project.filters_kinds import (
    is_picture_filter,
    is_sound_filter,
    kinds_for,
    settings_of,
    with_settings,
)
from studio.project.filters_video import VIDEO_FILTER_SETTINGS

_GOLDEN = Path(__file__).parent / "golden"
_TOLERANCE = 3
"""Levels by which a pixel may differ from its golden picture: libraries round differently."""
_MODEL_SHARE = 0.01
"""Part of the values that may differ by more where a model was asked: sums round differently."""

_KINDS = pytest.mark.parametrize("kind", FILTERS, ids=lambda kind: kind.kind)
_CASES = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with what filters read."""
    folder = tmp_path_factory.mktemp("filters")
    write_files(folder)
    return folder


def test_engine_and_document_know_the_same_kinds() -> None:
    assert [(kind.kind, kind.settings) for kind in FILTERS] == list(VIDEO_FILTER_SETTINGS)
    assert {case.kind for case in CASES} == {kind.kind for kind in FILTERS}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.kind)
def test_each_source_is_offered_what_the_engine_can_apply(source: SourceKind) -> None:
    pictures, sounds = kinds_for(source.kind)
    assert bool(pictures) == source.has_picture
    assert bool(sounds) == source.has_sound
    assert all(is_picture_filter(kind) for kind in pictures)
    assert all(is_sound_filter(kind) for kind in sounds)


@_KINDS
def test_the_first_settings_keep_shape_and_type(kind: FilterKind) -> None:
    for frame in (picture(), veiled(picture())):
        at_work = kind.make(kind.settings(), DrivenClock().filter_clock())
        shown = at_work.apply(frame)
        at_work.close()
        assert shown.colour.shape == frame.colour.shape
        assert shown.colour.dtype == np.uint8
        if shown.alpha is not None:
            assert shown.alpha.shape == frame.colour.shape[:2]
            assert shown.alpha.dtype == np.uint8


@_CASES
@pytest.mark.parametrize("has_alpha", [False, True], ids=["opaque", "veiled"])
def test_what_is_given_is_left_as_it_is(case: Case, files: Path, has_alpha: bool) -> None:
    frame = veiled(plain(case)) if has_alpha else plain(case)
    before = as_bgra(frame)
    frame.colour.setflags(write=False)
    if frame.alpha is not None:
        frame.alpha.setflags(write=False)
    shown = result(case, files, of=frame)
    assert np.array_equal(as_bgra(frame), before)
    assert shown.colour.shape[:2] == (shown.height, shown.width)
    if has_alpha:
        assert shown.alpha is not None


@_KINDS
def test_no_extreme_is_too_much(kind: FilterKind, files: Path) -> None:
    for settings in _extremes(kind.settings, files):
        clock = DrivenClock()
        at_work = kind.make(settings, clock.filter_clock())
        for frame in (picture(), veiled(picture()), _tiny(), _odd()):
            shown = at_work.apply(frame)
            assert shown.colour.ndim == 3
            assert min(shown.width, shown.height) >= 1
            clock.pass_ms(40)
        at_work.close()


def _extremes(model: type[FilterSettings], files: Path) -> list[FilterSettings]:
    """Each number at both of its ends, each choice, and a file where one can be given."""
    found: list[FilterSettings] = []
    first = {"path": str(files / _file_for(model))} if "path" in model.model_fields else {}
    for name, info in model.model_fields.items():
        values: list[object] = []
        for limit in info.metadata:
            values += [limit.ge] if isinstance(limit, Ge) else []
            values += [limit.le] if isinstance(limit, Le) else []
        values += getattr(info.annotation, "__args__", ())
        if info.annotation is bool:
            values = [True, False]
        if isinstance(info.default, str) and info.default.startswith("#"):
            values = ["#000000", "#FFFFFF", "#808080"]
        values = [value for value in values if not isinstance(value, type)]
        found += [model.model_validate(first | {name: value}) for value in values]
    assert found
    return found


def _file_for(model: type[FilterSettings]) -> str:
    return "look.cube" if model.__name__ == "LutSettings" else "mask.png"


def _tiny() -> FilterFrame:
    return FilterFrame(np.full((2, 2, 3), 90, np.uint8), None, captured_ns=1)


def _odd() -> FilterFrame:
    return FilterFrame(np.full((17, 31, 3), 90, np.uint8), None, captured_ns=1)


@_CASES
def test_settings_survive_the_file(case: Case) -> None:
    model = kind_named(case.kind).settings
    settings = model.model_validate(case.settings)
    entry = with_settings(Filter(kind=case.kind), settings)
    again = Filter.model_validate_json(entry.model_dump_json())
    assert settings_of(again) == settings
    assert json.loads(entry.model_dump_json())["settings"] == case.settings


@pytest.mark.parametrize(
    "kind",
    [kind for kind in FILTERS if "path" in kind.settings.model_fields],
    ids=lambda kind: kind.kind,
)
@pytest.mark.parametrize("content", [None, b"", b"\x00\xff nothing of ours", b"LUT_3D_SIZE 900"])
def test_a_bad_file_is_told_in_a_sentence(
    kind: FilterKind, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "strange.file"
    if content is not None:
        path.write_bytes(content)
    values: dict[str, object] = {"path": str(path)}
    if kind.kind == "background":
        values["mode"] = "image"
    with pytest.raises(InvalidInput) as caught:
        kind.make(kind.settings.model_validate(values), DrivenClock().filter_clock())
    assert "strange.file" in caught.value.message
    assert caught.value.message.endswith(".")


@_CASES
def test_it_looks_as_it_did(case: Case, files: Path) -> None:
    golden = cv2.imread(str(_GOLDEN / f"{case.name}.png"), cv2.IMREAD_UNCHANGED)
    assert golden is not None, "make it with tests/tools/filter_goldens.py"
    shown = as_bgra(result(case, files))
    assert shown.shape == golden.shape
    apart = np.abs(shown.astype(int) - golden.astype(int))
    # What cannot be seen has no colour of its own.
    apart[:, :, :3][golden[:, :, 3] == 0] = 0
    assert (apart > _TOLERANCE).mean() <= (_MODEL_SHARE if case.has_person else 0.0)


def test_no_picture_is_kept_that_no_case_draws() -> None:
    assert {path.stem for path in _GOLDEN.glob("*.png")} == {
        "plain",
        *(case.name for case in CASES),
    }


@_CASES
def test_it_changes_the_picture(case: Case, files: Path) -> None:
    shown = as_bgra(result(case, files))
    before = as_bgra(plain(case))
    same = shown.shape == before.shape and np.array_equal(shown, before)
    assert same == (case.kind == "render_delay")


@_KINDS
def test_settings_before_are_taken_over_quietly(kind: FilterKind) -> None:
    clock = DrivenClock()
    first = kind.make(kind.settings(), clock.filter_clock())
    first.apply(picture())
    second = kind.make(kind.settings(), clock.filter_clock())
    second.take_over(first)
    assert second.apply(picture()).colour.dtype == np.uint8
    second.close()


def test_a_filter_without_a_file_shows_the_same_frame(files: Path) -> None:
    frame = picture()
    for name in ("lut", "mask", "face_sticker"):
        case = Case(name, name, {})
        assert made(case, files, DrivenClock()).apply(frame) is frame
