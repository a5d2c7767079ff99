"""Fail a test that leaves a thread, a child process, a task, a timer or a window behind."""

import asyncio
import gc
import inspect
import sys
import threading
import time
from collections.abc import AsyncIterator, Generator
from typing import Any

import psutil
import pytest

_GRACE_S = 3.0

# Threads that live as long as the process, by the start of their names:
_PROCESS_LONG_THREADS = (
    "Dummy-",  # a C library's thread that once ran Python code; it is not ours to join
    "pytest_timeout",
)
# Child processes that Python itself keeps, by a part of their command lines:
_PROCESS_LONG_CHILDREN = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")

type Children = set[psutil.Process]

_wider_threads = pytest.StashKey[set[threading.Thread]]()
_wider_children = pytest.StashKey[Children]()


def _children() -> Children:
    return set(psutil.Process().children())


def pytest_configure(config: pytest.Config) -> None:
    """Nothing belongs to a wider fixture before the first one runs."""
    config.stash[_wider_threads] = set()
    config.stash[_wider_children] = set()


def pytest_collection_finish() -> None:
    """Leave what the imports made out of every later look at what is left behind."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Remember what fixtures wider than one test start: it may outlive the test."""
    if fixturedef.scope == "function":
        return (yield)
    threads, children = set(threading.enumerate()), _children()
    try:
        return (yield)
    finally:
        request.config.stash[_wider_threads] |= set(threading.enumerate()) - threads
        request.config.stash[_wider_children] |= _children() - children


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, Any, Any]:
    """Note what already runs before the test and its fixtures begin."""
    item.stash[_wider_threads] = set(threading.enumerate())
    item.stash[_wider_children] = _children()
    result = yield
    if nextitem is None or nextitem.path != item.path:
        gc.freeze()  # what a file of tests leaves behind, it was asked about
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """Compare after the last fixture of the test has been torn down."""
    result = yield
    leaks = [*_leaked_widgets(item), *_leaked_threads(item), *_leaked_children(item)]
    if leaks:
        pytest.fail("left behind: " + "; ".join(leaks), pytrace=False)
    return result


def _leaked_threads(item: pytest.Item) -> list[str]:
    before = item.stash[_wider_threads]
    wider = item.config.stash[_wider_threads]
    deadline = time.monotonic() + _GRACE_S
    leaked = []
    for thread in set(threading.enumerate()) - before - wider:
        if thread.name.startswith(_PROCESS_LONG_THREADS):
            continue
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            leaked.append(f"thread {thread.name!r}")
    return sorted(leaked)


def _leaked_children(item: pytest.Item) -> list[str]:
    before = item.stash[_wider_children]
    wider = item.config.stash[_wider_children]
    new = _children() - before - wider
    if not new:
        return []
    _, alive = psutil.wait_procs(new, timeout=_GRACE_S)
    leaked = []
    for child in alive:
        try:
            command = " ".join(child.cmdline()) or child.name()
        except psutil.NoSuchProcess:
            continue
        if not any(part in command for part in _PROCESS_LONG_CHILDREN):
            leaked.append(f"child process {child.pid} {command[:120]!r}")
    return leaked


def _leaked_widgets(item: pytest.Item) -> list[str]:
    """Look at Qt only when this process shows something and the test used it."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or not isinstance(widgets.QApplication.instance(), widgets.QApplication):
        return []
    if not {"qapp", "qtbot"} & set(getattr(item, "fixturenames", ())):
        return []
    from PySide6.QtCore import QCoreApplication, QEvent, QTimer
    from shiboken6 import isValid

    for _ in range(2):
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.processEvents()
    windows = [
        f"window {type(widget).__name__} {widget.objectName()!r}"
        for widget in widgets.QApplication.topLevelWidgets()
        if isValid(widget)
    ]
    timers = [
        f"running timer {timer.objectName()!r} of {timer.parent()!r}"
        for timer in gc.get_objects()
        if issubclass(type(timer), QTimer) and isValid(timer) and timer.isActive()
    ]
    return windows + timers


@pytest.fixture
async def _task_watch() -> AsyncIterator[None]:
    """Cover the loop of one asynchronous test: set up first, torn down last."""
    yield
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left:
        await asyncio.wait(left, timeout=0.5)
    names = [f"{task.get_name()} {task.get_coro()!r}" for task in left if not task.done()]
    if names:
        pytest.fail("tasks left behind: " + "; ".join(sorted(names)), pytrace=False)


@pytest.fixture(autouse=True)
def no_task_left(request: pytest.FixtureRequest) -> None:
    """Watch the tasks of asynchronous tests; the others have no loop of ours."""
    function = getattr(request.node, "obj", None)
    if callable(function) and inspect.iscoroutinefunction(inspect.unwrap(function)):
        request.getfixturevalue("_task_watch")
