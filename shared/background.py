"""One task that a service keeps while it is open: named, watched, and gone when it closes."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_log = logging.getLogger(__name__)


class Background:
    """Runs one piece of work beside its owner.

    The work handles its own expected failures; whatever else ends it is a defect: it is logged when
    it happens and raised again by `close`, so that it cannot go unnoticed.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._task: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the work is under way."""
        return self._task is not None and not self._task.done()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin the work; only once until `close`."""
        if self._task is not None:
            work.close()
            raise RuntimeError(f"{self._name} runs already")
        self._task = asyncio.create_task(work, name=self._name)
        self._task.add_done_callback(self._on_done)

    async def close(self) -> None:
        """Cancel the work, wait until it has unwound, and raise what it failed with."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error

    def _on_done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s failed", self._name, exc_info=error)
