"""Noise suppression by RNNoise, where its library is installed: knows speech from any other sound.

RNNoise (J.-M. Valin, "A hybrid DSP/deep learning approach to real-time full-band speech
enhancement", 2018) takes frames of 480 samples. Its library comes with the package pyrnnoise, of
which nothing but the library is used, or with the system (librnnoise).
"""

import ctypes
import ctypes.util
import importlib.util
import logging
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from studio.engine.audio.track import BLOCK, Samples

log = logging.getLogger(__name__)

FRAME: Final = 480
_FULL_SCALE: Final = 32_768.0
_FILES: Final = {"win32": "rnnoise.dll", "darwin": "librnnoise.dylib"}


class SpeechModel(Protocol):
    """One channel's model, with its memory of what came before."""

    def clean(self, frame: Samples) -> None:
        """Leave only speech in `(480,)` samples, which come one frame late."""
        ...


class Rnnoise:
    """One state of the library."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._process = library.rnnoise_process_frame
        self._state = library.rnnoise_create(None)
        weakref.finalize(self, library.rnnoise_destroy, self._state)

    def clean(self, frame: Samples) -> None:
        """Leave only speech."""
        frame *= np.float32(_FULL_SCALE)
        self._process(self._state, frame.ctypes.data, frame.ctypes.data)
        frame *= np.float32(1 / _FULL_SCALE)


def find_rnnoise() -> Callable[[], SpeechModel] | None:
    """Return what makes states of RNNoise; None where its library is not installed."""
    name = _library_path()
    if name is None:
        return None
    pointer = ctypes.c_void_p
    try:
        library = ctypes.CDLL(name)
        library.rnnoise_create.restype = pointer
        library.rnnoise_create.argtypes = [pointer]
        library.rnnoise_destroy.restype = None
        library.rnnoise_destroy.argtypes = [pointer]
        library.rnnoise_process_frame.restype = ctypes.c_float
        library.rnnoise_process_frame.argtypes = [pointer, pointer, pointer]
        library.rnnoise_get_frame_size.restype = ctypes.c_int
        if library.rnnoise_get_frame_size() != FRAME:
            return None
    except (OSError, AttributeError) as error:
        log.info("RNNoise cannot be used: %s", type(error).__name__)
        return None
    return lambda: Rnnoise(library)


def _library_path() -> str | None:
    package = importlib.util.find_spec("pyrnnoise")
    if package is not None and package.origin is not None:
        file = Path(package.origin).with_name(_FILES.get(sys.platform, "librnnoise.so"))
        if file.is_file():
            return str(file)
    return ctypes.util.find_library("rnnoise")


class SpeechSuppression:
    """Feeds blocks to a model for each channel; equal channels are cleaned once."""

    latency_samples = 2 * FRAME

    def __init__(self, make: Callable[[], SpeechModel], *, least_gain: float) -> None:
        self.least_gain = least_gain
        self._models = (make(), make())
        self._waiting: Samples = np.zeros((0, 2), np.float32)
        self._ready: Samples = np.zeros((FRAME, 2), np.float32)
        self._dry: Samples = np.zeros((2 * FRAME, 2), np.float32)

    def process(self, block: Samples) -> Samples:
        """Return the block that was given 20 ms ago, with nothing but speech."""
        waiting = np.concatenate((self._waiting, block))
        done = len(waiting) // FRAME * FRAME
        frames, self._waiting = waiting[:done], waiting[done:]
        cleaned = [self._ready]
        cleaned += [self._clean(frames[at : at + FRAME]) for at in range(0, done, FRAME)]
        ready = np.concatenate(cleaned)
        self._ready = ready[BLOCK:]
        dry = np.concatenate((self._dry, block))
        self._dry = dry[BLOCK:]
        mixed: Samples = ready[:BLOCK] + dry[:BLOCK] * np.float32(self.least_gain)
        return mixed

    def _clean(self, frame: Samples) -> Samples:
        left = np.ascontiguousarray(frame[:, 0])
        right = np.ascontiguousarray(frame[:, 1])
        is_mono = np.array_equal(left, right)
        self._models[0].clean(left)
        if is_mono:
            return np.repeat(left[:, None], 2, axis=1)
        self._models[1].clean(right)
        return np.stack((left, right), axis=1)
