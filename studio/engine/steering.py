"""Keeps a broadcast's rate at what its lines carry, ten times a second, on the event loop."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from studio.engine.output.congestion import CongestionControl
from studio.engine.outputs import FanOut

log = logging.getLogger(__name__)

_EVERY_S: Final = 0.1


class Steering:
    """Reads the lines, asks the control, tells the encoder. Made anywhere, used on the loop."""

    def __init__(
        self,
        fan_out: FanOut,
        *,
        target_kbps: int,
        sound_kbps: int,
        set_bitrate: Callable[[int], None],
    ) -> None:
        self._fan_out = fan_out
        self._set_bitrate = set_bitrate
        self._target_kbps = target_kbps
        self._control = CongestionControl(target_kbps, sound_kbps=sound_kbps)
        self._task: asyncio.Task[None] | None = None

    @property
    def target_kbps(self) -> int:
        """What is encoded where every line carries it."""
        return self._target_kbps

    @property
    def left_behind(self) -> tuple[str, ...]:
        """The outputs that are too slow for the others to wait for."""
        return self._control.left_behind

    def set_target(self, kbps: int) -> None:
        """Encode at this rate where the lines carry it."""
        self._target_kbps = kbps
        self._control.set_target(kbps)

    def start(self) -> None:
        """Begin to steer."""
        self._task = asyncio.create_task(self._run(), name="steering")

    async def stop(self) -> None:
        """End; harmless when it never began."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            while True:
                await asyncio.sleep(_EVERY_S)
                self.step(asyncio.get_running_loop().time())
        except Exception:  # task scope: the broadcast goes on at the rate it has
            log.exception("the rate is not steered any more")

    def step(self, now_s: float) -> None:
        """Look once."""
        before_kbps = self._control.rate_kbps
        rate_kbps = self._control.step(now_s, self._fan_out.lines())
        if rate_kbps != before_kbps:
            log.info("the video rate is %d kbit/s now", rate_kbps)
        self._set_bitrate(rate_kbps)
