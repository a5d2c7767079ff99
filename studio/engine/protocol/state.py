"""What the engine knows and tells: outputs, sources, safety, statistics."""

from typing import Literal

from studio.engine.protocol.commands import AudioSettings, StreamIdentity, VideoSettings
from studio.engine.protocol.filters import FilterProblem
from studio.engine.protocol.safety import GlobalKey
from studio.engine.protocol.wire import Wire
from studio.project.model import Identifier, Project

OutputPhase = Literal["connecting", "live", "reconnecting", "stopping", "ended", "failed"]


class OutputState(Wire):
    """One output as it is now; never holds its key."""

    id: Identifier
    kind: Literal["rtmp", "recording", "replay"]
    name: str
    target: str
    """Host and application, or the file: nothing secret."""
    phase: OutputPhase
    message: str | None = None
    """One sentence with a next step, when something is wrong."""
    code: str | None = None
    sent_bytes: int = 0
    send_kbps: float = 0.0
    queue_age_ms: float = 0.0
    queued_bytes: int = 0
    dropped_frames: int = 0
    reconnects: int = 0
    round_trip_ms: float | None = None
    """Where the system tells."""
    silent_s: float = 0.0
    """How long the line had taken nothing when it was given up last."""
    retry_s: float = 0.0
    """How long the pause before the next try is at most; 0 when it is live."""
    paused: bool = False
    """A recording that waits to go on."""
    held_s: float = 0.0
    """Seconds that a replay saved now would have."""
    free_bytes: int | None = None
    """Of a recording: how much room its disk had when it was written to last."""
    unsure_codec: str = ""
    """The video format, where it is one that the ingest does not say it takes."""
    left_behind: bool = False
    """Too slow for the others to wait for: it loses pictures of its own."""


class SourceState(Wire):
    """One source as it is now."""

    source_id: Identifier
    phase: Literal["opening", "running", "stalled", "failed", "idle"]
    width: int | None = None
    height: int | None = None
    fps: float = 0.0
    message: str | None = None
    code: str | None = None
    filter_problems: tuple[FilterProblem, ...] = ()
    """Filters that are on but do not work."""


class SafetyState(Wire):
    """What stands between the creator and the viewers."""

    panicked: bool = False
    reason: str = ""
    frozen: bool = False
    delay_s: float = 0.0
    """How far viewers are behind, on this broadcast or the next."""
    held_s: float = 0.0
    """How much waits to leave now."""
    keys: tuple[GlobalKey, ...] = ()
    """The keys that are listened for everywhere."""
    keys_note: str = ""
    """Why keys do not work everywhere, in one sentence; empty when they do."""


class Advice(Wire):
    """Something that is wrong, its likely cause and its remedy, in one sentence."""

    code: str
    message: str


class Statistics(Wire):
    """Counters since the broadcast began and figures of the last second.

    `av_offset_ms` is how much later sound is stamped than the picture captured at the same
    instant (0 is right, positive means that the sound lags).
    """

    uptime_s: float = 0.0
    frames: int = 0
    missed_render: int = 0
    skipped_encode: int = 0
    dropped_network: int = 0
    fps: float = 0.0
    bitrate_kbps: float = 0.0
    average_kbps: float = 0.0
    """Since the broadcast began."""
    target_bitrate_kbps: int = 0
    av_offset_ms: float = 0.0
    render_ms_p50: float = 0.0
    render_ms_p95: float = 0.0
    encode_ms_p50: float = 0.0
    encode_ms_p95: float = 0.0
    queue_age_ms: float = 0.0
    send_kbps: float = 0.0
    reconnects: int = 0
    cpu_s: float = 0.0
    """CPU seconds of the engine process since it started."""
    max_rss_mb: float = 0.0
    memory_mb: float = 0.0
    audio_peak_db: float = -96.0
    delay_s: float = 0.0
    """How far the safety delay keeps viewers behind."""
    held_s: float = 0.0
    """How much it holds now."""
    ending_s: float | None = None
    """How long viewers still see what was held, once the creator has ended; None before."""
    advice: tuple[Advice, ...] = ()
    """What should be known now, the worst first; empty when all is well."""


class BroadcastState(Wire):
    """A broadcast on air or on its way there."""

    started_at: str
    """RFC 3339, UTC."""
    elapsed_s: float
    stream: StreamIdentity | None
    outputs: tuple[OutputState, ...]
    ending_s: float | None = None
    """The creator has ended: nothing more is captured, and so long viewers see what was held."""


class EngineState(Wire):
    """Everything a window needs to show what is going on."""

    protocol: int
    pid: int
    project: Project
    version: int
    project_path: str | None
    can_undo: bool
    can_redo: bool
    video: VideoSettings
    audio: AudioSettings
    broadcast: BroadcastState | None
    sources: tuple[SourceState, ...]
    safety: SafetyState
    statistics: Statistics

    @property
    def is_live(self) -> bool:
        """Something is being encoded and sent or recorded."""
        return self.broadcast is not None
