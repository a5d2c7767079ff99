"""What the ingest asks of the platform, and what it tells it: keys, limits, starts, health, ends.

The streams area of the server implements `IngestAuthority`; tests use a small fake.
"""

import enum
from dataclasses import dataclass
from typing import Protocol

from shared.server.ingest.reports import Media


class EndReason(enum.Enum):
    """Why a publisher is no longer connected; the values are stable codes."""

    UNPUBLISHED = "unpublished"
    CONNECTION_LOST = "connection_lost"
    IDLE = "idle"
    PROTOCOL_ERROR = "protocol_error"
    UNREADABLE_MEDIA = "unreadable_media"
    LIMIT_EXCEEDED = "limit_exceeded"
    REPLACED = "replaced"
    KICKED = "kicked"
    SHUTDOWN = "shutdown"


@dataclass(frozen=True, slots=True)
class IngestGrant:
    """Leave to publish under a stream, and how much; None is no limit.

    `max_kbps` is judged as an average over ten seconds with a quarter of tolerance.
    """

    stream_id: str
    max_kbps: int | None = None
    max_width: int | None = None
    max_height: int | None = None
    max_fps: float | None = None


@dataclass(frozen=True, slots=True)
class IngestHealth:
    """A publisher's last seconds, for the stream's health line and the hub."""

    kbps: int
    video_kbps: int
    audio_kbps: int
    fps: float
    keyframe_interval_s: float | None
    bytes_received: int
    uptime_s: float
    silent_s: float
    """Seconds since the last byte."""
    dropped_frames: int
    """Pictures not repackaged because the worker could not keep up."""


class IngestAuthority(Protocol):
    """Decides who may publish. Every call is given five seconds, then counts as refused."""

    async def authorise(self, stream_key: str, peer: str) -> IngestGrant | None:
        """Give leave, or None for a key that is wrong, ended or banned.

        Compare in constant time (look up by the key's hash); never log the key. `peer` is the
        publisher's address as `host:port`.
        """

    async def started(self, stream_id: str, media: Media) -> None:
        """Playable media has begun (also again after a change of codec or size)."""

    async def ended(self, stream_id: str, reason: EndReason) -> None:
        """The publisher has gone; called once for every publish that was accepted."""

    async def health(self, stream_id: str, figures: IngestHealth) -> None:
        """Every two seconds while a publisher is connected."""
