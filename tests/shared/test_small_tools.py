"""The small tools: listeners, waits that grow, work in the background."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.background import Background
from shared.backoff import Backoff
from shared.listeners import Listeners


def test_listeners_hear_in_order_until_they_leave() -> None:
    heard: list[str] = []
    listeners = Listeners[int]()
    leave = listeners.add(lambda value: heard.append(f"first {value}"))
    listeners.add(lambda value: heard.append(f"second {value}"))
    listeners.tell(1)
    leave()
    leave()
    listeners.tell(2)
    assert heard == ["first 1", "second 1", "second 2"]


def test_the_same_callback_twice_is_two_listeners() -> None:
    heard: list[int] = []
    listeners = Listeners[int]()
    leave = listeners.add(heard.append)
    listeners.add(heard.append)
    leave()
    listeners.tell(1)
    assert heard == [1]


def test_one_that_is_removed_meanwhile_is_not_called() -> None:
    heard: list[str] = []
    listeners = Listeners[int]()
    listeners.add(lambda _: leave())
    leave = listeners.add(lambda _: heard.append("too late"))
    listeners.tell(1)
    assert heard == []


@given(st.integers(0, 100_000), st.floats(0, 1, exclude_max=True))
def test_waits_grow_and_stay_within_their_bounds(tries: int, luck: float) -> None:
    backoff = Backoff(base_s=0.5, factor=2.0, cap_s=10.0, randomness=lambda: luck)
    wait_s = backoff.wait_s(tries)
    assert 0.25 <= wait_s <= 10.0
    assert wait_s <= backoff.wait_s(tries + 1)
    assert backoff.wait_s(tries) >= min(0.25 * 2.0 ** min(tries, 20), 5.0)


async def test_background_work_ends_with_its_owner() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    background = Background("work")
    background.start(work())
    await asyncio.sleep(0)
    assert background.is_running
    with pytest.raises(RuntimeError):
        background.start(work())
    await background.close()
    await background.close()
    assert ended.is_set()
    assert not background.is_running


async def test_a_defect_in_background_work_is_logged_and_raised_at_the_end(
    expect_log: Callable[[str], None],
) -> None:
    expect_log("work failed")

    async def work() -> None:
        raise ZeroDivisionError

    background = Background("work")
    background.start(work())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not background.is_running
    with pytest.raises(ZeroDivisionError):
        await background.close()
