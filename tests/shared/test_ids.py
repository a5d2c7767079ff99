"""Identifiers: version 7, and in the order in which they were made."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.ids import new_id


def test_an_id_is_a_uuid_of_version_7_that_tells_its_time() -> None:
    before_ms = time.time_ns() // 1_000_000
    made = uuid.UUID(new_id())
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert (made.int >> 80) >= before_ms


def test_ids_sort_in_the_order_in_which_they_were_made() -> None:
    made = [new_id() for _ in range(20_000)]  # many in each millisecond
    assert made == sorted(set(made))


def test_ids_of_threads_differ_and_each_threads_are_in_order() -> None:
    with ThreadPoolExecutor(4) as pool:
        lists = list(pool.map(lambda _: [new_id() for _ in range(2_000)], range(4)))
    assert all(each == sorted(each) for each in lists)
    assert len({made for each in lists for made in each}) == 8_000


def test_a_clock_that_goes_back_does_not_take_the_order_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, now_ns = new_id(), time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now_ns - 3_600_000_000_000)
    assert new_id() > first
