"""A short encoded broadcast for tests of outputs and ingest, made by the real encoders."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

import av
import numpy as np

from shared.rtmp.bitstream import configuration_record, picture_payload
from shared.rtmp.flv import (
    AudioBody,
    AudioPart,
    VideoBody,
    VideoFormat,
    VideoPart,
    encode_audio,
    encode_video,
)
from studio.engine.output.packets import (
    AudioCodec,
    AudioDescription,
    EncodedPacket,
    PacketKind,
    StreamDescription,
    VideoCodec,
    VideoDescription,
)

SOUND_RATE: Final = 48_000
_GLOBAL_HEADER: Final = 1 << 22
_ENCODERS: Final = {
    VideoCodec.H264: ("libx264", {"preset": "ultrafast"}),
    VideoCodec.HEVC: ("libx265", {"preset": "ultrafast"}),
    VideoCodec.AV1: ("libsvtav1", {"preset": "12"}),
}
_FORMATS: Final = {
    VideoCodec.H264: VideoFormat.AVC,
    VideoCodec.HEVC: VideoFormat.HEVC,
    VideoCodec.AV1: VideoFormat.AV1,
}


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What the encoders gave, in the order of decoding times."""

    description: StreamDescription
    packets: tuple[EncodedPacket, ...]

    @property
    def video_format(self) -> VideoFormat:
        assert self.description.video is not None
        return _FORMATS[self.description.video.codec]

    def configurations(self) -> Iterator[tuple[str, bytes]]:
        """The sequence start bodies: ("video" or "audio", FLV body)."""
        if self.description.video is not None:
            record = configuration_record(self.description.video.extradata, self.video_format)
            start = VideoBody(self.video_format, VideoPart.SEQUENCE_START, record, True)
            yield "video", encode_video(start)
        if self.description.audio is not None:
            config = self.description.audio.extradata
            yield "audio", encode_audio(AudioBody(AudioPart.SEQUENCE_START, config))

    def bodies(self, shift_ms: int = 0) -> Iterator[tuple[str, bytes, int]]:
        """The media as FLV bodies: kind, body, 32-bit stamp moved by `shift_ms`."""
        for packet in self.packets:
            stamp = (packet.dts_us // 1000 + shift_ms) & 0xFFFFFFFF
            if packet.kind is PacketKind.AUDIO:
                yield "audio", encode_audio(AudioBody(AudioPart.CODED_FRAMES, packet.data)), stamp
                continue
            body = VideoBody(
                self.video_format,
                VideoPart.CODED_FRAMES,
                picture_payload(packet.data, self.video_format),
                packet.is_keyframe,
                (packet.pts_us - packet.dts_us) // 1000,
            )
            yield "video", encode_video(body), stamp


def grey(index: int) -> int:
    """The level of frame `index`, 0..255 in RGB."""
    return 20 + index * 7 % 200


def _video(
    codec: VideoCodec,
    seconds: float,
    fps: int,
    size: tuple[int, int],
    group_s: float,
    b_frames: int,
    bitrate_kbps: int | None,
) -> tuple[VideoDescription, list[EncodedPacket]]:
    name, options = _ENCODERS[codec]
    encoder = av.CodecContext.create(name, "w")
    encoder.width, encoder.height = size
    encoder.pix_fmt, encoder.framerate = "yuv420p", fps
    encoder.time_base = Fraction(1, fps)
    encoder.gop_size = round(fps * group_s)
    encoder.max_b_frames = b_frames
    encoder.flags |= _GLOBAL_HEADER
    chance = np.random.default_rng(1)
    if bitrate_kbps is not None:
        encoder.bit_rate = bitrate_kbps * 1000
    extra = {"x265-params": f"log-level=none:keyint={encoder.gop_size}:min-keyint=1:bframes=0"}
    extra = extra if codec is VideoCodec.HEVC else {}
    if codec is VideoCodec.H264:
        extra = {"sc_threshold": "0"}
    encoder.options = {**options, **extra}
    made = []
    for index in range(round(seconds * fps)):
        picture = np.full((size[1], size[0], 3), grey(index), np.uint8)
        picture[:, : size[0] * index // round(seconds * fps)] //= 2
        if bitrate_kbps is not None:  # Something to spend the bits on.
            picture[: size[1] // 2] = chance.integers(0, 255, (size[1] // 2, size[0], 3), np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts = index
        made += encoder.encode(frame)
    made += encoder.encode(None)
    first = min(int(packet.dts or 0) for packet in made)
    packets = [
        EncodedPacket(
            PacketKind.VIDEO,
            bytes(packet),
            pts_us=round((packet.pts - first) * 1_000_000 / fps),
            dts_us=round((packet.dts - first) * 1_000_000 / fps),
            is_keyframe=packet.is_keyframe,
            duration_us=round(1_000_000 / fps),
        )
        for packet in made
    ]
    extradata = bytes(encoder.extradata or b"")
    return VideoDescription(codec, extradata, *size, fps_num=fps, bitrate_kbps=500), packets


def _audio(seconds: float) -> tuple[AudioDescription, list[EncodedPacket]]:
    encoder = av.CodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = SOUND_RATE, "stereo", "fltp"
    encoder.bit_rate, encoder.time_base = 96_000, Fraction(1, SOUND_RATE)
    encoder.flags |= _GLOBAL_HEADER
    encoder.open()
    made = []
    for index in range(round(seconds * SOUND_RATE / 1024)):
        time = (np.arange(1024) + index * 1024) / SOUND_RATE
        wave = 0.3 * np.sin(2 * np.pi * 440 * time)
        samples = np.stack([wave, wave]).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, index * 1024, encoder.time_base
        made += encoder.encode(frame)
    made += encoder.encode(None)
    packets = [
        EncodedPacket(
            PacketKind.AUDIO,
            bytes(packet),
            pts_us=round((packet.pts + 1024) * 1_000_000 / SOUND_RATE),
            dts_us=round((packet.pts + 1024) * 1_000_000 / SOUND_RATE),
            is_keyframe=True,
            duration_us=round(1024 * 1_000_000 / SOUND_RATE),
        )
        for packet in made
    ]
    # The encoder's tail would make a repeated broadcast stutter.
    packets = [each for each in packets if each.dts_us + each.duration_us <= seconds * 1_000_000]
    extradata = bytes(encoder.extradata or b"")
    return AudioDescription(AudioCodec.AAC, extradata, SOUND_RATE, 2, 96), packets


@lru_cache(maxsize=16)
def make_broadcast(
    *,
    seconds: float = 4.0,
    fps: int = 30,
    size: tuple[int, int] = (320, 180),
    group_s: float = 1.0,
    b_frames: int = 0,
    bitrate_kbps: int | None = None,
    codec: VideoCodec | None = VideoCodec.H264,
    has_audio: bool = True,
) -> Broadcast:
    """Encode grey frames that change (and a tone); `group_s` is the distance of keyframes."""
    video, packets = None, []
    audio = None
    if codec is not None:
        video, packets = _video(codec, seconds, fps, size, group_s, b_frames, bitrate_kbps)
    if has_audio:
        audio, sounds = _audio(seconds)
        packets = packets + sounds
    packets.sort(key=lambda packet: packet.dts_us)
    return Broadcast(StreamDescription(video, audio), tuple(packets))
