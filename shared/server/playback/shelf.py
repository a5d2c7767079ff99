"""Broadcasts that another server process takes in: kept on a shared store, read from there.

The process that has the publisher keeps the store like its own folder: what may be fetched is
there, what may not is removed, the playlist before its files. Others read what is there. Without a
shared store there is one process, and its own folder is all.
"""

import asyncio
import logging
import re
from dataclasses import dataclass, field
from typing import Final

from shared.errors import AppError
from shared.server.ingest.hls import PLAYLIST_NAME, HlsStore
from shared.server.objects import Objects

_log = logging.getLogger(__name__)
_AGAIN_S: Final = 1.0
_FRESH_S: Final = 0.5
_THUMBNAIL: Final = "thumbnail.jpg"
_NAME: Final = re.compile(r"(?:init-\d{1,12}\.mp4|\d{1,12}-\d{1,9}\.m4s)")
_MOST_READ: Final = 500
_OF_SEGMENTS: Final = frozenset(
    {"#EXTINF", "#EXT-X-MAP", "#EXT-X-PROGRAM-DATE-TIME", "#EXT-X-DISCONTINUITY"}
)


def _key(stream_id: str, name: str) -> str:
    return f"live/{stream_id}/{name}"


def emptied(playlist: str) -> str:
    """The playlist as if all that is in it had left it."""
    lines = playlist.splitlines()
    counts = {
        "#EXT-X-MEDIA-SEQUENCE": sum(not line.startswith("#") for line in lines),
        "#EXT-X-DISCONTINUITY-SEQUENCE": lines.count("#EXT-X-DISCONTINUITY"),
    }
    kept = []
    for line in lines:
        name, _, value = line.partition(":")
        if name in counts and value.isdigit():
            kept.append(f"{name}:{int(value) + counts[name]}")
        elif line.startswith("#") and name not in _OF_SEGMENTS:
            kept.append(line)
    return "\n".join(kept) + "\n"


@dataclass(slots=True)
class _Kept:
    """What the store holds of a broadcast, as far as this process put it there."""

    names: set[str] = field(default_factory=set)
    thumbnail: bytes | None = None


class Shelf:
    """What viewers may fetch: of this process's broadcasts, and of the others'."""

    def __init__(self, store: HlsStore, objects: Objects) -> None:
        self._store = store
        self._objects = objects
        self._kept: dict[str, _Kept] = {}
        self._changed: set[str] = set()
        self._wake = asyncio.Event()
        self._read: dict[str, tuple[float, str | None]] = {}
        if objects.is_shared:
            store.on_change = self._note

    # --- for viewers -------------------------------------------------------------------------

    async def playlist(self, stream_id: str) -> str | None:
        """The playlist with bare file names; None when nobody has the broadcast.

        Raises:
            Unavailable: the shared store does not answer.
        """
        own = self._store.playlist(stream_id)
        if own is not None or not self._objects.is_shared:
            return own
        now = asyncio.get_running_loop().time()
        at, text = self._read.get(stream_id, (float("-inf"), None))
        if now - at < _FRESH_S:
            return text
        found = await self._objects.get(_key(stream_id, PLAYLIST_NAME))
        text = None if found is None else found.decode()
        if len(self._read) >= _MOST_READ:
            self._read.clear()
        self._read[stream_id] = (now, text)
        return text

    async def segment(self, stream_id: str, name: str) -> bytes | None:
        """A file that the playlist names; None where there is none (any more).

        Raises:
            Unavailable: the shared store does not answer.
        """
        path = self._store.segment_path(stream_id, name)
        if path is not None:
            try:  # about a second of media; a panic may remove it between the two lines
                return await asyncio.to_thread(path.read_bytes)
            except FileNotFoundError:
                return None
        is_own = self._store.playlist(stream_id) is not None
        if is_own or not self._objects.is_shared or not _NAME.fullmatch(name):
            return None
        return await self._objects.get(_key(stream_id, name))

    async def thumbnail(self, stream_id: str) -> bytes | None:
        """A small recent picture; None where there is none.

        Raises:
            Unavailable: the shared store does not answer.
        """
        own = self._store.thumbnail(stream_id)
        is_own = self._store.playlist(stream_id) is not None
        if own is not None or is_own or not self._objects.is_shared:
            return own
        return await self._objects.get(_key(stream_id, _THUMBNAIL))

    # --- keeping the store -------------------------------------------------------------------

    def _note(self, stream_id: str) -> None:
        self._changed.add(stream_id)
        self._wake.set()

    async def run(self) -> None:
        """Keep the store as the ingest goes; what it does not take now is tried again."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            changed, self._changed = self._changed, set()
            for stream_id in changed:
                try:
                    await self.keep(stream_id)
                except AppError as error:
                    _log.warning("Stream %s: %s", stream_id, error)
                    self._note(stream_id)
                    await asyncio.sleep(_AGAIN_S)

    async def keep(self, stream_id: str) -> None:
        """Make the store hold what may be fetched of this broadcast, and nothing else.

        Raises:
            Unavailable: the store does not take it.
        """
        kept = self._kept.setdefault(stream_id, _Kept())
        wanted = self._store.files(stream_id)
        for name in sorted(wanted.keys() - kept.names):
            try:
                content = await asyncio.to_thread(wanted[name].read_bytes)
            except FileNotFoundError:
                continue  # hidden or gone since: the next change says so
            kept.names.add(name)
            await self._objects.put(_key(stream_id, name), content)
        playlist = self._store.playlist(stream_id)
        if playlist is None:
            await self._remove_all(stream_id)
            return
        # Asked anew: a panic while we uploaded has emptied both.
        await self._objects.put(_key(stream_id, PLAYLIST_NAME), playlist.encode())
        gone = sorted(kept.names - self._store.files(stream_id).keys())
        await self._objects.delete([_key(stream_id, name) for name in gone])
        kept.names -= set(gone)
        await self._keep_thumbnail(stream_id, kept)

    async def _keep_thumbnail(self, stream_id: str, kept: _Kept) -> None:
        picture = self._store.thumbnail(stream_id)
        if picture == kept.thumbnail:
            return
        if picture is None:
            await self._objects.delete([_key(stream_id, _THUMBNAIL)])
        else:
            await self._objects.put(_key(stream_id, _THUMBNAIL), picture)
        kept.thumbnail = picture

    async def _remove_all(self, stream_id: str) -> None:
        found = await self._objects.under(f"live/{stream_id}/")
        await self._objects.delete([each.key for each in found])
        self._kept.pop(stream_id, None)
