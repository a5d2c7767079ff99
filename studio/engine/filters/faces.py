"""Finds the face in a picture."""

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from studio.engine.filters.base import Pixels
from studio.engine.filters.models import Model, Values

_SIDE = 128
_LEAST_SCORE = 0.5
_SAME_FACE = 0.3
# BlazeFace for short range: two boxes a cell of 16 x 16, six a cell of 8 x 8.
_LAYERS = ((16, 2), (8, 6))


@dataclass(frozen=True, slots=True)
class Face:
    """A face in pixels of its picture; `turn` is how far it leans to the right, in radians."""

    x: float
    y: float
    width: float
    turn: float


class FaceFinder(Protocol):
    """Finds the face that stands out most."""

    def find(self, colour: Pixels) -> Face | None:
        """Return a face, or None when there is none."""
        ...


class BlazeFaceFinder:
    """MediaPipe's face detection for short range."""

    def __init__(self) -> None:
        self._model = Model("face_detection_short_range.tflite")
        self._centres = _centres()

    def find(self, colour: Pixels) -> Face | None:
        """Return the face the model is surest of."""
        height, width = colour.shape[:2]
        scale = _SIDE / max(width, height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        left, top = (_SIDE - size[0]) // 2, (_SIDE - size[1]) // 2
        boxed = np.zeros((_SIDE, _SIDE, 3), np.uint8)
        small = cv2.resize(colour, size, interpolation=cv2.INTER_AREA)
        boxed[top : top + size[1], left : left + size[0]] = small
        red_first = cv2.cvtColor(boxed, cv2.COLOR_BGR2RGB).astype(np.float32)
        found = self._decoded(self._model.run(red_first / np.float32(127.5) - np.float32(1.0)))
        if found is None:
            return None
        x, y, face_width, _, right_x, right_y, left_x, left_y = found
        return Face(
            x=float((x - left) / scale),
            y=float((y - top) / scale),
            width=float(face_width / scale),
            turn=float(np.arctan2(left_y - right_y, left_x - right_x)),
        )

    def _decoded(self, outputs: list[Values]) -> Values | None:
        """The mean of the boxes around the best one, weighed by how sure the model is.

        Centre, width, height and the two eyes, in pixels of the model's picture.
        """
        boxes = next(one for one in outputs if one.shape[-1] > 1)
        raw = next(one for one in outputs if one.shape[-1] == 1)[:, 0]
        scores = 1.0 / (1.0 + np.exp(-np.clip(raw, -50.0, 50.0)))
        best = int(np.argmax(scores))
        if scores[best] < _LEAST_SCORE:
            return None
        placed = boxes[:, :8].copy()
        for first in (0, 4, 6):
            placed[:, first : first + 2] += self._centres * _SIDE
        near = (scores >= _LEAST_SCORE) & (_overlaps(placed, placed[best]) >= _SAME_FACE)
        weights = scores[near][:, None]
        return np.asarray((placed[near] * weights).sum(0) / weights.sum(), dtype=np.float32)


def _centres() -> Values:
    """The middle of every cell, as often as it has boxes, from 0 to 1."""
    rows = []
    for cells, boxes in _LAYERS:
        middles = (np.arange(cells, dtype=np.float32) + np.float32(0.5)) / np.float32(cells)
        down, across = np.meshgrid(middles, middles, indexing="ij")
        grid = np.stack([across, down], axis=-1).reshape(-1, 2)
        rows.append(np.repeat(grid, boxes, axis=0))
    return np.concatenate(rows)


def _overlaps(boxes: Values, one: Values) -> Values:
    """How much of their union boxes share with one, from 0 to 1."""
    low = np.maximum(boxes[:, :2] - boxes[:, 2:4] / 2, one[:2] - one[2:4] / 2)
    high = np.minimum(boxes[:, :2] + boxes[:, 2:4] / 2, one[:2] + one[2:4] / 2)
    common = np.prod(np.maximum(high - low, 0.0), axis=1)
    areas = np.prod(np.maximum(boxes[:, 2:4], 0.0), axis=1)
    union = areas + one[2] * one[3] - common
    return np.asarray(common / np.maximum(union, 1e-6), dtype=np.float32)
