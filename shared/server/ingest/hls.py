"""The playlists and files of all broadcasts, for the HTTP area that serves them.

`HlsStore` knows what the worker has written; it is used on the event loop only. The HTTP area
rewrites the names in a playlist to signed addresses and asks `segment_path` for each of them.
"""

import logging
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import floor
from pathlib import Path
from typing import Final, Protocol

from shared.clock import Clock, rfc3339
from shared.server.ingest.reports import InitReport, Media, MediaReport, SegmentReport

PLAYLIST_NAME: Final = "index.m3u8"
WINDOW: Final = 8
GRACE: Final = 4
_STREAM_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
_FILE_NAME: Final = re.compile(r"(?:init-\d{1,12}\.mp4|\d{1,12}-\d{1,9}\.m4s)")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Published:
    """A segment that may be fetched now; it plays behind the init segment of its epoch."""

    name: str
    epoch: int
    begins: datetime
    duration_s: float
    path: Path
    init_path: Path


@dataclass(frozen=True, slots=True)
class _Segment:
    sequence: int
    epoch: int
    name: str
    duration_s: float
    begins: datetime
    is_discontinuous: bool


@dataclass(slots=True)
class _Broadcast:
    folder: Path
    next_sequence: int
    discontinuity_base: int
    target_s: int = 2
    init_names: dict[int, str] = field(default_factory=dict)
    segments: list[_Segment] = field(default_factory=list)
    retired: list[_Segment] = field(default_factory=list)
    last_epoch: int | None = None
    oldest_epoch: int = 0
    is_hidden: bool = False
    is_ended: bool = False
    media: Media | None = None
    thumbnail: bytes | None = None


class Keeper(Protocol):
    """Takes the files of segments that viewers have seen and that leave the playlist."""

    def keep(self, stream_id: str, part: Published) -> bool:
        """Take the file; False leaves it to be deleted."""
        ...

    def forget(self, stream_id: str) -> None:
        """No more will come of this broadcast."""
        ...


