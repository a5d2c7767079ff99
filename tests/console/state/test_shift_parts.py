"""What goes with a shift: pauses that are due, files that are whole or absent, drafts that stay."""

from datetime import timedelta
from pathlib import Path

import pytest
from fakes.cases import START
from fakes.platform import MovableClock
from rules.noise import ExpectLog

from console.state import Draft
from console.state.breaks import Breaks
from console.state.kept_drafts import KeptDrafts
from console.state.saving import whole_file
from shared.errors import StorageError
from shared.schemas.moderation import ActionKind, ActionRequest


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


def test_a_draft_outlives_the_window_and_not_its_week(tmp_path: Path) -> None:
    path = tmp_path / "drafts.json"
    draft = Draft((ActionRequest(kind=ActionKind.MUTE, duration_s=3600),), "conduct", "It was rude")
    kept = KeptDrafts(path)
    kept.load(START)
    assert kept.keep("a case", draft, START)
    assert not kept.keep("a case", draft, START)
    kept.save()
    assert path.stat().st_mode & 0o077 == 0
    again = KeptDrafts(path)
    again.load(START + timedelta(days=1))
    assert again.draft_of("a case") == draft
    assert again.keep("a case", Draft(), START)
    assert again.draft_of("a case") is None
    old = KeptDrafts(path)
    old.load(START + timedelta(days=8))
    assert old.draft_of("a case") is None


def test_a_damaged_file_of_drafts_holds_nothing(tmp_path: Path, expect_log: ExpectLog) -> None:
    expect_log("the kept drafts cannot be read")
    path = tmp_path / "drafts.json"
    path.write_text("{")
    kept = KeptDrafts(path)
    kept.load(START)
    assert kept.draft_of("a case") is None


def test_only_the_newest_drafts_are_kept(tmp_path: Path) -> None:
    kept = KeptDrafts(tmp_path / "drafts.json")
    for number in range(60):
        kept.keep(f"case {number}", Draft(policy="x"), START)
    assert kept.draft_of("case 9") is None
    assert kept.draft_of("case 10") == Draft(policy="x")
