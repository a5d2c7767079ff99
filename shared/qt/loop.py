"""Runs an app: one Qt application, one asyncio loop on it, and a shutdown that leaves nothing."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

os.environ["QT_API"] = "pyside6"

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSocketNotifier, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget
from qasync import QEventLoop

from shared.qt.errors import ErrorReporter, MessageBar
from shared.qt.scope import TaskScope
from shared.qt.theme import Theme, ThemeChoice, set_role

_log = logging.getLogger(__name__)
_WORKER_THREADS = 4


class AppWindow(QMainWindow):
    """A main window with a message bar; closing it only asks, the app decides."""

    close_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.bar = MessageBar(theme)
        self._may_close = False
        body = QWidget()
        set_role(body, "window")
        self._layout = QVBoxLayout(body)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.bar)
        self.setCentralWidget(body)

    def set_content(self, content: QWidget) -> None:
        """Put the one widget below the bar; one that was there before is deleted."""
        while self._layout.count() > 1:
            item = self._layout.takeAt(1)
            old = item.widget() if item is not None else None
            if old is not None and old is not content:
                old.hide()
                old.deleteLater()
        self._layout.addWidget(content, 1)

    def close_for_good(self) -> None:
        """Close without asking; called once the app's tasks have ended."""
        self._may_close = True
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the app; only `close_for_good` closes."""
        if self._may_close:
            super().closeEvent(event)
            return
        event.ignore()
        self.close_requested.emit()


class App:
    """What a composition root builds with: the theme, the tasks, and when to stop."""

    def __init__(self, qt: QApplication, theme: Theme, errors: ErrorReporter) -> None:
        self.qt = qt
        self.theme = theme
        self.errors = errors
        self.scope = TaskScope(errors.report)
        self._closing = asyncio.Event()
        self._windows: list[AppWindow] = []

    def adopt(self, window: AppWindow) -> None:
        """Show errors on this window's bar, and close it when the app ends."""
        self._windows.append(window)
        self.errors.show_on(window.bar)

    def request_close(self) -> None:
        """Let `closing` return; may be called any number of times."""
        self._closing.set()

    async def closing(self) -> None:
        """Wait until the app is asked to end."""
        await self._closing.wait()

    async def shut_down(self) -> None:
        """End all tasks, then close the windows; `run_app` calls it."""
        await self.scope.aclose()
        for window in self._windows:
            window.close_for_good()
        self._windows.clear()


type Compose = Callable[[App], Awaitable[int]]
"""A composition root: builds the parts, waits for `App.closing`, returns the exit code."""


def run_app(
    compose: Compose,
    *,
    name: str,
    slug: str,
    argv: Sequence[str],
    choice: ThemeChoice | None = None,
) -> int:
    """Run an app until it is closed by its window, SIGTERM or SIGINT; returns its exit code.

    `name` is what people read, `slug` the name of its desktop file. `argv` goes to Qt.
    """
    existing = QApplication.instance()
    qt = existing if isinstance(existing, QApplication) else QApplication([slug, *argv[1:]])
    qt.setApplicationName(slug)
    qt.setApplicationDisplayName(name)
    qt.setDesktopFileName(slug)
    qt.setQuitOnLastWindowClosed(False)
    theme = Theme(choice)
    theme.apply(qt)
    try:
        with asyncio.Runner(loop_factory=lambda: QEventLoop(qt)) as runner:
            return runner.run(_lifetime(compose, App(qt, theme, ErrorReporter())))
    finally:
        # What was told to delete itself does so only in a running loop, and that has ended.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


async def _lifetime(compose: Compose, app: App) -> int:
    """Run the composition root, then unwind: tasks, worker threads, windows."""
    loop = asyncio.get_running_loop()
    # Python's own threads: qasync's are QThreads that a debugger and our leak tests cannot name.
    workers = ThreadPoolExecutor(_WORKER_THREADS, thread_name_prefix="worker")
    loop.set_default_executor(workers)
    loop.set_exception_handler(_unhandled)
    with _signals_close(app):
        try:
            return await compose(app)
        finally:
            await app.shut_down()
            await loop.shutdown_asyncgens()
            workers.shutdown(wait=True, cancel_futures=True)


def _unhandled(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """Log what asyncio itself complains about; a callback has no person waiting for it."""
    error = context.get("exception")
    _log.error(
        "event loop: %s",
        context.get("message", "unhandled error"),
        exc_info=error if isinstance(error, BaseException) else None,
    )


class _SignalBell(QObject):
    """Wakes Qt's loop when the process gets a signal, on every system.

    A Python signal function runs only between two Python instructions, and inside Qt's own wait
    there is none; the byte that Python writes to this socket makes Qt come back.
    """

    rang = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._previous = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_byte)

    def close(self) -> None:
        """Give the wake-up back to whoever had it."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._previous)
        self._reader.close()
        self._writer.close()

    def _on_byte(self) -> None:
        try:
            self._reader.recv(64)
        except BlockingIOError:
            return
        self.rang.emit()


@contextmanager
def _signals_close(app: App) -> Iterator[None]:
    """Turn SIGINT and SIGTERM into a request to close, for as long as the app runs."""
    asked = False

    def _note(_number: int, _frame: object) -> None:
        nonlocal asked
        asked = True

    def _on_rang() -> None:
        if asked:
            app.request_close()

    previous = {number: signal.signal(number, _note) for number in (signal.SIGINT, signal.SIGTERM)}
    bell = _SignalBell()
    bell.rang.connect(_on_rang)
    try:
        yield
    finally:
        bell.close()
        bell.deleteLater()
        for number, old in previous.items():
            signal.signal(number, old)
