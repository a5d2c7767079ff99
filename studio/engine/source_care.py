"""Looks after the sources of a show several times a second: stalls are seen, cards are drawn."""

import asyncio
import contextlib
import importlib
import logging

import av

from studio.engine.stage import Stage

log = logging.getLogger(__name__)

_EVERY_S = 0.2
_HELD_UP_S = 0.6
"""Coming back later than this, the machine was too busy for the sources, too: no stall yet."""


class SourceCare:
    """A task beside a show, on the event loop, because Qt's fonts belong to the main thread."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="source care")

    async def stop(self) -> None:
        """End."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before_s = loop.time()
            await asyncio.sleep(_EVERY_S)
            try:
                if loop.time() - before_s < _HELD_UP_S:
                    self._stage.check()
                if self._stage.wants_placeholders:
                    await self._draw_placeholders()
            except Exception:  # task scope: the broadcast goes on whatever the care meets
                log.exception("looking after the sources failed")

    async def _draw_placeholders(self) -> None:
        """Load Qt in a thread, make it ready here, and paint in a thread again."""
        painting = await asyncio.to_thread(importlib.import_module, "studio.engine.painting")
        self._fonts = painting.prepare_fonts()
        await asyncio.to_thread(self._stage.show_placeholders, placeholder)


def placeholder(name: str, width: int, height: int) -> av.VideoFrame:
    """A card with a source's name, as large as its picture was."""
    from studio.engine.overlays.card import name_card  # Qt: only a show in trouble pays

    return name_card(name, width, height)
