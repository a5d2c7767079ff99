"""Cutting broadcasts off at an external media server: on panic, suspension and end."""

import asyncio
import logging
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from shared.api.media_servers import MEDIA_SERVERS, MediaServer
from shared.errors import AppError
from shared.schemas.alerts import AlertKind, Severity
from shared.server.core import Core
from shared.server.operations.alerts import Alerts
from shared.server.settings import Settings
from shared.server.streams.keys import StreamKeys
from shared.server.streams.records import StreamRecord

_PAUSES_S: Final = (0.2, 0.5, 1.0)
_MOST_WAITING: Final = 500
_MOST_NAMES: Final = 10_000
_AT_ONCE: Final = 4

_log = logging.getLogger(__name__)


def media_server(settings: Settings) -> MediaServer | None:
    """The media server that the settings name.

    Raises:
        InvalidInput: its address cannot be used.
    """
    if not settings.ingest_control:
        return None
    return MEDIA_SERVERS[settings.ingest_control](
        settings.ingest_control_url,
        app=settings.ingest_control_app,
        user=settings.ingest_control_user,
        password=settings.ingest_control_password,
    )


class Cutting:
    """Tells the media server to hang up, again where it does not answer. `run` must run."""

    def __init__(
        self, core: Core, keys: StreamKeys, alerts: Alerts, server: MediaServer | None
    ) -> None:
        self._core = core
        self._keys = keys
        self._alerts = alerts
        self._server = server
        self._names: dict[str, str] = {}
        self._waiting: asyncio.Queue[tuple[StreamRecord, asyncio.Future[bool]]] = asyncio.Queue(
            _MOST_WAITING
        )
        core.metrics.declare("teezu_ingest_cut_failures_total")

    def published(self, stream_id: str, name: str) -> None:
        """Note under which name a stream is published there; it may be an older key."""
        if self._server is not None:
            if len(self._names) >= _MOST_NAMES:
                self._names.clear()
            self._names[stream_id] = name

    def cut(self, stream: StreamRecord) -> "asyncio.Future[bool]":
        """Hang up soon; the future says whether it was done, or had nothing to be done."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if self._server is None:
            done.set_result(True)
            return done
        try:
            self._waiting.put_nowait((stream, done))
        except asyncio.QueueFull:
            self._core.metrics.count("teezu_ingest_cut_failures_total")
            done.set_result(False)
        return done

    async def run(self) -> None:
        """Hang up on those that are to be cut, until cancelled."""
        if self._server is None:
            return
        async with self._server as server, asyncio.TaskGroup() as group:
            for number in range(_AT_ONCE):
                group.create_task(self._work(server), name=f"cutting {number}")

    async def _work(self, server: MediaServer) -> None:
        while True:
            stream, done = await self._waiting.get()
            try:
                is_done = await self._cut(server, stream)
            except SQLAlchemyError:
                _log.exception("stream %s could not be cut off", stream.id)
                is_done = False
            if not done.done():
                done.set_result(is_done)

    async def _cut(self, server: MediaServer, stream: StreamRecord) -> bool:
        """By the stream's id (nginx-rtmp goes on under it), and by the key it was published with.

        The names are secrets and are in no log.
        """
        key = await self._keys.of(stream.creator.id)
        names = dict.fromkeys((stream.id, key.stream_key, self._names.get(stream.id) or stream.id))
        reason = ""
        for pause_s in (*_PAUSES_S, None):
            try:
                dropped = [name for name in names if await server.drop(name)]
            except AppError as error:
                reason = error.message
            else:
                _log.info("stream %s: cut off at the media server (%d)", stream.id, len(dropped))
                return True
            if pause_s is not None:
                await asyncio.sleep(pause_s)
        self._core.metrics.count("teezu_ingest_cut_failures_total")
        await self._alerts.tell(
            AlertKind.INGEST,
            Severity.CRITICAL,
            f"A stream could not be cut off at the media server: {reason} Cut it off there by "
            "hand, now.",
            {"stream_id": stream.id},
        )
        return False
