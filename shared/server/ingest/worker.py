"""The repackaging worker: `python -m shared.server.ingest.worker`, started by the server.

A process of its own, one for all broadcasts, because libav parses what strangers send: if it
crashes, hangs or leaks, the server's requests go on and the worker is started again. It reads
orders from its standard input, writes reports to its standard output, and ends with its input.
"""

import os
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import BinaryIO

import av.logging

from shared.server.ingest.orders import Order, OrderKind, read_order
from shared.server.ingest.repackager import Repackager
from shared.server.ingest.reports import CANNOT_WRITE, Report, TroubleReport, encode_report


class Worker:
    """Carries out orders, one after the other, for any number of broadcasts."""

    def __init__(self, reports: BinaryIO) -> None:
        self._reports = reports
        self._streams: dict[int, Repackager] = {}

    def run(self, orders: BinaryIO) -> None:
        """Work until the orders end; what is held then is written out."""
        while (order := read_order(orders)) is not None:
            self.obey(order)
        for repackager in self._streams.values():
            repackager.end_epoch()

    def obey(self, order: Order) -> None:
        """Carry out one order; a disk that cannot be written to is reported."""
        try:
            self._obey(order)
        except OSError as error:
            reason = error.strerror or "unknown"
            self._report(order.number, TroubleReport(f"{CANNOT_WRITE}: {reason}."))
            repackager = self._streams.get(order.number)
            if repackager is not None:
                repackager.discard()

    def _obey(self, order: Order) -> None:
        if order.kind is OrderKind.OPEN:
            self._open(order)
            return
        repackager = self._streams.get(order.number)
        if repackager is None:
            return
        match order.kind:
            case OrderKind.VIDEO:
                repackager.add_video(order.payload, order.stamp)
            case OrderKind.AUDIO:
                repackager.add_audio(order.payload, order.stamp)
            case OrderKind.BEGIN_AGAIN:
                repackager.begin_again()
            case OrderKind.END_EPOCH:
                repackager.end_epoch()
            case OrderKind.DISCARD:
                repackager.discard()
            case _:
                del self._streams[order.number]
                repackager.end_epoch()

    def _open(self, order: Order) -> None:
        folder = Path(os.fsdecode(order.payload))
        folder.mkdir(parents=True, exist_ok=True)
        self._streams[order.number] = Repackager(
            folder,
            report=partial(self._report, order.number),
            unix_ms=lambda: time.time_ns() // 1_000_000,
            first_epoch=order.stamp,
        )

    def _report(self, number: int, report: Report) -> None:
        self._reports.write(encode_report(number, report))
        self._reports.flush()


def main() -> int:
    """Run until the server closes our input or is gone."""
    av.logging.set_level(av.logging.PANIC)
    # Ctrl+C reaches the whole group; we end when the server has said its last word.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        Worker(sys.stdout.buffer).run(sys.stdin.buffer)
    except BrokenPipeError:
        # The server has gone; there is nobody to tell. Python must not try at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
