"""The bodies of audio and video messages: FLV tag headers, legacy and Enhanced RTMP.

H.264 is read in both forms and written in the legacy one, which every server takes; HEVC and
AV1 exist only with the FourCC headers of Enhanced RTMP. Sound is AAC in either form.
"""

import enum
from dataclasses import dataclass
from typing import Final

from shared.rtmp.errors import FlvError


class VideoFormat(enum.Enum):
    """Video codecs we carry; the value is the FourCC of Enhanced RTMP."""

    AVC = b"avc1"
    HEVC = b"hvc1"
    AV1 = b"av01"


class VideoPart(enum.Enum):
    """What a video body holds."""

    SEQUENCE_START = "sequence_start"
    CODED_FRAMES = "coded_frames"
    SEQUENCE_END = "sequence_end"
    METADATA = "metadata"
    COMMAND = "command"


class AudioPart(enum.Enum):
    """What an audio body holds."""

    SEQUENCE_START = "sequence_start"
    CODED_FRAMES = "coded_frames"
    SEQUENCE_END = "sequence_end"


@dataclass(frozen=True, slots=True)
class VideoBody:
    """One video tag: a decoder configuration, a picture, or a mark in the stream.

    `payload` is the configuration record (avcC, hvcC, av1C) or the picture in length-prefixed
    units (AV1: a temporal unit). `composition_ms` is pts minus dts.
    """

    format: VideoFormat
    part: VideoPart
    payload: bytes = b""
    is_keyframe: bool = False
    composition_ms: int = 0


@dataclass(frozen=True, slots=True)
class AudioBody:
    """One audio tag: the AudioSpecificConfig, or one raw AAC access unit."""

    part: AudioPart
    payload: bytes = b""


_FRAME_KEY: Final = 1
_FRAME_INTER: Final = 2
_FRAME_COMMAND: Final = 5

_CODEC_AVC: Final = 7
_CODEC_HEVC: Final = 12  # Never standard, sent by several encoders before Enhanced RTMP.
_LEGACY_FORMATS: Final = {_CODEC_AVC: VideoFormat.AVC, _CODEC_HEVC: VideoFormat.HEVC}
_LEGACY_PARTS: Final = (
    VideoPart.SEQUENCE_START,
    VideoPart.CODED_FRAMES,
    VideoPart.SEQUENCE_END,
)

_EX_HEADER: Final = 0x80
_EX_SEQUENCE_START: Final = 0
_EX_CODED_FRAMES: Final = 1
_EX_SEQUENCE_END: Final = 2
_EX_CODED_FRAMES_X: Final = 3
_EX_METADATA: Final = 4
_EX_PARTS: Final = {
    _EX_SEQUENCE_START: VideoPart.SEQUENCE_START,
    _EX_CODED_FRAMES: VideoPart.CODED_FRAMES,
    _EX_SEQUENCE_END: VideoPart.SEQUENCE_END,
    _EX_CODED_FRAMES_X: VideoPart.CODED_FRAMES,
    _EX_METADATA: VideoPart.METADATA,
}

_AUDIO_AAC: Final = 10
_AUDIO_EX: Final = 9
_AUDIO_PARTS: Final = (
    AudioPart.SEQUENCE_START,
    AudioPart.CODED_FRAMES,
    AudioPart.SEQUENCE_END,
)
_AAC_HEADER: Final = 0xAF  # AAC, and the fixed "44 kHz, 16 bit, stereo" that AAC always says.

_COMPOSITION_LIMIT: Final = 1 << 23


def decode_video(body: bytes) -> VideoBody:
    """Read a video message's payload.

    Raises:
        FlvError: too short, or a codec we do not carry.
    """
    if not body:
        raise FlvError("A video message is empty.")
    if body[0] & _EX_HEADER:
        return _decode_enhanced(body)
    frame_type, codec = body[0] >> 4, body[0] & 0x0F
    video_format = _LEGACY_FORMATS.get(codec)
    if video_format is None:
        raise FlvError("Only H.264, HEVC and AV1 video can be received.")
    if frame_type == _FRAME_COMMAND:
        return VideoBody(video_format, VideoPart.COMMAND)
    if len(body) < 5 or body[1] >= len(_LEGACY_PARTS):
        raise FlvError("A video message has a broken header.")
    return VideoBody(
        video_format,
        _LEGACY_PARTS[body[1]],
        body[5:],
        frame_type == _FRAME_KEY,
        _signed24(body, 2),
    )


