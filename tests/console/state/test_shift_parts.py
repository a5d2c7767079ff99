"""What goes with a shift: pauses that are due, and files that are whole or absent."""

from pathlib import Path

import pytest
from fakes.platform import MovableClock

from console.state.breaks import Breaks
from console.state.saving import whole_file
from shared.errors import StorageError


def test_a_pause_is_due_after_long_work_and_told_again_until_taken() -> None:
    clock = MovableClock()
    breaks = Breaks(clock, work_s=3000, pause_s=300, again_s=900)
    told = []
    for _ in range(70):
        clock.move(seconds=60)
        breaks.work()
        if breaks.is_due():
            told.append(breaks.worked_s)
    assert told == [3000, 3900]
    clock.move(seconds=300)
    breaks.work()
    assert breaks.worked_s == 0
    assert not breaks.is_due()


def test_sitting_still_is_no_work() -> None:
    clock = MovableClock()
    breaks = Breaks(clock, work_s=3000)
    clock.move(seconds=9000)
    assert not breaks.is_due()


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "tips.csv"
    with whole_file(target) as take:
        take(b"id,tokens\n")
        take(b"1,50\n")
        assert not target.exists()
    assert target.read_bytes() == b"id,tokens\n1,50\n"
    writing = whole_file(target)
    take = writing.__enter__()
    take(b"half")
    assert not writing.__exit__(RuntimeError, RuntimeError("cut off"), None)
    assert target.read_bytes() == b"id,tokens\n1,50\n"
    assert [path.name for path in tmp_path.iterdir()] == ["tips.csv"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    target = tmp_path / "gone" / "tips.csv"
    with pytest.raises(StorageError, match="cannot be saved"), whole_file(target):
        pass
