"""The sound thread: mixes the tracks into blocks on the master clock, without a gap, ever."""

import logging
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from studio.engine.audio.track import BLOCK, SAMPLE_RATE, AudioTrack, Samples
from studio.engine.schedule import NS, StopSignal

log = logging.getLogger(__name__)

MIX_DELAY_NS = 40_000_000
"""How long after its end a block is mixed, so that devices have delivered what belongs into it."""

_SILENT_DB = -96.0


@dataclass(frozen=True, slots=True)
class Strip:
    """A track and how it enters the mix."""

    track: AudioTrack
    gain: float
    offset_ns: int


class Mixer:
    """Mixes from `origin_ns` on and hands each block to `deliver` with its first sample's number.

    `strips` is asked for each block; `is_silenced` turns the block into zeros (panic).
    """

    def __init__(
        self,
        *,
        origin_ns: int,
        strips: Callable[[], Sequence[Strip]],
        deliver: Callable[[Samples, int], None],
        is_silenced: Callable[[], bool],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._origin_ns = origin_ns
        self._strips = strips
        self._deliver = deliver
        self._is_silenced = is_silenced
        self._on_failure = on_failure
        self._stop = StopSignal()
        self._thread = threading.Thread(target=self._run, name="audio", daemon=True)
        self._peak = 0.0
        self.lag_ms = 0.0
        """How much later than its picture the latest sound plays, of all sources in the mix."""

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stop.set()
        self._thread.join(5.0)

    def _run(self) -> None:
        position = 0
        try:
            while True:
                start_ns = self._origin_ns + position * NS // SAMPLE_RATE
                due_ns = start_ns + BLOCK * NS // SAMPLE_RATE + MIX_DELAY_NS
                if not self._stop.wait_until(due_ns):
                    return
                self._deliver(self.mix(start_ns), position)
                position += BLOCK
        except Exception as error:  # thread root
            log.exception("the sound thread failed")
            self._on_failure(error)

    def mix(self, start_ns: int) -> Samples:
        """Return the block that begins at a moment of the master clock."""
        block = np.zeros((BLOCK, 2), dtype=np.float32)
        lag_ms = 0.0
        for strip in self._strips():
            part = strip.track.read(start_ns - strip.offset_ns)
            if part is None:
                continue
            block += part if strip.gain == 1.0 else part * np.float32(strip.gain)
            if abs(strip.track.drift_ms) > abs(lag_ms):
                lag_ms = strip.track.drift_ms
        self.lag_ms = lag_ms
        if self._is_silenced():
            block[:] = 0.0
        np.clip(block, -1.0, 1.0, out=block)
        self._peak = max(self._peak, float(np.abs(block).max()))
        return block

    def take_peak_db(self) -> float:
        """Return the loudest sample since this was asked last, in dB of full scale."""
        peak, self._peak = self._peak, 0.0
        return max(_SILENT_DB, 20 * math.log10(peak)) if peak > 0.0 else _SILENT_DB
