"""An ingest for tests: keys in memory, files in a temporary folder, everything noted down."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from shared.clock import SystemClock
from shared.server.ingest import (
    EndReason,
    HlsStore,
    IngestGrant,
    IngestHealth,
    Media,
    RtmpIngest,
)

STREAM_ID: Final = "0193-stream"
STREAM_KEY: Final = "key-for-tests-1234"


@dataclass
class MemoryAuthority:
    """Grants by key; the lists say what the ingest told."""

    grants: dict[str, IngestGrant] = field(
        default_factory=lambda: {STREAM_KEY: IngestGrant(STREAM_ID)}
    )
    starts: list[tuple[str, Media]] = field(default_factory=list)
    ends: list[tuple[str, EndReason]] = field(default_factory=list)
    figures: list[tuple[str, IngestHealth]] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def authorise(self, stream_key: str, peer: str) -> IngestGrant | None:
        """Look the key up without telling by time how much of it was right."""
        found = None
        for key, grant in self.grants.items():
            if hmac.compare_digest(key.encode(), stream_key.encode()):
                found = grant
        return found

    async def started(self, stream_id: str, media: Media) -> None:
        """Note it."""
        await self._note(self.starts, (stream_id, media))

    async def ended(self, stream_id: str, reason: EndReason) -> None:
        """Note it."""
        await self._note(self.ends, (stream_id, reason))

    async def health(self, stream_id: str, figures: IngestHealth) -> None:
        """Note it."""
        await self._note(self.figures, (stream_id, figures))

    async def _note(self, notes: list[Any], entry: tuple[str, Any]) -> None:
        notes.append(entry)
        async with self.changed:
            self.changed.notify_all()

    async def until(self, is_so: Callable[[], bool], *, timeout_s: float = 30.0) -> None:
        """Wait for something that the ingest will tell."""
        async with asyncio.timeout(timeout_s), self.changed:
            await self.changed.wait_for(is_so)


@asynccontextmanager
async def running_ingest(
    root: Path, authority: MemoryAuthority | None = None, **options: Any
) -> AsyncIterator[tuple[RtmpIngest, MemoryAuthority]]:
    """An open ingest on a free port; `options` go to `RtmpIngest`."""
    chosen = authority or MemoryAuthority()
    clock = SystemClock()
    store = HlsStore(root, clock=clock)
    ingest = RtmpIngest(authority=chosen, store=store, clock=clock, **{"port": 0, **options})
    async with ingest:
        yield ingest, chosen


async def until(is_so: Callable[[], bool | Awaitable[bool]], *, timeout_s: float = 30.0) -> None:
    """Look again every 20 ms for something nobody tells; fails after `timeout_s`."""
    async with asyncio.timeout(timeout_s):
        while True:
            answer = is_so()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.02)


def segments_of(playlist: str) -> list[str]:
    """The names of the media segments in a playlist."""
    return [line for line in playlist.splitlines() if line and not line.startswith("#")]


def write_playlist(ingest: RtmpIngest, stream_id: str = STREAM_ID) -> Path:
    """Put the playlist beside its segments, so that a player can open it as a file."""
    text = ingest.store.playlist(stream_id)
    assert text is not None
    name = segments_of(text)[-1]
    path = ingest.store.segment_path(stream_id, name)
    assert path is not None
    target = path.parent / "index.m3u8"
    target.write_text(text)
    return target
