"""Broadcasts between publishers, worker and playlists: who is on air, and what became of it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.backoff import Backoff
from shared.clock import Clock
from shared.rtmp import AudioReceived, VideoReceived
from shared.server.ingest.authority import EndReason
from shared.server.ingest.hls import HlsStore
from shared.server.ingest.link import WorkerLink
from shared.server.ingest.orders import Order, OrderKind
from shared.server.ingest.publisher import Publisher
from shared.server.ingest.reports import (
    CANNOT_WRITE,
    InitReport,
    Media,
    MediaReport,
    Report,
    SegmentReport,
    ThumbnailReport,
    TroubleReport,
)

LAST_SEGMENT_S: Final = 1.0
"""After a proper end the playlist is finished so much later, when its last segment is there."""
TROUBLE_EVERY_S: Final = 5.0
_FINISH_S: Final = 1.0
"""At a stop the worker gets so long to write out what it holds."""

_UNREADABLE: Final = "The video could not be read. Change the encoder's settings."

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Air:
    """One broadcast that has a playlist: its number at the worker, its publisher if any."""

    stream_id: str
    number: int
    folder: Path
    last_epoch: int
    publisher: Publisher | None = None
    timer: asyncio.TimerHandle | None = None
    last_trouble_s: float = float("-inf")


class Airing:
    """Keeps a broadcast's playlist through reconnects, worker restarts and panic.

    `on_media` is called when playable media begins and when it changes, with its publisher.
    """

    def __init__(
        self,
        *,
        store: HlsStore,
        clock: Clock,
        worker: Sequence[str],
        on_media: Callable[[Publisher, Media], None],
        linger_s: float,
        retention_s: float,
    ) -> None:
        self._store = store
        self._clock = clock
        self._on_media = on_media
        self._linger_s, self._retention_s = linger_s, retention_s
        self._link = WorkerLink(
            command=worker,
            on_report=self._on_report,
            on_restart=self._on_worker_restart,
            backoff=Backoff(),
        )
        self._by_stream: dict[str, Air] = {}
        self._by_number: dict[int, Air] = {}
        self._next_number = 1
        self.failures = 0
        """Times the worker ended or could not write: for the figures."""

    @property
    def worker_pid(self) -> int | None:
        """The repackaging worker's process id, while there is one."""
        return self._link.pid

    @property
    def publishers(self) -> dict[str, Publisher]:
        """The connected publishers by stream."""
        return {key: air.publisher for key, air in self._by_stream.items() if air.publisher}

    async def open(self) -> None:
        """Start the worker.

        Raises:
            OSError: it cannot be started.
        """
        await self._link.start()

    async def close(self) -> None:
        """Stop the worker; files stay. One that holds nothing has nothing to finish."""
        for air in self._by_stream.values():
            if air.timer is not None:
                air.timer.cancel()
        await self._link.stop(_FINISH_S if self._by_stream else 0.0)

    def publisher_of(self, stream_id: str) -> Publisher | None:
        """The publisher connected for a stream."""
        air = self._by_stream.get(stream_id)
        return air.publisher if air is not None else None

    def begin(self, stream_id: str, publisher: Publisher) -> None:
        """A publisher is admitted; its media continues the stream's playlist if there is one."""
        folder = self._store.open(stream_id)
        air = self._by_stream.get(stream_id)
        if air is None:
            # Epochs begin at the time of day, so that file names never come twice.
            air = Air(stream_id, self._next_number, folder, int(self._clock.now().timestamp()))
            self._next_number += 1
            self._by_stream[stream_id] = self._by_number[air.number] = air
            self._open_at_worker(air)
        else:
            self._link.send(Order(OrderKind.BEGIN_AGAIN, air.number))
        if air.timer is not None:
            air.timer.cancel()
            air.timer = None
        air.publisher = publisher

    def part(self, stream_id: str, publisher: Publisher, reason: EndReason) -> None:
        """A publisher has gone; the playlist waits for it to come back, unless it said goodbye."""
        air = self._by_stream.get(stream_id)
        if air is None or air.publisher is not publisher:
            return
        air.publisher = None
        self._link.send(Order(OrderKind.END_EPOCH, air.number))
        is_final = reason in (EndReason.UNPUBLISHED, EndReason.KICKED)
        self._end_after(air, LAST_SEGMENT_S if is_final else self._linger_s)

    def finish(self, stream_id: str) -> None:
        """The stream will not come back: end its playlist soon, and delete the files later."""
        air = self._by_stream.get(stream_id)
        if air is not None:
            self._end_after(air, LAST_SEGMENT_S)

    def discard(self, stream_id: str) -> None:
        """Let the worker forget what it holds and go on at the next keyframe."""
        air = self._by_stream.get(stream_id)
        if air is not None:
            self._link.send(Order(OrderKind.DISCARD, air.number))

    def send(self, publisher: Publisher, event: VideoReceived | AudioReceived) -> bool:
        """Pass a media body on; False when it could not be."""
        grant = publisher.grant
        air = self._by_stream.get(grant.stream_id) if grant is not None else None
        if air is None or air.publisher is not publisher:
            return False
        kind = OrderKind.VIDEO if isinstance(event, VideoReceived) else OrderKind.AUDIO
        return self._link.send(Order(kind, air.number, event.payload, event.timestamp))

    def _end_after(self, air: Air, delay_s: float) -> None:
        if air.timer is not None:
            air.timer.cancel()
        loop = asyncio.get_running_loop()
        air.timer = loop.call_later(delay_s, self._end_playlist, air)

    def _end_playlist(self, air: Air) -> None:
        self._store.end(air.stream_id)
        loop = asyncio.get_running_loop()
        air.timer = loop.call_later(self._retention_s, self._forget, air)

    def _forget(self, air: Air) -> None:
        self._link.send(Order(OrderKind.CLOSE, air.number))
        self._by_stream.pop(air.stream_id, None)
        self._by_number.pop(air.number, None)
        self._store.forget(air.stream_id)

    def _open_at_worker(self, air: Air) -> None:
        folder = str(air.folder.absolute()).encode("utf-8", "surrogateescape")
        self._link.send(Order(OrderKind.OPEN, air.number, folder, air.last_epoch + 1))

    def _on_report(self, number: int, report: Report) -> None:
        air = self._by_number.get(number)
        if air is None:
            return
        stream_id = air.stream_id
        match report:
            case MediaReport():
                air.last_epoch = max(air.last_epoch, report.epoch)
                self._store.add_media(stream_id, report)
                publisher = air.publisher
                if publisher is not None and publisher.media != report.media:
                    publisher.media = report.media
                    self._on_media(publisher, report.media)
            case InitReport():
                self._store.add_init(stream_id, report)
            case SegmentReport():
                self._store.add_segment(stream_id, report)
            case ThumbnailReport(jpeg):
                self._store.add_thumbnail(stream_id, jpeg)
            case TroubleReport(message):
                self.failures += message.startswith(CANNOT_WRITE)
                self._note_trouble(air, message)
            case _:
                pass

    def _note_trouble(self, air: Air, message: str) -> None:
        """Log it, but not for each of a broken encoder's frames."""
        now = asyncio.get_running_loop().time()
        if now - air.last_trouble_s >= TROUBLE_EVERY_S:
            air.last_trouble_s = now
            _log.info("Stream %s: %s", air.stream_id, message)

    def _on_worker_restart(self, blamed: frozenset[int]) -> None:
        """Tell a fresh worker of every broadcast; the one whose bytes killed the last is ended."""
        self.failures += 1
        for air in self._by_stream.values():
            publisher = air.publisher
            if publisher is not None and air.number in blamed:
                publisher.close(EndReason.UNREADABLE_MEDIA, _UNREADABLE)
            air.last_epoch += 1
            self._open_at_worker(air)
            if publisher is None:
                continue
            publisher.needs_keyframe = True
            for start in (publisher.video_start, publisher.audio_start):
                if start is not None:
                    self.send(publisher, start)
