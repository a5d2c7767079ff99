"""What the creator hears: the monitored strips, on an output of the system, by PortAudio.

The mixer must never wait for a sound card: blocks go through a bounded queue to a thread of their
own, the oldest is dropped when the card is slower than the clock, and no card is a state, no fault.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from shared.errors import DeviceError
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, Samples
from studio.engine.protocol import MonitorPhase

log = logging.getLogger(__name__)

_QUEUE_BLOCKS = 12
_AHEAD_BLOCKS = 3
_IDLE_S = 2.0
_RETRY_S = 5.0
_JOIN_S = 2.0


class Monitor:
    """Plays blocks; `put` is for the sound thread, the rest for the engine's.

    `load` returns sounddevice, or raises `DeviceError` where PortAudio is missing.
    """

    def __init__(
        self, load: Callable[[], ModuleType], *, monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._load = load
        self._now_s = monotonic_s
        self._waiting: deque[Samples] = deque(maxlen=_QUEUE_BLOCKS)
        self._changed = threading.Condition()
        self._device: str | None = None
        self._wants_reopen = False
        self._is_closing = False
        self._thread: threading.Thread | None = None
        self.phase: MonitorPhase = "off"
        self.dropped_blocks = 0

    def choose(self, device: str | None) -> None:
        """Play on this device; None is the system's usual output."""
        with self._changed:
            if device != self._device:
                self._device = device
                self._wants_reopen = True
                self._changed.notify()

    def put(self, block: Samples) -> None:
        """Take a block to play; returns at once."""
        with self._changed:
            if self._is_closing:
                return
            self.dropped_blocks += len(self._waiting) == _QUEUE_BLOCKS
            self._waiting.append(np.clip(block, -1.0, 1.0))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="monitor", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """End the thread; one that hangs in a driver is left behind, and said so."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join(_JOIN_S)
            if thread.is_alive():
                log.warning("the output for monitoring did not close in time")

    # --- the thread -----------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while self._wait_for_sound():
                try:
                    self._play()
                    self.phase = "off"
                except DeviceError as error:
                    log.info("no monitoring: %s", error.code)
                    self.phase = "unavailable"
                    self._wait_to_retry()
        except Exception:  # thread root
            log.exception("monitoring failed")
            self.phase = "unavailable"

    def _wait_for_sound(self) -> bool:
        with self._changed:
            while not self._waiting and not self._is_closing:
                self._changed.wait()
            return not self._is_closing

    def _wait_to_retry(self) -> None:
        """Throw what comes away until it is time, or another device is chosen."""
        until_s = self._now_s() + _RETRY_S
        with self._changed:
            while not self._is_closing and not self._wants_reopen and self._now_s() < until_s:
                self._waiting.clear()
                self._changed.wait(until_s - self._now_s())
            self._waiting.clear()

    def _next(self, timeout_s: float) -> Samples | None:
        with self._changed:
            if not self._waiting:
                self._changed.wait(timeout_s)
            if self._waiting and not self._is_closing and not self._wants_reopen:
                return self._waiting.popleft()
            return None

    def _play(self) -> None:
        """Play until nothing has come for two seconds, or another device is chosen.

        Raises:
            DeviceError: there is no output, or it has gone.
        """
        portaudio = self._load()
        with self._changed:
            device, self._wants_reopen = self._device, False
        try:
            with self._opened(portaudio, device) as stream:
                self.phase = "playing"
                stream.write(np.zeros((_AHEAD_BLOCKS * BLOCK, 2), np.float32))
                while (block := self._next(_IDLE_S)) is not None:
                    stream.write(block)
        except (portaudio.PortAudioError, ValueError) as error:
            raise DeviceError(
                "The output for monitoring cannot be used; plug it in, or choose another.",
                code="MONITOR_FAILED",
            ) from error

    def _opened(self, portaudio: ModuleType, device: str | None) -> Any:
        index = None
        if device is not None:
            found = [number for number, name in output_devices(portaudio) if name == device]
            if not found:
                raise ValueError(device)
            index = found[0]
        return portaudio.OutputStream(
            samplerate=SAMPLE_RATE, device=index, channels=2, dtype="float32", blocksize=BLOCK
        )


def output_devices(portaudio: ModuleType) -> list[tuple[int, str]]:
    """Return index and name of every device that plays."""
    return [
        (index, str(device["name"]))
        for index, device in enumerate(portaudio.query_devices())
        if device["max_output_channels"] > 0
    ]
