"""What a publisher tells of itself, and how long it waits for what."""

import enum
from dataclasses import dataclass

from studio.engine.output.queue import MAX_AGE_S


class PublisherPhase(enum.Enum):
    """Where a publisher stands; `REFUSED` and `ENDED` are final."""

    CONNECTING = "connecting"
    LIVE = "live"
    RECONNECTING = "reconnecting"
    REFUSED = "refused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class PublisherState:
    """The phase with one sentence for the creator; `code` is set when something is wrong."""

    phase: PublisherPhase
    message: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class PublisherLimits:
    """How long a publisher waits for what."""

    connect_s: float = 5.0
    accept_s: float = 8.0
    stall_s: float = 2.5
    """A line that takes not a byte for so long is lost; with what its buffers took, within 3 s."""
    goodbye_s: float = 0.6
    max_age_s: float = MAX_AGE_S


@dataclass(frozen=True, slots=True)
class PublisherStatistics:
    """Figures since the start, and of the last seconds."""

    sent_bytes: int
    send_kbps: float
    queue_age_ms: float
    queued_bytes: int
    dropped_frames: int
    reconnects: int
    round_trip_ms: float | None
    line_kbps: float = 0.0
    """Sent in the last half second: what the line takes, when packets wait."""
    silent_s: float = 0.0
    """How long the line had taken nothing when it was given up last."""
    retry_s: float = 0.0
    """How long the pause before the next try is at most; 0 when it is live."""
