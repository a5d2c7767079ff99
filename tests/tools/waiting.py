"""Waits in a running loop until something can be seen, and says what was not."""

import asyncio
import time
from collections.abc import Callable

from shared.api import ApiClient

_DEADLINE_S = 30.0
_LOOK_EVERY_S = 0.03


async def until(is_so: Callable[[], object], what: str, *, deadline_s: float = _DEADLINE_S) -> None:
    """Look until it is so; fails with the words of `what` after the deadline."""
    end = time.monotonic() + deadline_s
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"not seen within {deadline_s:g} s: {what}")
        await asyncio.sleep(_LOOK_EVERY_S)


async def stream_on_air(client: ApiClient, creator_id: str) -> str:
    """The id of a creator's stream, as soon as viewers can find it."""
    end = time.monotonic() + _DEADLINE_S
    while True:
        for stream in (await client.streams.active()).items:
            if stream.creator.id == creator_id:
                return stream.id
        assert time.monotonic() < end, "the stream is not among those on air"
        await asyncio.sleep(0.1)
