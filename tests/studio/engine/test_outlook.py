"""Advice before going live: what is heard without a mix, told once, and left to the broadcast."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from studio.engine import lookout
from studio.engine.audio.track import AudioTrack
from studio.engine.outlook import Outlook
from studio.engine.protocol import AdviceEvent, Event, SourceState
from studio.engine.safety import Safety
from studio.project.model import MicrophoneSource, Source

_S = 1_000_000_000


class _Show:
    """A microphone, and a mixer at rest."""

    def __init__(self) -> None:
        self.track = AudioTrack()
        self.phase, self.message = "running", ""
        runner = SimpleNamespace(
            source=Source(id="m", name="Mic", settings=MicrophoneSource()),
            track=self.track,
            latest=None,
            state=self._state,
        )
        self.stage = SimpleNamespace(runners=(runner,))
        self.ticker = SimpleNamespace(latest=None)
        self.mixer = SimpleNamespace(
            is_mixing=False, desk=SimpleNamespace(heard_ns=lambda: {"m": None})
        )

    def _state(self) -> SourceState:
        return SourceState.model_validate(
            {"source_id": "m", "phase": self.phase, "message": self.message or None}
        )

    def say(self, level: float) -> None:
        self.track.write(np.full((48_000, 2), level, np.float32), heard_ns=0)


class _Desk:
    """An outlook whose clock a test drives."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, safety: Safety) -> None:
        self.now_ns = 0
        self.events: list[Event] = []
        self.show = _Show()
        monkeypatch.setattr(lookout.time, "monotonic_ns", lambda: self.now_ns)
        self.outlook = Outlook(safety, self.events.append)
        self.outlook.use(cast(Any, self.show))

    def look(self, second: float, *, is_on_air: bool = False) -> list[str]:
        self.now_ns = round(second * _S)
        self.outlook.step(is_on_air=is_on_air)
        return [one.code for one in self.outlook.advice]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> _Desk:
    return _Desk(monkeypatch, Safety(tmp_path / "panic"))


def test_a_silent_microphone_is_told_without_anything_being_mixed(desk: _Desk) -> None:
    assert desk.look(0) == []
    assert desk.look(1) == []
    assert desk.look(2) == ["MICROPHONE_SILENT"]
    assert desk.look(3) == ["MICROPHONE_SILENT"]
    assert len(desk.events) == 1, "told when it changes"
    desk.show.say(0.1)
    assert desk.look(4) == []
    assert desk.events[-1] == AdviceEvent(advice=())


def test_a_source_in_trouble_is_told_for_as_long_as_it_is(desk: _Desk) -> None:
    desk.show.phase, desk.show.message = "failed", "The microphone has gone; plug it in again."
    assert desk.look(0) == ["SOURCE_FAILED"]
    desk.show.phase, desk.show.message = "running", ""
    assert desk.look(1) == []


def test_on_air_the_broadcast_looks_and_afterwards_all_is_told_anew(desk: _Desk) -> None:
    desk.look(0)
    desk.look(2)
    assert desk.look(3, is_on_air=True) == []
    told = len(desk.events)
    desk.look(10)
    assert len(desk.events) == told + 1
