"""Settings on disk: whatever happens to the file, the app starts and loses as little as it can."""

import asyncio
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import Field, ValidationError

from shared.errors import StorageError
from shared.files import generation
from shared.settings import AppSettings, SettingsFile, settings_path


class Some(AppSettings):
    """An app's own settings."""

    bitrate_kbps: int = Field(default=6000, ge=100)
    camera: str = ""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "studio.json"


def opened(path: Path) -> SettingsFile[Some]:
    file = SettingsFile(path, Some, save_after_s=0.01)
    file.load()
    return file


async def saved(file: SettingsFile[Some]) -> StorageError | None:
    """The outcome of the next save in the background."""
    done: asyncio.Future[StorageError | None] = asyncio.get_running_loop().create_future()
    unsubscribe = file.on_saved(done.set_result)
    try:
        async with asyncio.timeout(5):
            return await done
    finally:
        unsubscribe()


def test_without_a_file_there_are_defaults_and_no_complaint(path: Path) -> None:
    file = opened(path)
    assert file.value == Some()
    assert file.notice is None
    assert not path.exists()


def test_what_is_saved_is_loaded_again_and_only_its_owner_reads_it(path: Path) -> None:
    file = opened(path)
    file.change(camera="Front camera", scheme="light")
    file.save()
    assert opened(path).value == Some(camera="Front camera", scheme="light")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_value_that_cannot_be_used_is_refused_and_changes_nothing(path: Path) -> None:
    file = opened(path)
    with pytest.raises(ValidationError):
        file.change(bitrate_kbps=3)
    assert file.value == Some()


async def test_changes_are_saved_by_themselves_and_at_the_end(path: Path) -> None:
    seen: list[int] = []
    file = opened(path)
    file.on_changed(lambda value: seen.append(value.bitrate_kbps))
    async with file:
        for rate in (1000, 2000, 3000):
            file.change(bitrate_kbps=rate)
        await saved(file)
        assert opened(path).value.bitrate_kbps == 3000
        file.change(bitrate_kbps=4000)
    assert opened(path).value.bitrate_kbps == 4000
    assert seen == [1000, 2000, 3000, 4000]


def test_saving_what_is_saved_writes_nothing(path: Path) -> None:
    file = opened(path)
    file.change(camera="A")
    file.save()
    before = path.stat().st_ino
    file.save()
    file.replace(Some(camera="A"))
    file.save()
    assert path.stat().st_ino == before


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_damaged_file_gives_way_to_the_version_before_it(
    path: Path, damage: bytes, expect_log: Callable[[str], None]
) -> None:
    expect_log("settings taken from studio.json.1|cannot be read")
    file = opened(path)
    for camera in ("first", "second"):
        file.change(camera=camera)
        file.save()
    path.write_bytes(damage)
    again = opened(path)
    assert again.value.camera == "first"
    assert again.notice is not None
    again.save()
    assert json.loads(path.read_bytes())["camera"] == "first"


def test_when_nothing_is_readable_the_defaults_are_used(
    path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("no readable settings|cannot be read")
    path.parent.mkdir()
    path.write_bytes(b"{")
    file = opened(path)
    assert file.value == Some()
    assert file.notice is not None


def test_one_bad_value_costs_only_itself(path: Path, expect_log: Callable[[str], None]) -> None:
    expect_log("setting (bitrate_kbps|scheme) is not usable")
    path.parent.mkdir()
    path.write_text(
        json.dumps({"camera": "Front", "bitrate_kbps": "many", "unknown": 3, "scheme": "pink"})
    )
    assert opened(path).value == Some(camera="Front")


def test_a_newer_document_is_read_as_far_as_it_can_be_and_kept(path: Path) -> None:
    path.parent.mkdir()
    newer = json.dumps({"version": 7, "camera": "Front", "aurora": {"on": True}})
    path.write_text(newer)
    file = opened(path)
    assert file.value == Some(camera="Front")
    assert file.notice is not None
    assert path.read_text() == newer, "reading changes nothing"
    file.change(camera="Back")
    file.save()
    assert path.with_name("studio.json.newer").read_text() == newer
    assert opened(path).value == Some(camera="Back")


def test_generations_are_kept(path: Path) -> None:
    file = opened(path)
    for number in range(14):
        file.change(bitrate_kbps=1000 + number)
        file.save()
    kept = [json.loads(generation(path, n).read_bytes())["bitrate_kbps"] for n in range(1, 11)]
    assert kept == list(range(1012, 1002, -1))
    assert not generation(path, 11).exists()


async def test_a_folder_that_cannot_be_written_is_told_and_tried_again(
    path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("settings were not saved")
    path.parent.write_text("a file where the folder should be")
    file = SettingsFile(path, Some, save_after_s=0.01)
    async with file:
        file.change(camera="Front")
        problem = await saved(file)
        assert problem is not None
        assert file.notice == problem.message
        path.parent.unlink()
    assert opened(path).value.camera == "Front"


def test_each_app_has_its_own_place() -> None:
    assert settings_path("studio").name == "studio.json"
    assert settings_path("studio") != settings_path("console")
    assert str(settings_path("studio")).startswith(os.environ["XDG_CONFIG_HOME"])
