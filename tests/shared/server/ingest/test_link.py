"""The worker's keeper: restarts it, knows whose bytes killed it, and never waits for it."""

import asyncio
import os
import signal
import sys

import pytest
from fakes.ingest import until

from shared.backoff import Backoff
from shared.server.ingest import link as link_module
from shared.server.ingest.link import WorkerLink
from shared.server.ingest.orders import Order, OrderKind
from shared.server.ingest.reports import TroubleReport

# A worker that dies of stream 13's video in the middle of parsing it, and echoes the rest.
_FRAIL = """
import os, sys
from shared.server.ingest.orders import OrderKind, read_order
from shared.server.ingest.reports import RiskReport, TroubleReport, encode_report
def say(number, report):
    sys.stdout.buffer.write(encode_report(number, report))
    sys.stdout.buffer.flush()
while (order := read_order(sys.stdin.buffer)) is not None:
    if order.kind is OrderKind.VIDEO:
        say(order.number, RiskReport(True))
        if order.number == 13:
            os.abort()
        say(order.number, RiskReport(False))
    say(order.number, TroubleReport(order.kind.name))
"""
_DEAF = "import time; time.sleep(60)"
_RUDE = "import sys, time; print('hello', flush=True); time.sleep(60)"


class Desk:
    def __init__(self, script: str) -> None:
        self.reports = []
        self.restarts = []
        self.link = WorkerLink(
            command=(sys.executable, "-c", script),
            on_report=lambda number, report: self.reports.append((number, report)),
            on_restart=self.restarts.append,
            backoff=Backoff(base_s=0.05, cap_s=0.1),
        )

    async def __aenter__(self):
        await self.link.start()
        return self

    async def __aexit__(self, *_):
        await self.link.stop()
        assert self.link.pid is None


async def test_orders_go_out_and_reports_come_in():
    async with Desk(_FRAIL) as desk:
        assert desk.link.send(Order(OrderKind.VIDEO, 7, b"x" * 100_000, 1))
        assert desk.link.send(Order(OrderKind.CLOSE, 7))
        await until(lambda: len(desk.reports) == 2)
        assert desk.reports == [(7, TroubleReport("VIDEO")), (7, TroubleReport("CLOSE"))]
    assert not desk.link.send(Order(OrderKind.CLOSE, 7))


async def test_the_stream_that_killed_the_worker_is_named(expect_log):
    expect_log("repackaging worker ended")
    async with Desk(_FRAIL) as desk:
        desk.link.send(Order(OrderKind.VIDEO, 7, b"fine"))
        desk.link.send(Order(OrderKind.VIDEO, 13, b"poison"))
        await until(lambda: bool(desk.restarts))
        assert desk.restarts == [frozenset({13})]
        desk.link.send(Order(OrderKind.AUDIO, 7))
        await until(lambda: (7, TroubleReport("AUDIO")) in desk.reports)


async def test_a_worker_killed_from_outside_blames_nobody(expect_log):
    expect_log("repackaging worker ended")
    async with Desk(_FRAIL) as desk:
        os.kill(desk.link.pid, signal.SIGKILL)
        await until(lambda: bool(desk.restarts))
        assert desk.restarts == [frozenset()]


async def test_a_worker_that_does_not_read_costs_bounded_memory_and_is_replaced(
    expect_log, monkeypatch
):
    expect_log("repackaging worker ended")
    monkeypatch.setattr(link_module, "MAX_BACKLOG", 1024 * 1024)
    monkeypatch.setattr(link_module, "HANG_S", 0.2)
    async with Desk(_DEAF) as desk:
        frame = Order(OrderKind.VIDEO, 1, bytes(64 * 1024))
        sent = sum(desk.link.send(frame) for _ in range(100))
        assert sent < 25
        assert desk.link.backlog_bytes < 1024 * 1024 + 2 * 64 * 1024
        assert desk.link.send(Order(OrderKind.DISCARD, 1))
        deaf = desk.link.pid

        def is_replaced() -> bool:
            desk.link.send(frame)
            return desk.link.pid not in (None, deaf)

        await until(is_replaced)


async def test_a_worker_that_talks_nonsense_is_replaced(expect_log):
    expect_log("repackaging worker ended")
    expect_log("is not a report")
    async with Desk(_RUDE) as desk:
        await until(lambda: bool(desk.restarts))


async def test_a_worker_that_cannot_be_started_is_an_os_error():
    link = WorkerLink(
        command=("/nonexistent/worker",),
        on_report=lambda number, report: None,
        on_restart=lambda blamed: None,
        backoff=Backoff(),
    )
    with pytest.raises(OSError):
        await link.start()
    await link.stop()


async def test_stopping_is_quick_even_when_the_worker_does_not_listen():
    async with asyncio.timeout(5):
        async with Desk(_DEAF):
            pass
