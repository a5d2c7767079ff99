"""Encoded media on its way from the encoders to every output, for publisher, recorder and tests."""

import enum
from dataclasses import dataclass
from typing import Protocol


class PacketKind(enum.Enum):
    """Which elementary stream a packet belongs to."""

    VIDEO = "video"
    AUDIO = "audio"


class VideoCodec(enum.Enum):
    """Video formats that an output may carry; the value is libav's codec name."""

    H264 = "h264"
    HEVC = "hevc"
    AV1 = "av1"


class AudioCodec(enum.Enum):
    """Audio formats that an output may carry; the value is libav's codec name."""

    AAC = "aac"


@dataclass(frozen=True, slots=True)
class VideoDescription:
    """What a muxer must know of the video before its first packet.

    `extradata` is the encoder's, taken after it was opened with the global header flag: Annex B
    parameter sets (x264, x265), a sequence header OBU (AV1) or an already built avcC/hvcC/av1C.
    """

    codec: VideoCodec
    extradata: bytes
    width: int
    height: int
    fps_num: int
    fps_den: int = 1
    bitrate_kbps: int = 0

    @property
    def fps(self) -> float:
        """Nominal pictures per second."""
        return self.fps_num / self.fps_den


@dataclass(frozen=True, slots=True)
class EncodedPacket:
    """One encoded picture or one block of encoded sound.

    `data` is exactly what the encoder gave: H.264 and HEVC in Annex B (start codes, with or
    without parameter sets in band), AV1 as a low-overhead temporal unit, AAC as raw access
    units without ADTS. An output that wants another framing converts for itself, so that one
    encode feeds libav's muxers and RTMP alike.

    `pts_us` and `dts_us` are microseconds on the engine's media clock, which starts near zero
    when the encoders start and is shared by video and audio; `dts_us` never falls per kind.
    """

    kind: PacketKind
    data: bytes
    pts_us: int
    dts_us: int
    is_keyframe: bool
    duration_us: int = 0
    track: int = 0
    """Of sound: which track of the mix, 0 for the one that streams take."""
    description: VideoDescription | None = None
    """With keyframes: what the video is from here on, which may differ from before."""


@dataclass(frozen=True, slots=True)
class AudioDescription:
    """What a muxer must know of the sound; `extradata` is the AAC AudioSpecificConfig."""

    codec: AudioCodec
    extradata: bytes
    sample_rate: int = 48_000
    channels: int = 2
    bitrate_kbps: int = 0


@dataclass(frozen=True, slots=True)
class StreamDescription:
    """Everything an output is told when it is opened; a side that is None is not sent."""

    video: VideoDescription | None
    audio: AudioDescription | None
    audio_tracks: tuple[int, ...] = (0,)
    """The tracks of the mix that are wanted; each is as `audio` says."""


class PacketSink(Protocol):
    """What the encoder threads see of an output."""

    def put(self, packet: EncodedPacket) -> None:
        """Take a packet; callable from any thread, returns at once, never raises."""

    def drop_unsent(self) -> None:
        """Throw away all that has not left yet (panic); go on at the next keyframe."""
