"""Orders from one server process to all others, at once, over Redis, each of them confirmed.

An order only says which stream to look at: the database is the truth, so orders may come twice,
late, or in another order. What Redis loses is found by the processes' own regular look.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from shared.errors import AppError
from shared.ids import new_id
from shared.server.redis_client import redis_client

_CHANNEL: Final = "teezu:orders"
_TIMEOUT_S: Final = 5.0
_AGAIN_S: Final = 1.0
_MOST_AT_ONCE: Final = 200

_log = logging.getLogger(__name__)

type Obey = Callable[[str, str], Awaitable[None]]
"""Does what an order (its kind, and a stream's id) asks of this process."""


@dataclass(slots=True, eq=False)
class _Pending:
    missing: int | None = None
    """How many have yet to confirm; None until Redis has said how many there are."""
    confirmed: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def check(self) -> None:
        if self.missing is not None and self.confirmed >= self.missing:
            self.done.set()


class RedisOrders:
    """Gives orders and obeys those of others. `run` must run."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._id = new_id()
        self._obey: Obey | None = None
        self._client: Any = None
        self._pending: dict[str, _Pending] = {}
        self._doing: set[asyncio.Task[None]] = set()
        self.ready = asyncio.Event()
        """Set while connected to Redis."""
        self.failures = 0
        """Orders that were not confirmed by all in time."""

    def obey(self, how: Obey) -> None:
        """Say what orders do here; before `run`."""
        self._obey = how

    async def give(self, kind: str, stream_id: str, *, timeout_s: float) -> bool:
        """Order all other processes; whether all have confirmed within the time."""
        client = self._client
        order_id = new_id()
        pending = self._pending[order_id] = _Pending()
        try:
            async with asyncio.timeout(timeout_s):
                if client is None or len(self._pending) > _MOST_AT_ONCE:
                    raise TimeoutError
                text = json.dumps([self._id, order_id, kind, stream_id])
                heard = await client.publish(_CHANNEL, text)
                pending.missing = int(heard) - 1  # we hear it ourselves, and do not confirm
                pending.check()
                await pending.done.wait()
        except (TimeoutError, OSError, redis_client().RedisError):
            self.failures += 1
            _log.warning("an order to other processes was not confirmed; they look every 2 s")
            return False
        finally:
            del self._pending[order_id]
        return True

    async def run(self) -> None:
        """Stay connected until cancelled.

        Raises:
            Unavailable: the Redis client is not installed.
        """
        redis = redis_client()
        try:
            while True:
                try:
                    await self._connected(redis)
                except (redis.RedisError, OSError) as error:
                    _log.warning("Redis does not answer (%s); orders wait", type(error).__name__)
                finally:
                    self._client = None
                    self.ready.clear()
                await asyncio.sleep(_AGAIN_S)
        finally:
            for task in self._doing:
                task.cancel()
            if self._doing:
                await asyncio.wait(self._doing)

    async def _connected(self, redis: Any) -> None:
        async with (
            redis.from_url(
                self._url,
                decode_responses=True,
                socket_timeout=_TIMEOUT_S,
                socket_connect_timeout=_TIMEOUT_S,
                health_check_interval=10,
            ) as client,
            client.pubsub() as pubsub,
        ):
            await pubsub.subscribe(_CHANNEL, f"{_CHANNEL}:{self._id}")
            while True:
                message = await pubsub.get_message(timeout=_TIMEOUT_S / 2)
                if message is None:
                    continue
                if message["type"] == "subscribe":
                    self._client = client
                    self.ready.set()
                elif message["type"] == "message":
                    self._heard(str(message["channel"]), str(message["data"]))

    def _heard(self, channel: str, text: str) -> None:
        if channel != _CHANNEL:
            pending = self._pending.get(text)
            if pending is not None:
                pending.confirmed += 1
                pending.check()
            return
        sender, order_id, kind, stream_id = json.loads(text)
        if sender == self._id or len(self._doing) >= _MOST_AT_ONCE:
            return  # one too many is found by the regular look
        task = asyncio.create_task(self._do(sender, order_id, kind, stream_id), name="order")
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)

    async def _do(self, sender: str, order_id: str, kind: str, stream_id: str) -> None:
        client, obey = self._client, self._obey
        if client is None or obey is None:
            return
        try:
            await obey(kind, stream_id)
            await client.publish(f"{_CHANNEL}:{sender}", order_id)
        except (AppError, SQLAlchemyError, OSError, redis_client().RedisError):
            _log.warning("an order about stream %s could not be carried out", stream_id)
