"""The one place where an app starts tasks: each is named, watched and cancelled at close."""

import asyncio
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

type OnTaskError = Callable[[Exception, str], None]
"""Told of an exception that ended a task, and the task's name. Must not raise."""


class TaskScope:
    """Owns tasks. One that fails is reported and takes none of its siblings with it.

    Use from the loop's thread only.
    """

    def __init__(self, on_error: OnTaskError) -> None:
        self._on_error = on_error
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._serial = 0
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    @property
    def names(self) -> tuple[str, ...]:
        """The tasks that run now."""
        return tuple(self._tasks)

    def running(self, name: str) -> bool:
        """Whether a task of this name runs."""
        return name in self._tasks

    def start(self, work: Coroutine[Any, Any, object], *, name: str) -> None:
        """Run `work` until it ends or the scope closes.

        A second task of a name that is taken gets a number behind it. After `aclose` the work is
        dropped: the window is going away and nobody waits for it.
        """
        if self._closed:
            work.close()
            return
        if name in self._tasks:
            self._serial += 1
            name = f"{name} #{self._serial}"
        task = asyncio.get_running_loop().create_task(self._watched(work, name), name=name)
        self._tasks[name] = task

        def _forget(done: asyncio.Task[None]) -> None:
            work.close()  # a task cancelled before its first step never entered it
            self._on_done(done)

        task.add_done_callback(_forget)

    def restart(self, work: Coroutine[Any, Any, object], *, name: str) -> None:
        """Cancel the task of this name, if one runs, and run `work` in its place."""
        self.cancel(name)
        self.start(work, name=name)

    def cancel(self, name: str) -> None:
        """Cancel the task of this name; nothing happens when none runs."""
        task = self._tasks.pop(name, None)
        if task is not None:
            self._serial += 1
            self._tasks[f"{name} (ending) #{self._serial}"] = task
            task.cancel()

    async def aclose(self) -> None:
        """Cancel everything and wait until it has unwound; later starts are dropped."""
        self._closed = True
        while self._tasks:
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            # The callbacks that forget the tasks run one step later.
            await asyncio.sleep(0)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        for name, known in list(self._tasks.items()):
            if known is task:
                del self._tasks[name]

    async def _watched(self, work: Coroutine[Any, Any, object], name: str) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the root of a task: nobody else would see it
            self._on_error(error, name)
