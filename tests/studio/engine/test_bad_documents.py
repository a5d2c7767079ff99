"""Documents, numbers and models on a bad day: refused in one sentence, or shown all the same."""

import json
from pathlib import Path

import pytest
from fakes.filter_cases import DrivenClock, picture
from fakes.pictures import flat, placed
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from PySide6.QtGui import QImage

from shared.errors import AppError, InvalidInput
from shared.resources import resource_path
from studio.engine.filters import FILTERS
from studio.engine.video.compositor import Compositor
from studio.project.files import load_project
from studio.project.items import Bounds, Crop
from studio.project.model import SceneItem, empty_project


def _is_a_sentence(error: AppError) -> bool:
    return error.message.isprintable() and error.message.endswith(".") and "; " in error.message


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"document_version": 2}, "PROJECT_NEWER"),
        ({"canvas": {"width": float("nan"), "height": 1080}}, "PROJECT_DAMAGED"),
        ({"canvas": {"width": float("inf"), "height": 1080}}, "PROJECT_DAMAGED"),
        ({"canvas": {"width": 0, "height": 0}}, "PROJECT_DAMAGED"),
        ({"scenes": []}, "PROJECT_DAMAGED"),
        ({"brought_by_a_newer_studio": True}, "PROJECT_DAMAGED"),
    ],
)
def test_a_document_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, change: dict[str, object], code: str
) -> None:
    document = json.loads(empty_project().model_dump_json()) | change
    path = tmp_path / "show.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InvalidInput) as told:
        load_project(path)
    assert (told.value.code, _is_a_sentence(told.value)) == (code, True)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 1e400, 0])
@pytest.mark.parametrize("field", ["scale", "rotation", "opacity"])
def test_no_number_that_is_none_gets_into_an_item(field: str, number: float) -> None:
    fine = number == 0 and field != "scale"
    if fine:
        SceneItem.model_validate({"source_id": "s", field: number})
        return
    with pytest.raises(ValidationError):
        SceneItem.model_validate({"source_id": "s", field: number})


_CROPS = st.sampled_from([0, 1, 31, 32, 63, 64, 10**9])
_SMALL = flat((64, 36), (200, 100, 50))


@settings(max_examples=60)
@given(
    scale=st.sampled_from([5e-324, 1e-9, 0.001, 0.01, 1.0, 64.0]),
    rotation=st.sampled_from([0.0, 1e-9, 45.0, 90.0, 180.0, -360.0]),
    crop=st.builds(Crop, left=_CROPS, top=_CROPS, right=_CROPS, bottom=_CROPS),
    bounds=st.none() | st.builds(Bounds, width=st.just(2), height=st.sampled_from([2, 7680])),
    x=st.sampled_from([-15360, -1, 0, 1, 15360]),
    blend=st.sampled_from(["normal", "add", "screen", "multiply"]),
    opacity=st.sampled_from([0.0, 1e-9, 0.5, 1.0]),
)
def test_whatever_size_an_item_has_the_picture_is_composed(**values: object) -> None:
    composed = Compositor(64, 36).compose([placed(_SMALL, **values)])
    assert (composed.frame.width, composed.frame.height) == (64, 36)


# Models


@pytest.mark.parametrize("content", [None, b"", b"no model at all" * 100])
@pytest.mark.parametrize("kind", ["background", "face_sticker"])
def test_a_model_that_is_missing_or_damaged_hides_what_should_not_be_seen(
    kind: str,
    content: bytes | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "model.tflite"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr("studio.engine.filters.models.resource_path", lambda *_parts: path)
    entry = next(each for each in FILTERS if each.kind == kind)
    star = tmp_path / "star.png"
    image = QImage(16, 16, QImage.Format.Format_RGB32)
    assert image.save(str(star))
    values = {"path": str(star)} if kind == "face_sticker" else {}
    at_work = entry.make(entry.settings.model_validate(values), DrivenClock().filter_clock())
    with pytest.raises(AppError) as told:
        at_work.apply(picture())
    assert (told.value.code, _is_a_sentence(told.value)) == ("MODEL_MISSING", True)


def test_the_real_models_are_there() -> None:
    assert list(resource_path("models").glob("*.tflite"))
