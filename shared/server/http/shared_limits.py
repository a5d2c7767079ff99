"""Limits that several processes share over Redis: what one admits fills the others' buckets, too.

A request is judged by its own process at once and never waits for Redis. What was admitted is told
to Redis in batches, which answers how full the bucket is over all processes; that level then holds
here. So a client that spreads its requests gets at most what is admitted within one exchange more.
While Redis does not answer, each process limits for itself.
"""

import asyncio
import logging
from collections import Counter
from typing import Any, Final

from shared.server.http.limits import Limits
from shared.server.redis_client import redis_client

_log = logging.getLogger(__name__)
_PREFIX: Final = "teezu:limit:"
_MAX_WAITING: Final = 10_000
_BATCH: Final = 500
_TIMEOUT_S: Final = 5.0
_AGAIN_S: Final = 1.0
_POUR: Final = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
local kept = redis.call('HMGET', KEYS[1], 'level', 'at')
local level = 0
if kept[1] then
    level = math.max(0, kept[1] - (now - kept[2]) * ARGV[1] / 60)
end
level = math.min(level + ARGV[2], ARGV[1])
redis.call('HSET', KEYS[1], 'level', level, 'at', now)
redis.call('EXPIRE', KEYS[1], 120)
return tostring(level)
"""


class SharedLimits:
    """Tells Redis what this process admits, and this process what the others do. `run` must run."""

    def __init__(self, url: str, limits: Limits) -> None:
        self._url = url
        self._limits = limits
        self._admitted: asyncio.Queue[tuple[str, int]] = asyncio.Queue(_MAX_WAITING)
        limits.on_admitted = self._note

    def _note(self, key: str, per_minute: int) -> None:
        try:
            self._admitted.put_nowait((key, per_minute))
        except asyncio.QueueFull:  # the others admit a little more, until Redis is quicker
            return

    async def run(self) -> None:
        """Exchange levels until cancelled.

        Raises:
            Unavailable: the Redis client is not installed.
        """
        redis = redis_client()
        while True:
            try:
                async with redis.from_url(
                    self._url,
                    decode_responses=True,
                    socket_timeout=_TIMEOUT_S,
                    socket_connect_timeout=_TIMEOUT_S,
                ) as client:
                    await self._exchange(client)
            except (redis.RedisError, OSError) as error:
                _log.warning("Redis does not answer (%s); limits hold here", type(error).__name__)
            await asyncio.sleep(_AGAIN_S)

    async def _exchange(self, client: Any) -> None:
        pour = client.register_script(_POUR)
        while True:
            admitted = Counter([await self._admitted.get()])
            while len(admitted) < _BATCH and not self._admitted.empty():
                admitted[self._admitted.get_nowait()] += 1
            async with client.pipeline(transaction=False) as pipeline:
                for (key, per_minute), count in admitted.items():
                    await pour(keys=[_PREFIX + key], args=[per_minute, count], client=pipeline)
                levels = await pipeline.execute()
            for (key, _), level in zip(admitted, levels, strict=True):
                self._limits.learn(key, float(level))
