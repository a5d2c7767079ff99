"""The sound of a stinger's film: decoded beside its pictures, placed when the film begins."""

import itertools
import logging
import threading
from collections.abc import Iterator

import av
import numpy as np
from av.audio.resampler import AudioResampler

from studio.engine.audio.track import SAMPLE_RATE, AudioTrack, Samples

log = logging.getLogger(__name__)

_TIMEOUT_S = 3.0
_AHEAD_SAMPLES = SAMPLE_RATE
_QUIET_END_S = 0.25
_NS = 1_000_000_000


class FilmSound:
    """Decodes in a thread of its own: a second ahead, and the rest once the film plays."""

    def __init__(self, path: str, *, length_ns: int) -> None:
        """Begin to decode at most so much of a film that is known to have sound."""
        self._path = path
        self._most = length_ns * SAMPLE_RATE // _NS
        self.track = AudioTrack(capacity_s=length_ns / _NS + 1.0)
        self._begun = threading.Event()
        self._stop = threading.Event()
        self._began_ns = 0
        self._thread = threading.Thread(target=self._run, name="stinger-sound", daemon=True)
        self._thread.start()

    def begin(self, now_ns: int) -> None:
        """The film plays from this moment of the master clock on."""
        self._began_ns = now_ns
        self._begun.set()

    def close(self) -> None:
        """End the decoding."""
        self._stop.set()
        self._begun.set()
        self._thread.join(_TIMEOUT_S)

    def _run(self) -> None:
        try:
            with av.open(self._path, timeout=_TIMEOUT_S) as container:
                self._fill(_decoded(container))
        except (av.FFmpegError, OSError, ValueError) as error:
            log.info("the sound of the film stopped: %s", error)
        except Exception:  # thread root
            log.exception("the sound of the film stopped")

    def _fill(self, pieces: Iterator[Samples]) -> None:
        ahead: list[Samples] = []
        count = 0
        while count < min(_AHEAD_SAMPLES, self._most):
            piece = next(pieces, None)
            if piece is None:
                break
            ahead.append(piece)
            count += len(piece)
        self._begun.wait()
        written = 0
        for piece in itertools.chain(ahead, pieces):
            if self._stop.is_set() or written >= self._most:
                break
            self._write(piece[: self._most - written], written)
            written += len(piece)
        silence = np.zeros((int(_QUIET_END_S * SAMPLE_RATE), 2), np.float32)
        self._write(silence, min(written, self._most))

    def _write(self, piece: Samples, position: int) -> None:
        self.track.write(piece, heard_ns=self._began_ns + position * _NS // SAMPLE_RATE)


def _decoded(container: av.container.InputContainer) -> Iterator[Samples]:
    """Yield the film's sound from its first moment on, as pieces of `(n, 2) float32`."""
    stream = container.streams.audio[0]
    resampler = AudioResampler(format="flt", layout="stereo", rate=SAMPLE_RATE)
    start_s = (container.start_time or 0) / av.time_base
    is_first = True
    for frame in container.decode(stream):
        if is_first and frame.time is not None:
            is_first = False
            late = int(max(0.0, frame.time - start_s) * SAMPLE_RATE)
            if late:
                yield np.zeros((late, 2), np.float32)
        yield from (_samples(one) for one in resampler.resample(frame))
    yield from (_samples(one) for one in resampler.resample(None))


def _samples(frame: av.AudioFrame) -> Samples:
    made: Samples = frame.to_ndarray().reshape(-1, 2).astype(np.float32)
    return made
