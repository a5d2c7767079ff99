"""Makes what SQLite has committed last: one fsync for all transactions that wait for it.

The writer commits without waiting for the disk (`synchronous=NORMAL`), on the loop and in
microseconds; nobody is told that it has happened until the write-ahead log is on the disk. So a
transaction is as durable as with `FULL`, but a hundred of them share one wait, and the next one
need not wait for the disk of the one before.
"""

import asyncio
import os
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from shared.server.db.inline import sqlite

_CHECKPOINT_EVERY = 500
"""Transactions between two checkpoints: the writer itself never makes one."""


class Durable:
    """The waits for the disk of one database; `executor` has one thread."""

    def __init__(self, path: Path, executor: Executor) -> None:
        self._path = path
        self._wal = Path(f"{path}-wal")
        self._executor = executor
        self._waiting: list[asyncio.Future[None]] = []
        self._is_busy = False
        self._unchecked = 0

    @property
    def waiting(self) -> int:
        """Transactions that wait for the next look at the disk."""
        return len(self._waiting)

    async def wait(self) -> None:
        """Return when everything committed before this call is on the disk.

        Who waits first goes on first.

        Raises:
            OSError: the disk refuses.
        """
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        if not self._is_busy:
            self._begin()
        await future

    def _begin(self) -> None:
        batch, self._waiting = self._waiting, []
        loop = asyncio.get_running_loop()
        try:
            work = loop.run_in_executor(self._executor, self._sync, len(batch))
        except RuntimeError:  # the thread has ended, and with it the database
            for future in batch:
                future.set_exception(OSError("The database was closed before the disk answered."))
            return
        self._is_busy = True
        work.add_done_callback(partial(self._end, batch))

    def _end(self, batch: list[asyncio.Future[None]], work: asyncio.Future[None]) -> None:
        self._is_busy = False
        error = None if work.cancelled() else work.exception()
        for future in batch:
            if future.done():
                continue
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)
        # Who was cancelled while waiting waits for nothing, least of all at the end.
        self._waiting = [future for future in self._waiting if not future.done()]
        if self._waiting:
            self._begin()

    def _sync(self, count: int) -> None:
        """Runs in the thread."""
        try:
            # Opened anew each time: SQLite may have begun another file. It holds no locks on it
            # that closing could drop.
            log = os.open(self._wal, os.O_RDWR)
        except FileNotFoundError:
            return  # checkpointed and closed: all of it is in the database
        try:
            os.fsync(log)
        finally:
            os.close(log)
        self._unchecked += count
        if self._unchecked >= _CHECKPOINT_EVERY:
            self._unchecked = 0
            self.checkpoint()

    def checkpoint(self) -> None:
        """Move what nobody reads any more from the log to the database. Blocks, for no reader."""
        connection = sqlite.connect(f"{self._path.resolve().as_uri()}?mode=rw", uri=True)
        try:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        finally:
            connection.close()
