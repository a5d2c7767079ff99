"""Project files: back as they were, from the newest whole version, never from a newer studio."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.errors import AppError, InvalidInput
from shared.files import generation
from studio.project.files import load_project, save_project
from studio.project.model import Project, empty_project


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "show.json"


def test_a_project_comes_back_as_it_was(path: Path) -> None:
    project = empty_project(width=1280, height=720)
    save_project(path, project)
    assert load_project(path) == project


def test_a_missing_project_is_told_apart(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_project(path)


def test_a_damaged_project_is_replaced_by_the_version_before(
    path: Path, expect_log: object
) -> None:
    expect_log("is damaged")  # type: ignore[operator]
    first, second = empty_project(scene_name="First"), empty_project(scene_name="Second")
    save_project(path, first)
    save_project(path, second)
    path.write_bytes(path.read_bytes()[:100])
    assert load_project(path) == first


def test_ten_versions_are_kept(path: Path) -> None:
    for number in range(15):
        save_project(path, empty_project(scene_name=str(number)))
    kept = [load_project(generation(path, number)).scenes[0].name for number in range(1, 11)]
    assert kept == [str(number) for number in range(13, 3, -1)]
    assert not generation(path, 11).exists()


def test_a_project_of_a_newer_studio_is_left_alone(path: Path) -> None:
    save_project(path, empty_project())
    document = json.loads(path.read_text())
    document["document_version"] = 2
    path.write_text(json.dumps(document))
    with pytest.raises(InvalidInput) as refused:
        load_project(path)
    assert refused.value.code == "PROJECT_NEWER"


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8")))
def test_no_content_gives_anything_but_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(AppError) as refused:
        load_project(path)
    assert refused.value.code == "PROJECT_DAMAGED"


def test_references_that_lead_nowhere_are_refused() -> None:
    document = empty_project().model_dump()
    document["program_scene_id"] = "nowhere"
    with pytest.raises(ValueError, match="program scene"):
        Project.model_validate(document)
