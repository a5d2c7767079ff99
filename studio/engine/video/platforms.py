"""What each platform wants of a stream: the table, and settings fitted to it.

Figures are from the platforms' published encoder guidelines of 2026; a ceiling of the server's
(for example of a role that may stream only 720p) comes on top.
"""

from dataclasses import dataclass
from typing import Final

from studio.engine.output.packets import VideoCodec
from studio.engine.protocol import VideoSettings
from studio.engine.video.encoder_kinds import encoder_kind


@dataclass(frozen=True, slots=True)
class Platform:
    """One ingest's wishes; `hosts` are the ends of its ingest's host names."""

    name: str
    hosts: tuple[str, ...]
    max_keyframe_s: float
    max_b_frames: int
    max_video_kbps: int
    max_audio_kbps: int
    max_height: int
    max_fps: int
    codecs: tuple[VideoCodec, ...]


_ALL: Final = (VideoCodec.H264, VideoCodec.HEVC, VideoCodec.AV1)
_H264: Final = (VideoCodec.H264,)

PLATFORMS: Final[tuple[Platform, ...]] = (
    Platform("Twitch", ("twitch.tv", "live-video.net"), 2.0, 2, 6000, 320, 1080, 60, _H264),
    Platform("YouTube", ("youtube.com",), 4.0, 2, 51_000, 384, 2160, 60, _ALL),
    Platform("Facebook", ("facebook.com",), 4.0, 2, 9000, 256, 1080, 60, _H264),
    Platform("Kick", ("kick.com",), 2.0, 2, 8000, 320, 1080, 60, _H264),
)
ANY: Final = Platform("RTMP", (), 2.0, 0, 51_000, 512, 4320, 120, _ALL)
"""An ingest we do not know, ours among them."""


def platform_of(host: str) -> Platform:
    """Return the platform that an ingest's host belongs to."""
    name = host.lower().rstrip(".")
    for platform in PLATFORMS:
        if any(name == end or name.endswith(f".{end}") for end in platform.hosts):
            return platform
    return ANY


def fitted(video: VideoSettings, platforms: tuple[Platform, ...]) -> VideoSettings:
    """Return settings that every one of these platforms takes; the picture keeps its shape."""
    if not platforms:
        return video
    changes: dict[str, object] = {
        "bitrate_kbps": min(video.bitrate_kbps, *(each.max_video_kbps for each in platforms)),
        "keyframe_s": min(video.keyframe_s, *(each.max_keyframe_s for each in platforms)),
        "fps": _fps(video.fps, min(each.max_fps for each in platforms)),
    }
    height = min(each.max_height for each in platforms)
    if video.height > height:
        changes["width"] = round(video.width * height / video.height / 2) * 2
        changes["height"] = height
    codec = encoder_kind(video.encoder).codec
    if any(codec not in each.codecs for each in platforms):
        changes["encoder"] = "x264"
    return video.model_copy(update=changes)


def _fps(fps: int, ceiling: int) -> int:
    """Return the rate, halved until it fits, so that motion stays even."""
    while fps > ceiling:
        fps //= 2
    return fps
