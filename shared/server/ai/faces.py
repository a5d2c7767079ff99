"""Counts the faces in a picture, and nothing else: not whose they are, nor how old.

The model is BlazeFace for short range, which ships with the studio (`resources/models`). What its
count is worth: it sees faces that look roughly into the camera, within about two metres, and large
enough (an eighth of the picture's width at least). It misses faces in profile, turned down, masked,
far away or in the dark, and it takes some drawings, dolls and posters for faces. Nobody is
recognised, nothing about a face is kept, and no age is guessed: a guess of it would be wrong too
often in both directions, and adults are verified by their documents (`compliance`).
"""

import logging
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from shared.resources import resource_path

_log = logging.getLogger(__name__)
_MODEL = "face_detection_short_range.tflite"
_SIDE = 128
_LEAST_SURE = 0.6
_SAME_FACE = 0.3
_MOST = 20
_CELLS = ((16, 2), (8, 6))
"""Cells on each side, and boxes in each cell, of the model's two grids."""

type Values = npt.NDArray[np.float32]


class FaceCounter:
    """Loads the model when it is first needed; for one thread."""

    def __init__(self) -> None:
        self._model: Any = None
        self._is_missing = False
        self._middles = _middles()

    def count(self, picture: npt.NDArray[np.uint8]) -> int | None:
        """How many faces a picture (`(h, w, 3)` uint8 BGR) shows; None where no model runs."""
        model = self._loaded()
        if model is None:
            return None
        model.set_tensor(model.get_input_details()[0]["index"], _boxed(picture)[None])
        model.invoke()
        found = [model.get_tensor(one["index"])[0] for one in model.get_output_details()]
        boxes = next(one for one in found if one.shape[-1] > 1)
        raw = next(one for one in found if one.shape[-1] == 1)[:, 0]
        return self._different(boxes, 1.0 / (1.0 + np.exp(-np.clip(raw, -50.0, 50.0))))

    def _loaded(self) -> Any:
        if self._model is None and not self._is_missing:
            try:
                # 0.1 s that only checks pay
                from ai_edge_litert.interpreter import Interpreter, OpResolverType

                model = Interpreter(
                    model_path=str(resource_path("models", _MODEL)),
                    num_threads=1,
                    # Its delegates write lines of their own into our structured log.
                    experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
                )
                model.allocate_tensors()
                self._model = model
            except (ImportError, OSError, RuntimeError, ValueError) as error:
                self._is_missing = True
                _log.warning("faces are not counted on this machine: %s", error)
        return self._model

    def _different(self, boxes: Values, sure: Values) -> int:
        """How many faces are left when the many boxes around each count once."""
        likely = np.flatnonzero(sure >= _LEAST_SURE)
        order = likely[np.argsort(-sure[likely])]
        placed = np.concatenate(
            [boxes[order, :2] / _SIDE + self._middles[order], boxes[order, 2:4] / _SIDE], axis=1
        )
        faces: list[Values] = []
        for box in placed:
            if len(faces) >= _MOST:
                break
            if all(_shared(box, face) < _SAME_FACE for face in faces):
                faces.append(box)
        return len(faces)


def _boxed(picture: npt.NDArray[np.uint8]) -> Values:
    """The picture in the middle of the model's square, red first, from -1 to 1."""
    height, width = picture.shape[:2]
    scale = _SIDE / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    left, top = (_SIDE - size[0]) // 2, (_SIDE - size[1]) // 2
    square = np.zeros((_SIDE, _SIDE, 3), np.uint8)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    square[top : top + size[1], left : left + size[0]] = small
    return np.asarray(cv2.cvtColor(square, cv2.COLOR_BGR2RGB) / 127.5 - 1.0, np.float32)


def _middles() -> Values:
    """The middle of the cell that each box belongs to, from 0 to 1."""
    rows = []
    for cells, boxes in _CELLS:
        along = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        grid = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
        rows.append(np.repeat(grid, boxes, axis=0))
    return np.concatenate(rows).astype(np.float32)


def _shared(one: Values, other: Values) -> float:
    """The share of their union that two boxes (middle, size) have in common."""
    low = np.maximum(one[:2] - one[2:] / 2, other[:2] - other[2:] / 2)
    high = np.minimum(one[:2] + one[2:] / 2, other[:2] + other[2:] / 2)
    common = float(np.prod(np.maximum(high - low, 0.0)))
    union = float(np.prod(one[2:]) + np.prod(other[2:])) - common
    return common / union if union > 0 else 0.0
