"""The task scope: names, errors, cancelling, and nothing left at its end."""

import asyncio

from shared.qt.scope import TaskScope


class _Told:
    """Remembers what a scope reported."""

    def __init__(self) -> None:
        self.errors: list[tuple[str, str]] = []

    def __call__(self, error: Exception, name: str) -> None:
        self.errors.append((name, str(error)))


async def test_a_task_that_fails_is_reported_and_its_siblings_go_on() -> None:
    told = _Told()
    done = asyncio.Event()

    async def fail() -> None:
        raise ValueError("broken")

    async def work() -> None:
        await asyncio.sleep(0)
        done.set()

    async with TaskScope(told) as scope:
        scope.start(fail(), name="fails")
        scope.start(work(), name="works")
        await done.wait()
    assert told.errors == [("fails", "broken")]


async def test_closing_cancels_and_waits_until_all_has_unwound() -> None:
    told = _Told()
    unwound: list[str] = []
    begun = asyncio.Event()

    async def work() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            unwound.append("work")

    scope = TaskScope(told)
    scope.start(work(), name="work")
    await begun.wait()
    await scope.aclose()
    assert unwound == ["work"]
    assert scope.names == ()
    assert told.errors == []


async def test_a_task_started_while_closing_is_ended_too() -> None:
    scope = TaskScope(_Told())
    later: list[str] = []

    async def late() -> None:
        later.append("ran")

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            scope.start(late(), name="late")

    scope.start(work(), name="work")
    await asyncio.sleep(0)
    await scope.aclose()
    scope.start(late(), name="after")
    await asyncio.sleep(0)
    assert later == []


async def test_work_cancelled_before_its_first_step_leaves_no_warning() -> None:
    scope = TaskScope(_Told())

    async def work() -> None:
        raise AssertionError("never begins")

    scope.start(work(), name="work")
    await scope.aclose()


async def test_restart_takes_the_place_of_the_running_task() -> None:
    seen: list[str] = []
    blocked = asyncio.Event()

    async def work(word: str) -> None:
        try:
            seen.append(word)
            await blocked.wait()
        except asyncio.CancelledError:
            seen.append(f"{word} cancelled")
            raise

    async with TaskScope(_Told()) as scope:
        scope.restart(work("first"), name="query")
        await asyncio.sleep(0)
        scope.restart(work("second"), name="query")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert scope.running("query")
        assert seen == ["first", "first cancelled", "second"]


async def test_a_name_that_is_taken_gets_a_number() -> None:
    blocked = asyncio.Event()

    async def work() -> None:
        await blocked.wait()

    async with TaskScope(_Told()) as scope:
        scope.start(work(), name="send")
        scope.start(work(), name="send")
        assert len(scope.names) == len(set(scope.names)) == 2
