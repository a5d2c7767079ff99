"""The number of an installation: random, another one for each server, and given up for good."""

import stat
import sys
from pathlib import Path

from rules.noise import ExpectLog

from shared.installation import Installation

HERE, THERE = "https://teezu.example", "https://other.example:8443"


def test_the_number_stays_and_each_server_gets_another(tmp_path: Path) -> None:
    file = tmp_path / "config" / "number"
    first = Installation(file)
    name = first.name_for(HERE)
    assert name is not None
    assert len(name) == 32
    assert Installation(file).name_for(HERE) == name  # of the next start, or of the other app
    assert Installation(file).name_for("HTTPS://TEEZU.example/path?q") == name
    assert first.name_for(THERE) not in (None, name)
    assert name not in file.read_text()
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_number_that_was_given_up_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "number"
    mine = Installation(file)
    before, kept = mine.name_for(HERE), file.read_text()
    mine.renew()
    assert mine.name_for(HERE) not in (None, before)
    assert [path.name for path in tmp_path.iterdir()] == ["number"]
    assert file.read_text() != kept


def test_two_installations_have_nothing_in_common(tmp_path: Path) -> None:
    names = {Installation(tmp_path / str(n)).name_for(HERE) for n in range(20)}
    assert len(names) == 20


def test_a_damaged_file_gives_way_and_a_closed_folder_means_none(
    tmp_path: Path, expect_log: ExpectLog
) -> None:
    file = tmp_path / "number"
    for damage in (b"", b"short", b"\xff\xfe" * 32, b"G" * 64):
        file.write_bytes(damage)
        assert Installation(file).name_for(HERE) is not None
    (tmp_path / "taken").write_text("a file where a folder should be")
    expect_log("no number for this installation")
    assert Installation(tmp_path / "taken" / "number").name_for(HERE) is None
