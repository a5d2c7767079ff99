"""Collections: one file each, none written over, the one in use remembered."""

from pathlib import Path

import pytest

from shared.errors import StorageError
from studio.project.collections import (
    Collections,
    export_project,
    missing_files,
    read_text,
    with_file,
)
from studio.project.files import load_project
from studio.project.filters import Filter
from studio.project.model import ImageSource, Source, empty_project


def test_each_collection_has_a_file_of_its_own(tmp_path: Path) -> None:
    files = Collections(tmp_path)
    project = empty_project().model_copy(update={"name": "Évening / show"})
    first, second = files.create(project), files.create(project)
    assert first != second
    assert {first.parent, second.parent} == {tmp_path}
    assert [one.name for one in files.all()] == ["Évening / show"] * 2
    assert load_project(first) == project


def test_the_one_in_use_is_remembered_while_it_is_there(tmp_path: Path) -> None:
    files = Collections(tmp_path)
    assert files.current() == tmp_path / "show.json"
    path = files.create(empty_project())
    files.remember(path)
    assert Collections(tmp_path).current() == path
    path.unlink()
    assert files.current() == tmp_path / "show.json"
    (tmp_path / "current").write_text("../elsewhere.json")
    assert files.current() == tmp_path / "show.json"


def test_a_collection_that_cannot_be_read_is_listed_by_its_file(tmp_path: Path) -> None:
    files = Collections(tmp_path)
    (tmp_path / "newer.json").write_text('{"document_version": 99}')
    assert [one.name for one in files.all()] == ["newer"]


def test_what_is_exported_can_be_read_again_and_leaves_no_other_file(tmp_path: Path) -> None:
    path = tmp_path / "out" / "mine.json"
    project = empty_project()
    export_project(path, project)
    export_project(path, project)
    assert load_project(path) == project
    assert [one.name for one in path.parent.iterdir()] == ["mine.json"]


def test_files_that_are_not_there_are_found(tmp_path: Path) -> None:
    there = tmp_path / "a.png"
    there.touch()
    sources = (
        Source(id="a", name="A", settings=ImageSource(path=str(there))),
        Source(id="b", name="B", settings=ImageSource(path=str(tmp_path / "b.png"))),
        Source(id="c", name="C", settings=ImageSource(path="bad\0path")),
    )
    project = empty_project().model_copy(update={"sources": sources})
    assert [one for one, _path in missing_files(project)] == ["b", "c"]


def test_files_of_filters_are_found_and_replaced(tmp_path: Path) -> None:
    there, lost = tmp_path / "a.png", str(tmp_path / "lost.png")
    there.touch()
    filters = (
        Filter(id="x", kind="mask", settings={"path": lost, "mode": "alpha"}),
        Filter(id="y", kind="mask", settings={"path": str(there)}),
        Filter(id="z", kind="blur"),
    )
    source = Source(id="a", name="A", settings=ImageSource(path=lost), filters=filters)
    project = empty_project().model_copy(update={"sources": (source,)})
    assert missing_files(project) == (("a", lost),)
    found = with_file(source, lost, str(there))
    assert found.settings == ImageSource(path=str(there))
    assert found.filters[0].settings == {"path": str(there), "mode": "alpha"}
    assert found.filters[1:] == filters[1:]
    assert missing_files(project.model_copy(update={"sources": (found,)})) == ()


def test_a_file_that_is_no_text_gives_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with pytest.raises(StorageError):
        read_text(path)
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(StorageError):
        read_text(path)
    path.write_text("long")
    with pytest.raises(StorageError):
        read_text(path, limit=2)
