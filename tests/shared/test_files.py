"""Files written aside and renamed: whole or not at all, with what was before kept."""

import os
import stat
from pathlib import Path

import pytest

from shared.errors import StorageError
from shared.files import generation, write_atomically


def test_a_file_is_written_private_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "show.json"
    write_atomically(path, b"one")
    assert path.read_bytes() == b"one"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["show.json"]


def test_earlier_versions_are_kept_newest_first(tmp_path: Path) -> None:
    path = tmp_path / "show.json"
    for number in range(6):
        write_atomically(path, str(number).encode(), generations=3)
    assert path.read_bytes() == b"5"
    assert [generation(path, n).read_bytes() for n in (1, 2, 3)] == [b"4", b"3", b"2"]
    assert not generation(path, 4).exists()


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_a_failure_at_any_step_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "show.json"
    write_atomically(path, b"old", generations=2)

    def fail(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        if step == "replace":
            patched.setattr(Path, "replace", fail)
        else:
            patched.setattr(f"shared.files.os.{step}", fail)
        with pytest.raises(StorageError) as refused:
            write_atomically(path, b"new")
    assert refused.value.code == "FILE_NOT_SAVED"
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["show.json"]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError) as refused:
        write_atomically(tmp_path / "file" / "show.json", b"x")
    assert "show.json" in refused.value.message
