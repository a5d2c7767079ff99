"""The part of qasync that the product uses; the library ships no types.

`asyncSlot` and `asyncClose` are left out on purpose: the house rules forbid them.
"""

import asyncio
from concurrent.futures import Executor
from types import TracebackType
from typing import Any, Self

from PySide6.QtCore import QCoreApplication

class QEventLoop(asyncio.SelectorEventLoop):
    def __init__(
        self,
        app: QCoreApplication | None = None,
        set_running_loop: bool = False,
        already_running: bool = False,
    ) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

class QThreadExecutor(Executor):
    def __init__(self, max_workers: int = 10, stack_size: int | None = None) -> None: ...
    def submit(self, callback: Any, /, *args: Any, **kwargs: Any) -> Any: ...
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None: ...
