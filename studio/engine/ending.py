"""The end of a delayed show: what viewers have not seen yet leaves in its time, then all stops."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final, Protocol

log = logging.getLogger(__name__)

_STEP_S: Final = 0.04


class Held(Protocol):
    """A broadcast that takes in nothing more."""

    def play_out(self) -> bool:
        """Let go of what viewers shall see by now; True when all of it has left."""
        ...


class PlayOut:
    """Lets a broadcast's held seconds leave, then says so; belongs to the event loop."""

    def __init__(self, held: Held, *, on_over: Callable[[], None], step_s: float = _STEP_S) -> None:
        """Begin; `on_over` is called once, in the loop, unless it is stopped before."""
        self._held = held
        self._on_over = on_over
        self._step_s = step_s
        self._stopped = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="play out")

    async def stop(self) -> None:
        """Let no more leave."""
        self._stopped.set()
        await self._task

    async def _run(self) -> None:
        while not self._held.play_out():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._step_s):
                    await self._stopped.wait()
                    return
        log.info("the held seconds have left")
        self._on_over()