def _decode_enhanced(body: bytes) -> VideoBody:
    frame_type, kind = body[0] >> 4 & 0x07, body[0] & 0x0F
    try:
        video_format, part = VideoFormat(body[1:5]), _EX_PARTS[kind]
    except (ValueError, KeyError):
        raise FlvError("Only H.264, HEVC and AV1 video can be received.") from None
    if frame_type == _FRAME_COMMAND and part is not VideoPart.METADATA:
        return VideoBody(video_format, VideoPart.COMMAND)
    start, composition_ms = 5, 0
    if kind == _EX_CODED_FRAMES and video_format is not VideoFormat.AV1:
        if len(body) < 8:
            raise FlvError("A video message has a broken header.")
        start, composition_ms = 8, _signed24(body, 5)
    is_keyframe = frame_type == _FRAME_KEY
    return VideoBody(video_format, part, body[start:], is_keyframe, composition_ms)


def _signed24(source: bytes, at: int) -> int:
    value = int.from_bytes(source[at : at + 3])
    return value - (1 << 24) if value >= _COMPOSITION_LIMIT else value


def encode_video(body: VideoBody) -> bytes:
    """The payload of a video message: legacy for H.264, Enhanced RTMP for the others.

    Raises:
        FlvError: the part does not exist in that form, or the composition time is too large.
    """
    if body.format is not VideoFormat.AVC or body.part is VideoPart.METADATA:
        return encode_video_enhanced(body)
    if body.part is VideoPart.COMMAND:
        return bytes((_FRAME_COMMAND << 4 | _CODEC_AVC, 0))
    frame_type = _FRAME_KEY if body.is_keyframe else _FRAME_INTER
    header = bytes((frame_type << 4 | _CODEC_AVC, _LEGACY_PARTS.index(body.part)))
    return header + _composition(body) + body.payload


def encode_video_enhanced(body: VideoBody) -> bytes:
    """The payload of a video message with a FourCC header, for any codec.

    Raises:
        FlvError: the part does not exist in that form, or the composition time is too large.
    """
    has_composition = body.format is not VideoFormat.AV1 and body.composition_ms != 0
    match body.part:
        case VideoPart.SEQUENCE_START:
            kind = _EX_SEQUENCE_START
        case VideoPart.CODED_FRAMES if has_composition or body.format is VideoFormat.AV1:
            kind = _EX_CODED_FRAMES
        case VideoPart.CODED_FRAMES:
            kind = _EX_CODED_FRAMES_X
        case VideoPart.SEQUENCE_END:
            kind = _EX_SEQUENCE_END
        case VideoPart.METADATA:
            kind = _EX_METADATA
        case VideoPart.COMMAND:
            raise FlvError("A video command has no enhanced form here.")
    frame_type = _FRAME_KEY if body.is_keyframe else _FRAME_INTER
    if body.part is VideoPart.METADATA:
        frame_type = _FRAME_COMMAND
    header = bytes((_EX_HEADER | frame_type << 4 | kind,)) + body.format.value
    if kind == _EX_CODED_FRAMES and has_composition:
        header += _composition(body)
    return header + body.payload


def _composition(body: VideoBody) -> bytes:
    if not -_COMPOSITION_LIMIT <= body.composition_ms < _COMPOSITION_LIMIT:
        raise FlvError("A composition time is out of range.")
    return (body.composition_ms & 0xFFFFFF).to_bytes(3)


def decode_audio(body: bytes) -> AudioBody:
    """Read an audio message's payload.

    Raises:
        FlvError: too short, or not AAC.
    """
    if len(body) < 2:
        raise FlvError("An audio message is too short.")
    sound_format = body[0] >> 4
    if sound_format == _AUDIO_AAC:
        kind, payload = body[1], body[2:]
    elif sound_format == _AUDIO_EX and body[1:5] == b"mp4a":
        kind, payload = body[0] & 0x0F, body[5:]
    else:
        raise FlvError("Only AAC sound can be received.")
    if kind >= len(_AUDIO_PARTS):
        raise FlvError("An audio message has a broken header.")
    return AudioBody(_AUDIO_PARTS[kind], payload)


def encode_audio(body: AudioBody) -> bytes:
    """The payload of an audio message in the legacy AAC form.

    Raises:
        FlvError: the part does not exist in that form.
    """
    if body.part is AudioPart.SEQUENCE_END:
        raise FlvError("The end of sound has no legacy form.")
    return bytes((_AAC_HEADER, _AUDIO_PARTS.index(body.part))) + body.payload