class HlsStore:
    """What viewers may fetch of each broadcast, now.

    The last `WINDOW` segments are listed; `GRACE` more stay on disk for viewers who have just
    read an older playlist. Sequence numbers begin at the time of day in seconds, so that they
    go on rising when the server is started again.
    """

    def __init__(self, root: Path, *, clock: Clock) -> None:
        self._root = root
        self._clock = clock
        self._broadcasts: dict[str, _Broadcast] = {}
        self.on_change: Callable[[str], None] = _nobody
        """Called with a stream's id after each change of what may be fetched of it."""
        self.keeper: Keeper | None = None

    # --- for the HTTP area -------------------------------------------------------------------

    def playlist(self, stream_id: str) -> str | None:
        """The media playlist with bare file names; None when the broadcast is not known.

        While hidden (panic, suspension) it is a valid live playlist without any segment.
        """
        broadcast = self._broadcasts.get(stream_id)
        if broadcast is None:
            return None
        segments = broadcast.segments
        first = segments[0].sequence if segments else broadcast.next_sequence
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            f"#EXT-X-TARGETDURATION:{broadcast.target_s}",
            "#EXT-X-INDEPENDENT-SEGMENTS",
            f"#EXT-X-MEDIA-SEQUENCE:{first}",
            f"#EXT-X-DISCONTINUITY-SEQUENCE:{broadcast.discontinuity_base}",
        ]
        epoch: int | None = None
        for segment in segments:
            if segment.is_discontinuous:
                lines.append("#EXT-X-DISCONTINUITY")
            if segment.epoch != epoch:
                epoch = segment.epoch
                lines.append(f'#EXT-X-MAP:URI="{broadcast.init_names[epoch]}"')
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{rfc3339(segment.begins)}")
            lines += [f"#EXTINF:{segment.duration_s:.5f},", segment.name]
        if broadcast.is_ended:
            lines.append("#EXT-X-ENDLIST")
        return "\n".join(lines) + "\n"

    def segment_path(self, stream_id: str, name: str) -> Path | None:
        """The file of a segment or init segment that may be fetched now; else None.

        Only names that this store has published are answered, so a path cannot be smuggled in.
        """
        broadcast = self._broadcasts.get(stream_id)
        if broadcast is None or not _FILE_NAME.fullmatch(name):
            return None
        published = (*broadcast.segments, *broadcast.retired)
        epochs = {segment.epoch for segment in published}
        inits = {broadcast.init_names[epoch] for epoch in epochs}
        if name in inits or any(segment.name == name for segment in published):
            return broadcast.folder / name
        return None

    def files(self, stream_id: str) -> dict[str, Path]:
        """The files that may be fetched now, by name."""
        broadcast = self._broadcasts.get(stream_id)
        if broadcast is None:
            return {}
        published = (*broadcast.segments, *broadcast.retired)
        names = {segment.name for segment in published}
        names |= {broadcast.init_names[segment.epoch] for segment in published}
        return {name: broadcast.folder / name for name in names}

    def published(self, stream_id: str) -> tuple[Published, ...]:
        """Every segment that may be fetched now, oldest first."""
        broadcast = self._broadcasts.get(stream_id)
        if broadcast is None:
            return ()
        return tuple(
            _published(broadcast, segment) for segment in (*broadcast.retired, *broadcast.segments)
        )

    def thumbnail(self, stream_id: str) -> bytes | None:
        """A JPEG at most 320 pixels wide and about five seconds old; None when there is none."""
        broadcast = self._broadcasts.get(stream_id)
        return broadcast.thumbnail if broadcast is not None else None

    def media_info(self, stream_id: str) -> Media | None:
        """Codecs, size and sound of what is broadcast now; None when nothing is."""
        broadcast = self._broadcasts.get(stream_id)
        return broadcast.media if broadcast is not None else None

    @property
    def stream_ids(self) -> tuple[str, ...]:
        """All broadcasts that have a playlist."""
        return tuple(self._broadcasts)

    # --- for the ingest ----------------------------------------------------------------------

    def open(self, stream_id: str) -> Path:
        """Begin or continue a broadcast; returns its folder.

        Raises:
            ValueError: the id could not be a folder's name.
            OSError: the folder cannot be made.
        """
        if not _STREAM_ID.fullmatch(stream_id):
            raise ValueError("a stream id may hold letters, digits and dashes only")
        broadcast = self._broadcasts.get(stream_id)
        if broadcast is None:
            begin = int(self._clock.now().timestamp())
            broadcast = _Broadcast(self._root / stream_id, begin, begin)
            _remove_folder(broadcast.folder)
            broadcast.folder.mkdir(parents=True)
            self._broadcasts[stream_id] = broadcast
        broadcast.is_ended = False
        return broadcast.folder

    def add_media(self, stream_id: str, report: MediaReport) -> None:
        """Note what the broadcast is made of from now on."""
        broadcast = self._broadcasts.get(stream_id)
        if broadcast is not None:
            broadcast.media = report.media

    def add_init(self, stream_id: str, report: InitReport) -> None:
        """Note the init segment of a new epoch."""
        broadcast = self._broadcasts.get(stream_id)
        if broadcast is None or not _FILE_NAME.fullmatch(report.name):
            return
        broadcast.init_names[report.epoch] = report.name
        self._drop_inits(broadcast)  # An epoch before it that gave no segment never will.

    def add_segment(self, stream_id: str, report: SegmentReport) -> None:
        """Publish a segment, or delete it at once while the broadcast is hidden."""
        broadcast = self._broadcasts.get(stream_id)
        if broadcast is None or not _FILE_NAME.fullmatch(report.name):
            return
        is_stale = report.epoch < broadcast.oldest_epoch
        if broadcast.is_hidden or is_stale or report.epoch not in broadcast.init_names:
            _remove_file(broadcast.folder / report.name)
            return
        segment = _Segment(
            broadcast.next_sequence,
            report.epoch,
            report.name,
            report.duration_s,
            datetime.fromtimestamp(report.begins_unix_ms / 1000, UTC),
            broadcast.last_epoch is not None and report.epoch != broadcast.last_epoch,
        )
        broadcast.next_sequence += 1
        broadcast.last_epoch = report.epoch
        # RFC 8216 4.3.3.1: durations rounded to the nearest second must not exceed it.
        broadcast.target_s = max(broadcast.target_s, floor(report.duration_s + 0.5))
        broadcast.segments.append(segment)
        self._slide(stream_id, broadcast)
        self.on_change(stream_id)

    def add_thumbnail(self, stream_id: str, jpeg: bytes) -> None:
        """Replace the thumbnail, unless the broadcast is hidden."""
        broadcast = self._broadcasts.get(stream_id)
        if broadcast is not None and not broadcast.is_hidden:
            broadcast.thumbnail = jpeg
            self.on_change(stream_id)

    def hide(self, stream_id: str) -> None:
        """Delete every segment and the thumbnail now, and publish none until `reveal`."""
        broadcast = self._broadcasts.get(stream_id)
        if broadcast is None:
            return
        broadcast.is_hidden = True
        broadcast.thumbnail = None
        for segment in broadcast.segments:
            broadcast.discontinuity_base += segment.is_discontinuous
        for segment in (*broadcast.segments, *broadcast.retired):
            _remove_file(broadcast.folder / segment.name)
        broadcast.segments.clear()
        broadcast.retired.clear()
        broadcast.oldest_epoch = self._next_epoch(broadcast)
        self._drop_inits(broadcast)
        self.on_change(stream_id)

    def reveal(self, stream_id: str) -> None:
        """Publish segments again, from the next epoch on: none that holds a hidden moment."""
        broadcast = self._broadcasts.get(stream_id)
        if broadcast is not None and broadcast.is_hidden:
            broadcast.is_hidden = False
            broadcast.oldest_epoch = self._next_epoch(broadcast)

    def is_hidden(self, stream_id: str) -> bool:
        """Nothing of this broadcast is published for now."""
        broadcast = self._broadcasts.get(stream_id)
        return broadcast is not None and broadcast.is_hidden

    def end(self, stream_id: str) -> None:
        """Mark the playlist as finished; what is listed stays until `forget`."""
        broadcast = self._broadcasts.get(stream_id)
        if broadcast is not None:
            broadcast.is_ended = True
            broadcast.thumbnail = None
            broadcast.media = None
            self.on_change(stream_id)

    def forget(self, stream_id: str) -> None:
        """Delete all that is left of a broadcast."""
        self.release(stream_id)
        broadcast = self._broadcasts.pop(stream_id, None)
        if broadcast is not None:
            _remove_folder(broadcast.folder)
            self.on_change(stream_id)

    def release(self, stream_id: str) -> None:
        """Give all that is published to the keeper, and publish it no more."""
        broadcast = self._broadcasts.get(stream_id)
        if broadcast is None:
            return
        for segment in (*broadcast.retired, *broadcast.segments):
            self._let_go(stream_id, broadcast, segment)
        broadcast.retired.clear()
        broadcast.segments.clear()
        if self.keeper is not None:
            self.keeper.forget(stream_id)

    def _let_go(self, stream_id: str, broadcast: _Broadcast, segment: _Segment) -> None:
        keeper = self.keeper
        if keeper is None or not keeper.keep(stream_id, _published(broadcast, segment)):
            _remove_file(broadcast.folder / segment.name)

    def _slide(self, stream_id: str, broadcast: _Broadcast) -> None:
        while len(broadcast.segments) > WINDOW:
            gone = broadcast.segments.pop(0)
            # RFC 8216 6.2.2: a discontinuity that leaves the playlist is counted there.
            broadcast.discontinuity_base += gone.is_discontinuous
            broadcast.retired.append(gone)
        while len(broadcast.retired) > GRACE:
            self._let_go(stream_id, broadcast, broadcast.retired.pop(0))
        self._drop_inits(broadcast)

    @staticmethod
    def _next_epoch(broadcast: _Broadcast) -> int:
        return max(broadcast.init_names, default=0) + 1

    @staticmethod
    def _drop_inits(broadcast: _Broadcast) -> None:
        used = {segment.epoch for segment in (*broadcast.segments, *broadcast.retired)}
        newest = max(broadcast.init_names, default=0)
        for epoch in [each for each in broadcast.init_names if each not in used]:
            if epoch != newest:
                _remove_file(broadcast.folder / broadcast.init_names.pop(epoch))


def _published(broadcast: _Broadcast, segment: _Segment) -> Published:
    return Published(
        segment.name,
        segment.epoch,
        segment.begins,
        segment.duration_s,
        broadcast.folder / segment.name,
        broadcast.folder / broadcast.init_names[segment.epoch],
    )


def _nobody(stream_id: str) -> None:
    """Nobody wants to know."""


def _remove_file(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("A segment file cannot be deleted: %s", error.strerror)


def _remove_folder(path: Path) -> None:
    try:
        shutil.rmtree(path)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        _log.warning("A broadcast's folder cannot be deleted: %s", error.strerror)
