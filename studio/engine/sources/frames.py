"""Pictures of a device that may have none just now."""

import time
from collections.abc import Callable, Iterator
from typing import Final

import av
from av.container import InputContainer

from studio.engine.schedule import StopSignal

_PAUSE_NS: Final = 5_000_000


def frames_of(
    container: InputContainer, stop: StopSignal, *, now_ns: Callable[[], int] = time.monotonic_ns
) -> Iterator[av.VideoFrame]:
    """Yield the pictures of a device until it ends or it is time to stop.

    Some devices (avfoundation, DirectShow) do not wait for the next picture but say that there is
    none yet; libav hands that on as an error.

    Raises:
        av.FFmpegError: the device has gone.
    """
    while not stop.is_set:
        try:
            yield from container.decode(video=0)
        except av.BlockingIOError:
            stop.wait_until(now_ns() + _PAUSE_NS)
        else:
            return
