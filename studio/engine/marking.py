"""Chapters that the creator marks: whether one can be, and what it is called."""

from collections.abc import Sequence
from typing import Final

from shared.errors import Unavailable
from studio.engine.protocol import OutputState

_SCENE_LETTERS: Final = 24


def chapter_title(outputs: Sequence[OutputState], title: str, *, scene: str, at_us: int) -> str:
    """Return what a chapter is called that begins now: as asked for, else by scene and time.

    Raises:
        Unavailable: nothing is being recorded, or all of it pauses.
    """
    recordings = [state for state in outputs if state.kind == "recording"]
    if not recordings:
        raise no_recording()
    if all(state.paused for state in recordings):
        raise Unavailable("The recording is paused; let it go on first.", code="PAUSED")
    minutes, seconds = divmod(at_us // 1_000_000, 60)
    return title or f"{scene[:_SCENE_LETTERS]} {minutes}:{seconds:02}"


def no_recording() -> Unavailable:
    """Why a chapter cannot be marked."""
    return Unavailable(
        "Nothing is being recorded; start a recording, then mark chapters.", code="NO_RECORDING"
    )
