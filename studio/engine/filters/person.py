"""Finds the person in a picture: how much each pixel belongs to them."""

from typing import Protocol

import cv2
import numpy as np

from studio.engine.filters.base import Pixels
from studio.engine.filters.models import Model, Values

_SIDE = 256


class PersonFinder(Protocol):
    """Tells a person from what is behind."""

    def find(self, colour: Pixels) -> Values:
        """Return `(h, w) float32` of any size: 1 where the person is, 0 where not."""
        ...


class SelfieFinder:
    """MediaPipe's selfie segmentation."""

    def __init__(self) -> None:
        self._model = Model("selfie_segmentation.tflite")

    def find(self, colour: Pixels) -> Values:
        """Return 256 x 256 shares."""
        small = cv2.resize(colour, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
        red_first = cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.float32) / np.float32(255.0)
        return np.asarray(self._model.run(red_first)[0][:, :, 0], dtype=np.float32)
