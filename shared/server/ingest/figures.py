"""What a publisher sends, measured: rates, frames, keyframes and breaches of its grant."""

from collections import deque
from typing import Final

from shared.server.ingest.authority import IngestGrant, IngestHealth
from shared.server.ingest.reports import Media

_BITRATE_TOLERANCE: Final = 1.25
_FPS_TOLERANCE: Final = 1.1


class Figures:
    """Counts of one publish; all times are the owner's monotonic seconds."""

    def __init__(self, now_s: float, *, window_s: float) -> None:
        self._began_s = now_s
        self._window_s = window_s
        self._last_byte_s = now_s
        self._bytes = 0
        self._video_bytes = 0
        self._audio_bytes = 0
        self._frames = 0
        self._keyframe_ms: int | None = None
        self._keyframe_interval_s: float | None = None
        self._marks: deque[tuple[float, int, int, int, int]] = deque()
        self.dropped_frames = 0
        self._mark(now_s)

    @property
    def total_bytes(self) -> int:
        """Everything that came."""
        return self._bytes

    def add_bytes(self, count: int, now_s: float) -> None:
        """Bytes came in, of any kind."""
        self._bytes += count
        self._last_byte_s = now_s

    def add_picture(self, size: int, stamp: int, is_keyframe: bool) -> None:
        """A coded picture came in."""
        self._video_bytes += size
        self._frames += 1
        if is_keyframe:
            if self._keyframe_ms is not None:
                self._keyframe_interval_s = ((stamp - self._keyframe_ms) & 0xFFFFFFFF) / 1000
            self._keyframe_ms = stamp

    def add_sound(self, size: int) -> None:
        """A coded block of sound came in."""
        self._audio_bytes += size

    def health(self, now_s: float) -> IngestHealth:
        """The rates of about the last window; call a few times in each."""
        self._mark(now_s)
        then_s, all_bytes, video, audio, frames = self._marks[0]
        span_s = max(now_s - then_s, 0.001)
        return IngestHealth(
            kbps=_kbps(self._bytes - all_bytes, span_s),
            video_kbps=_kbps(self._video_bytes - video, span_s),
            audio_kbps=_kbps(self._audio_bytes - audio, span_s),
            fps=round((self._frames - frames) / span_s, 1),
            keyframe_interval_s=self._keyframe_interval_s,
            bytes_received=self._bytes,
            uptime_s=now_s - self._began_s,
            silent_s=now_s - self._last_byte_s,
            dropped_frames=self.dropped_frames,
        )

    def _mark(self, now_s: float) -> None:
        mark = (now_s, self._bytes, self._video_bytes, self._audio_bytes, self._frames)
        self._marks.append(mark)
        while len(self._marks) > 2 and now_s - self._marks[1][0] >= self._window_s:
            self._marks.popleft()


def _kbps(count: int, span_s: float) -> int:
    return round(count * 8 / span_s / 1000)


def rate_breach(grant: IngestGrant, health: IngestHealth, *, window_s: float) -> str | None:
    """The sentence for a publisher who sends too much; None while all is well."""
    if health.uptime_s < window_s:
        return None
    if grant.max_kbps is not None and health.kbps > grant.max_kbps * _BITRATE_TOLERANCE:
        return f"Lower the bitrate: at most {grant.max_kbps} kbps are allowed."
    if grant.max_fps is not None and health.fps > grant.max_fps * _FPS_TOLERANCE:
        return f"Lower the frame rate: at most {grant.max_fps:g} frames a second are allowed."
    return None


def size_breach(grant: IngestGrant, media: Media) -> str | None:
    """The sentence for a picture that is too large, upright or not; None while all is well."""
    if grant.max_width is None or grant.max_height is None or not media.width:
        return None
    allowed = sorted((grant.max_width, grant.max_height))
    actual = sorted((media.width, media.height))
    if actual[0] > allowed[0] or actual[1] > allowed[1]:
        return f"Lower the size: at most {grant.max_width}x{grant.max_height} is allowed."
    return None
