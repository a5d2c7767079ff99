"""What happens in the engine's threads, told on its event loop: sources, troubles, faults."""

import asyncio
import contextlib
from collections.abc import Callable

from shared.errors import AppError
from studio.engine.protocol import Event, NoticeEvent, SourceEvent, SourceState


class News:
    """Passes on what threads report; `tell` sends an event to every client.

    What ends with `from_thread` may be called by any thread, also after the loop has closed.
    """

    def __init__(self, tell: Callable[[Event], None], *, on_fault: Callable[[], None]) -> None:
        self._tell = tell
        self._on_fault = on_fault
        self._loop = asyncio.get_running_loop()
        self.source_changed = asyncio.Event()

    async def settled(self, is_settled: Callable[[], bool], *, patience_s: float) -> None:
        """Wait until sources have shown something, but not for long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while not is_settled():
                    self.source_changed.clear()
                    await self.source_changed.wait()

    def notice(self, error: AppError) -> None:
        """Say one sentence to every client."""
        self._tell(NoticeEvent(level="error", code=error.code, message=error.message))

    def notice_from_thread(self, error: AppError) -> None:
        """The same."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: the engine ends
            self._loop.call_soon_threadsafe(self.notice, error)

    def source_from_thread(self, state: SourceState) -> None:
        """A source changed its phase."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._on_source, state)

    def fault_from_thread(self, error: Exception) -> None:
        """A thread of the engine has failed: the broadcast ends."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._on_failed, error)

    def _on_source(self, state: SourceState) -> None:
        self.source_changed.set()
        self._tell(SourceEvent(source=state))
        if state.message is not None:  # failed, stalled, or not quite as it should be
            code = state.code or "SOURCE_FAILED"
            self._tell(NoticeEvent(level="warning", code=code, message=state.message))

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, AppError):
            error = AppError(
                "The engine had a fault and ended the broadcast; go live again.",
                code="ENGINE_FAULT",
            )
        self.notice(error)
        self._on_fault()
