"""What the video thread hands to the encoder while the picture is frozen or taken away."""

import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest

from studio.engine.pixels import black_frame, plane_view
from studio.engine.safety import Safety
from studio.engine.schedule import TickSchedule
from studio.engine.video.compositor import Composition
from studio.engine.video.encoder_thread import EncoderThread
from studio.engine.video.preview import Preview
from studio.engine.video.program import Program
from studio.engine.video.ticker import Ticker

_WIDTH, _HEIGHT = 64, 48
_WAIT_S = 30.0


class _Moving:
    """A program whose every picture is another: a bright column that wanders."""

    size = (_WIDTH, _HEIGHT)

    def __init__(self) -> None:
        self._number = 0

    def compose(self, at_ns: int) -> Composition:
        self._number += 1
        frame = black_frame(_WIDTH, _HEIGHT)
        plane_view(frame, 0)[:, self._number % _WIDTH] = 235
        return Composition(frame, self._number, at_ns)


class _Encoder:
    """Takes frames, as the encoder's thread does."""

    def __init__(self) -> None:
        self.frames: queue.Queue[av.VideoFrame] = queue.Queue(10_000)

    def push(self, frame: av.VideoFrame, *, first: int, last: int) -> None:
        assert last >= first
        self.frames.put(frame)

    def until(self, is_it: Callable[[np.ndarray], bool]) -> np.ndarray:  # type: ignore[type-arg]
        """The first picture from now on that is it."""
        end = time.monotonic() + _WAIT_S
        while time.monotonic() < end:
            luma = plane_view(self.frames.get(timeout=_WAIT_S), 0)
            if is_it(luma):
                return luma.copy()
        raise AssertionError("never seen")


@pytest.fixture
def safety(tmp_path: Path) -> Safety:
    return Safety(tmp_path / "note")


@pytest.fixture
def encoder(tmp_path: Path, safety: Safety) -> Iterator[_Encoder]:
    def fail(error: Exception) -> None:
        raise AssertionError from error

    made = _Encoder()
    ticker = Ticker(
        TickSchedule(60, time.monotonic_ns()),
        cast(Program, _Moving()),
        Preview(tmp_path),
        safety,
        on_failure=fail,
    )
    ticker.start()
    ticker.attach(cast(EncoderThread, made), width=_WIDTH, height=_HEIGHT)
    yield made
    ticker.stop()


def _is_scene(luma: np.ndarray) -> bool:  # type: ignore[type-arg]
    return bool((luma[0] == 235).sum() == 1 and luma.min() == 16)


def _is_slate(luma: np.ndarray) -> bool:  # type: ignore[type-arg]
    return set(np.unique(luma)) == {40, 80}


def _is_still(luma: np.ndarray) -> bool:  # type: ignore[type-arg]
    return not _is_scene(luma) and not _is_slate(luma)


def test_a_freeze_is_one_still_until_the_scene_comes_back(
    encoder: _Encoder, safety: Safety
) -> None:
    encoder.until(_is_scene)
    safety.is_frozen = True
    first = encoder.until(_is_still)
    for _ in range(3):
        assert np.array_equal(encoder.until(lambda _: True), first), "the same still"
    safety.is_frozen = False
    encoder.until(_is_scene)
    safety.is_frozen = True
    encoder.until(_is_still)


def test_a_panic_goes_before_a_freeze_and_leaves_it_in_force(
    encoder: _Encoder, safety: Safety
) -> None:
    safety.is_frozen = True
    encoder.until(_is_still)
    with safety.lock:
        safety.panic("test")
    encoder.until(_is_slate)
    with safety.lock:
        safety.reveal()
    encoder.until(_is_still)
