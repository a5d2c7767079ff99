"""Sound that a process of its own listens to: the computer's, or a device plugged in later."""

import time
from collections.abc import Callable

import numpy as np

from shared.errors import DeviceError
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.engine.sources.child import CaptureChild

_CHECK_S = 0.2
SILENT_S = 5.0
"""A device that gives nothing for so long, not even silence, has gone."""


def follow(
    sink: Sink,
    child: CaptureChild,
    *,
    gone: Callable[[], DeviceError],
    refusal: Callable[[str], DeviceError],
    now_ns: Callable[[], int] = time.monotonic_ns,
) -> None:
    """Write what a child hears until told to stop, and end it.

    Raises:
        DeviceError: it cannot listen (`refusal` of its code), or there is nothing more to hear.
    """
    heard_ns: int | None = None  # until the child has begun; whether it does, the runner sees
    try:
        while not sink.stop.is_set:
            message = child.take(_CHECK_S)
            if message is not None and message.kind == "ERR":
                raise refusal(message.payload.decode(errors="replace"))
            if message is not None and (heard_ns is None or message.kind == "SND"):
                heard_ns = now_ns()
            if message is not None and message.kind == "SND":
                samples = np.frombuffer(message.payload, dtype=np.float32).reshape(-1, 2)
                sink.sound(samples, heard_ns=message.first)
            elif heard_ns is not None and now_ns() - heard_ns > SILENT_S * NS:
                raise gone()  # the child may be well all the same: it says so every second
    except EOFError as error:
        raise gone() from error
    finally:
        child.close()
