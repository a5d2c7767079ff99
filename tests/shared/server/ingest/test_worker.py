"""The worker as a process: its orders, its disk, and its end."""

import contextlib
import io
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fakes.broadcast import make_broadcast

import shared
from shared.server.ingest.orders import Order, OrderKind, encode_order, read_order
from shared.server.ingest.reports import SegmentReport, TroubleReport, decode_report
from shared.server.ingest.worker import Worker

_ROOT = Path(shared.__file__).parent.parent


def _orders(folder: Path, *, number: int = 7, is_closed: bool = True) -> bytes:
    """All of one broadcast."""
    broadcast = make_broadcast()
    orders = [Order(OrderKind.OPEN, number, str(folder).encode(), 1)]
    kinds = {"video": OrderKind.VIDEO, "audio": OrderKind.AUDIO}
    orders += [Order(kinds[kind], number, body) for kind, body in broadcast.configurations()]
    orders += [Order(kinds[kind], number, body, stamp) for kind, body, stamp in broadcast.bodies()]
    if is_closed:
        orders.append(Order(OrderKind.CLOSE, number))
    return b"".join(encode_order(order) for order in orders)


def _reports(said: bytes) -> list:
    return [decode_report(line)[1] for line in said.splitlines()]


@pytest.fixture
def process():
    command = (sys.executable, "-m", "shared.server.ingest.worker")
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=_ROOT
    ) as started:
        yield started
        started.kill()


def test_it_works_through_its_orders_and_ends_with_them(process, tmp_path):
    said, complaints = process.communicate(_orders(tmp_path / "new"), timeout=20)
    assert (process.returncode, complaints) == (0, b"")
    segments = [report for report in _reports(said) if isinstance(report, SegmentReport)]
    assert len(segments) == 4
    assert all((tmp_path / "new" / report.name).stat().st_size > 500 for report in segments)


def test_what_is_held_when_the_orders_end_is_written(process, tmp_path):
    said, _ = process.communicate(_orders(tmp_path, is_closed=False), timeout=20)
    assert len([each for each in _reports(said) if isinstance(each, SegmentReport)]) == 4


def test_it_ends_quietly_when_the_server_is_gone(process, tmp_path):
    process.stdin.write(_orders(tmp_path)[:200])
    process.stdin.flush()
    process.stdout.close()
    with contextlib.suppress(BrokenPipeError):  # It may be gone before it has read all.
        process.stdin.write(_orders(tmp_path)[200:])
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    assert process.wait(20) == 0
    assert process.stderr.read() == b""


def test_control_c_does_not_end_it(process, tmp_path):
    process.stdin.write(_orders(tmp_path, is_closed=False))
    process.stdin.flush()
    first = process.stdout.readline()
    assert json.loads(first)["stream"] == 7
    process.send_signal(signal.SIGINT)
    process.stdin.close()
    said = process.stdout.read()
    assert process.wait(20) == 0
    assert len([each for each in _reports(said) if isinstance(each, SegmentReport)]) == 4


def test_a_disk_that_cannot_be_written_to_is_reported_and_others_go_on(tmp_path):
    out = io.BytesIO()
    worker = Worker(out)
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    worker.run(io.BytesIO(_orders(blocked, number=1) + _orders(tmp_path / "fine", number=2)))
    reports = [decode_report(line) for line in out.getvalue().splitlines()]
    troubles = [report for number, report in reports if number == 1]
    assert troubles == [TroubleReport("Segments cannot be written: File exists.")]
    assert sum(number == 2 and isinstance(each, SegmentReport) for number, each in reports) == 4


def test_a_folder_that_vanishes_in_the_middle_is_reported(tmp_path):
    out = io.BytesIO()
    worker = Worker(out)
    folder = tmp_path / "fine"
    orders = io.BytesIO(_orders(folder))
    while (order := read_order(orders)) is not None:
        worker.obey(order)
        if order.kind is OrderKind.VIDEO and order.stamp > 1_500 and folder.exists():
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()
    messages = [
        each.message for each in _reports(out.getvalue()) if isinstance(each, TroubleReport)
    ]
    assert "Segments cannot be written: No such file or directory." in messages
