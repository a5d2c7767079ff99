"""Chapters that the creator marks: what they are called, and when they cannot be marked."""

import pytest

from shared.errors import Unavailable
from studio.engine.marking import chapter_title
from studio.engine.protocol import OutputState


def _output(kind: str, *, paused: bool = False) -> OutputState:
    return OutputState.model_validate(
        {"id": kind, "kind": kind, "name": kind, "target": "t", "phase": "live", "paused": paused}
    )


def test_a_chapter_is_called_as_asked_for_or_by_scene_and_time() -> None:
    outputs = (_output("rtmp"), _output("recording"))
    assert chapter_title(outputs, "The slow song", scene="Main", at_us=0) == "The slow song"
    assert chapter_title(outputs, "", scene="Main", at_us=754_900_000) == "Main 12:34"
    assert len(chapter_title(outputs, "", scene="x" * 100, at_us=0).encode()) < 40


def test_without_a_recording_that_runs_it_is_refused_with_a_sentence() -> None:
    for outputs, code in (
        ((), "NO_RECORDING"),
        ((_output("rtmp"),), "NO_RECORDING"),
        ((_output("recording", paused=True),), "PAUSED"),
    ):
        with pytest.raises(Unavailable) as refused:
            chapter_title(outputs, "", scene="Main", at_us=0)
        assert refused.value.code == code
