"""Advice: the likely cause and a remedy, in one sentence, and silence when all is well."""

from dataclasses import replace

import pytest

from studio.engine.advice import Second, advice_for
from studio.engine.protocol import OutputState

GOOD = Second(fps=30, missed=0, skipped=0, dropped=0, target_kbps=6000, rate_kbps=6000)
LINE = OutputState(id="a", kind="rtmp", name="Main", target="host/live", phase="live")


def test_a_good_second_needs_no_words() -> None:
    assert advice_for(GOOD, (LINE,)) == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rate_kbps": 1500}, "NETWORK_SLOW"),
        ({"rate_kbps": 300, "dropped": 20}, "NETWORK_DROPS"),
        ({"gives_way": "at 15 frames a second"}, "ENCODER_GIVES_WAY"),
        ({"skipped": 5}, "ENCODER_SLOW"),
        ({"missed": 5}, "SCENE_SLOW"),
        ({"missed": 5, "missed_by_machine": 2}, "SCENE_SLOW"),
        ({"missed": 5, "missed_by_machine": 3}, "PROCESSOR_TAKEN"),
        ({"missed": 5, "machine_percent": 99.0, "own_share": 0.2}, "PROCESSOR_TAKEN"),
        ({"missed": 90, "paused_s": 3.1}, "COMPUTER_PAUSED"),
        ({"av_offset_ms": -90.0}, "SOUND_OFFSET"),
    ],
)
def test_each_fault_has_its_sentence(changes: dict[str, object], code: str) -> None:
    found = advice_for(replace(GOOD, **changes), (LINE,))
    assert [each.code for each in found] == [code]
    assert found[0].message.endswith(".")
    assert found[0].message.count(". ") == 0, "one sentence"


def test_the_cause_is_named_when_other_programs_are_it() -> None:
    busy = replace(GOOD, skipped=5, machine_percent=99.0, own_share=0.2)
    assert "Other programs" in advice_for(busy, ())[0].message
    alone = replace(busy, own_share=0.9)
    assert "too slow" in advice_for(alone, ())[0].message


def test_outputs_are_named() -> None:
    slow = LINE.model_copy(update={"left_behind": True, "round_trip_ms": 900.0})
    found = advice_for(GOOD, (slow,))
    assert [each.code for each in found] == ["OUTPUT_LEFT_BEHIND", "ROUND_TRIP_LONG"]
    assert all("Main" in each.message for each in found)


def test_a_disk_that_fills_up_is_told_before_the_recording_stops() -> None:
    file = LINE.model_copy(update={"kind": "recording", "free_bytes": 730_000_000})
    found = advice_for(GOOD, (file,))
    assert [each.code for each in found] == ["DISK_LOW"]
    assert "730 MB" in found[0].message
    roomy = file.model_copy(update={"free_bytes": 5_000_000_000})
    assert advice_for(GOOD, (roomy, file.model_copy(update={"free_bytes": None}))) == ()


def test_a_format_that_an_ingest_may_not_take_is_named() -> None:
    unsure = LINE.model_copy(update={"unsure_codec": "HEVC"})
    found = advice_for(GOOD, (unsure, LINE))
    assert [each.code for each in found] == ["CODEC_UNSURE"]
    assert found[0].message.startswith("Main does not say that it takes HEVC")
