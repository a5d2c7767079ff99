"""The life of an app: it begins on one loop, ends when asked, and leaves nothing."""

import asyncio
import os
import signal
import sys
import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
from rules.noise import ExpectLog
from tools.waiting import until

from shared.errors import Unavailable
from shared.qt.errors import Severity
from shared.qt.loop import App, AppWindow, Compose, run_app
from shared.qt.theme import Scheme, ThemeChoice


def _run(compose: Compose, *, choice: ThemeChoice | None = None) -> int:
    return run_app(compose, name="Test app", slug="test-app", argv=["test-app"], choice=choice)


def test_it_returns_what_the_composition_root_returns(qapp: QApplication) -> None:
    async def compose(app: App) -> int:
        assert app.qt is qapp
        assert app.theme.choice.scheme is Scheme.LIGHT
        return 7

    assert _run(compose, choice=ThemeChoice(scheme=Scheme.LIGHT)) == 7


def test_closing_the_window_only_asks(qapp: QApplication) -> None:
    asked: list[bool] = []

    async def compose(app: App) -> int:
        window = AppWindow(app.theme)
        app.adopt(window)
        window.set_content(QLabel("content"))
        window.close_requested.connect(lambda: asked.append(window.isVisible()))
        window.close_requested.connect(app.request_close)
        window.show()
        QTimer.singleShot(0, window.close)
        await app.closing()
        assert window.isVisible()
        return 0

    assert _run(compose) == 0
    assert asked == [True]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process, it does not signal it")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_closes_it_cleanly(qapp: QApplication, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    unwound: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            unwound.append("work")

    async def compose(app: App) -> int:
        app.scope.start(work(), name="work")
        QTimer.singleShot(0, lambda: os.kill(os.getpid(), number))
        await app.closing()
        return 0

    assert _run(compose) == 0
    assert unwound == ["work"]
    assert signal.getsignal(number) is before


def test_tasks_unwind_before_the_window_closes(qapp: QApplication) -> None:
    order: list[str] = []

    async def compose(app: App) -> int:
        window = AppWindow(app.theme)
        app.adopt(window)
        window.destroyed.connect(lambda: order.append("window gone"))
        window.show()

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                order.append(f"task ended, window visible: {window.isVisible()}")

        app.scope.start(work(), name="work")
        await asyncio.sleep(0)
        return 0

    assert _run(compose) == 0
    assert order == ["task ended, window visible: True", "window gone"]


def test_no_thread_and_no_task_outlives_it(qapp: QApplication) -> None:
    before = set(threading.enumerate())

    async def compose(app: App) -> int:
        name = await asyncio.to_thread(lambda: threading.current_thread().name)
        assert name.startswith("worker")
        app.scope.start(asyncio.sleep(3600), name="sleeps")
        return 0

    assert _run(compose) == 0
    assert set(threading.enumerate()) <= before


def test_a_failing_task_is_told_in_the_window_and_the_log(
    qapp: QApplication, expect_log: ExpectLog
) -> None:
    expect_log(r"ask the server: The server is away")

    async def fail() -> None:
        raise Unavailable("The server is away; try again.", code="SERVER_UNREACHABLE")

    async def compose(app: App) -> int:
        window = AppWindow(app.theme)
        app.adopt(window)
        app.scope.start(fail(), name="ask the server")
        await until(lambda: window.bar.notice, "the notice")
        assert window.bar.notice is not None
        assert window.bar.notice.sentence == "The server is away; try again."
        assert window.bar.notice.severity is Severity.ERROR
        assert "SERVER_UNREACHABLE" in window.bar.notice.details
        return 0

    assert _run(compose) == 0


def test_an_error_before_the_first_window_is_shown_by_it(
    qapp: QApplication, expect_log: ExpectLog
) -> None:
    expect_log("settings: broken")

    async def compose(app: App) -> int:
        app.errors.report(Unavailable("broken"), "settings")
        window = AppWindow(app.theme)
        app.adopt(window)
        assert window.bar.notice is not None
        return 0

    assert _run(compose) == 0


def test_an_exception_of_the_composition_root_ends_the_app_and_is_raised(
    qapp: QApplication,
) -> None:
    unwound: list[bool] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            unwound.append(True)

    async def compose(app: App) -> int:
        app.scope.start(work(), name="work")
        await asyncio.sleep(0)
        raise LookupError("no such part")

    with pytest.raises(LookupError, match="no such part"):
        _run(compose)
    assert unwound == [True]
