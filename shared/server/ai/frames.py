"""What a sampled picture of a broadcast shows, by a check that an operator may replace.

The default is a set of plain heuristics, and honest about it: it measures how much of a small
picture has the colours of skin in one piece, how bright and how sharp it is, and counts faces
(`ai.faces` says how far that can be trusted). It recognises no body, no act and no person, guesses
no age, and on a platform for adults skin is no offence. A high score is a reason to let a moderator
look at the stream sooner, nothing else; the number of faces is no part of the score.
"""

import importlib
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import cv2
import numpy as np

from shared.errors import InvalidInput
from shared.server.ai.faces import FaceCounter

_LOW_CR, _HIGH_CR, _LOW_CB, _HIGH_CB = 133, 173, 77, 127
"""Skin in YCrCb: Chai and Ngan, IEEE Trans. CSVT 9(4), 1999. Misses some light, takes some wood."""
_DARK, _BRIGHT = 18.0, 237.0
_BLURRED = 12.0
_SKIN_FROM, _SKIN_TO = 0.30, 0.75
_MOST_PIXELS = 2_000_000
_MOST_BYTES = 1_000_000
FACES = "faces"
"""The figure that says how many faces a picture shows; left out where nobody counted."""


@dataclass(frozen=True, slots=True)
class FrameFindings:
    """What a check found; `score` from 0 (nothing) to 1 (look at it), `notes` say why."""

    score: float
    notes: tuple[str, ...] = ()
    figures: tuple[tuple[str, float], ...] = ()


@runtime_checkable
class FrameCheck(Protocol):
    """Looks at one JPEG; called in a thread of its own, one picture at a time."""

    @property
    def name(self) -> str:
        """What a case calls it, with its version."""
        ...

    def check(self, jpeg: bytes) -> FrameFindings | None:
        """What the picture shows; None for bytes that are no picture."""
        ...


class PlainHeuristics:
    """The default: skin in one piece, exposure, sharpness, and the number of faces."""

    name = "plain-heuristics-2"

    def __init__(self, faces: FaceCounter | None = None) -> None:
        self._faces = faces or FaceCounter()

    def check(self, jpeg: bytes) -> FrameFindings | None:
        """Measure a picture of at most two megapixels."""
        if not jpeg or len(jpeg) > _MOST_BYTES:
            return None
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        if picture is None or picture.shape[0] * picture.shape[1] > _MOST_PIXELS:
            return None
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        brightness = float(grey.mean())
        sharpness = float(cv2.Laplacian(grey, cv2.CV_64F).var())
        skin = _skin_in_one_piece(picture)
        notes = []
        if brightness < _DARK:
            notes.append("dark")
        if brightness > _BRIGHT:
            notes.append("overexposed")
        if sharpness < _BLURRED:
            notes.append("blurred")
        score = min(1.0, max(0.0, (skin - _SKIN_FROM) / (_SKIN_TO - _SKIN_FROM)))
        if score > 0:
            notes.append("skin")
        figures = [("skin", skin), ("brightness", brightness), ("sharpness", sharpness)]
        faces = self._faces.count(np.asarray(picture, np.uint8))
        if faces is not None:
            figures.append((FACES, float(faces)))
        return FrameFindings(
            round(score, 3), tuple(notes), tuple((name, round(value, 3)) for name, value in figures)
        )


def _skin_in_one_piece(picture: Any) -> float:
    """The share of the picture that its largest patch of skin colours covers."""
    colours = cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb)
    low = np.array((40, _LOW_CR, _LOW_CB), np.uint8)
    high = np.array((250, _HIGH_CR, _HIGH_CB), np.uint8)
    mask = cv2.inRange(colours, low, high)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count < 2:
        return 0.0
    return float(stats[1:, cv2.CC_STAT_AREA].max()) / mask.size


def load_check(named: str) -> FrameCheck:
    """The default for an empty name, else what `package.module:factory` makes.

    Raises:
        InvalidInput: there is no such thing, or it is no check.
    """
    if not named:
        return PlainHeuristics()
    module, _, factory = named.partition(":")
    try:
        made = getattr(importlib.import_module(module), factory)()
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise _unusable(named) from error
    if not isinstance(made, FrameCheck):
        raise _unusable(named)
    return made


def _unusable(named: str) -> InvalidInput:
    return InvalidInput(
        f"The picture check {named} cannot be used; name it as package.module:factory, and see "
        "that it has a name and a check.",
        code="CHECK_UNUSABLE",
    )
