"""The video encoders that may be chosen: libav's names, and the settings for low delay."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from studio.engine.output.packets import VideoCodec
from studio.engine.protocol import EncoderId, VideoSettings

type Options = Callable[[VideoSettings], dict[str, str]]


@dataclass(frozen=True, slots=True)
class EncoderKind:
    """One encoder; it is opened again for what it cannot do while it runs."""

    id: EncoderId
    name: str
    libav_name: str
    codec: VideoCodec
    options: Options
    is_hardware: bool = True
    changes_rate: bool = False
    makes_keyframes: bool = True
    """A keyframe can be asked for."""
    pixel_format: Literal["yuv420p", "nv12"] = "nv12"


def _x264(settings: VideoSettings) -> dict[str, str]:
    return {
        "preset": settings.preset,
        "tune": "zerolatency",
        "profile": "high",
        "forced-idr": "1",
        "sc_threshold": "0",
    }


def _x265(settings: VideoSettings) -> dict[str, str]:
    group = max(1, round(settings.keyframe_s * settings.fps))
    return {
        "preset": settings.preset,
        "tune": "zerolatency",
        "forced-idr": "1",
        "x265-params": f"log-level=none:keyint={group}:min-keyint=1:scenecut=0:bframes=0",
    }


_SVT_PRESETS: Final = {
    "ultrafast": "13",
    "superfast": "12",
    "veryfast": "11",
    "faster": "10",
    "fast": "9",
    "medium": "8",
    "slow": "7",
}


def _svt(settings: VideoSettings) -> dict[str, str]:
    return {
        "preset": _SVT_PRESETS[settings.preset],
        "svtav1-params": "rc=2:pred-struct=1:lookahead=0:scd=0",
    }


def _nvenc(settings: VideoSettings) -> dict[str, str]:
    rate = "cbr" if settings.rate_control == "cbr" else "vbr"
    return {"preset": "p4", "tune": "ll", "rc": rate, "zerolatency": "1", "forced-idr": "1"}


def _qsv(_: VideoSettings) -> dict[str, str]:
    return {"preset": "veryfast", "async_depth": "1", "low_delay_brc": "1", "forced_idr": "1"}


def _amf(settings: VideoSettings) -> dict[str, str]:
    rate = "cbr" if settings.rate_control == "cbr" else "vbr_peak"
    return {"usage": "lowlatency", "rc": rate, "forced_idr": "1"}


def _video_toolbox(_: VideoSettings) -> dict[str, str]:
    return {"realtime": "1", "allow_sw": "0"}


def _media_foundation(settings: VideoSettings) -> dict[str, str]:
    rate = "cbr" if settings.rate_control == "cbr" else "pc_vbr"
    return {"hw_encoding": "1", "rate_control": rate, "scenario": "live_streaming"}


_H264, _HEVC, _AV1 = VideoCodec.H264, VideoCodec.HEVC, VideoCodec.AV1

ENCODERS: Final[tuple[EncoderKind, ...]] = (
    EncoderKind(
        *("x264", "x264 (processor)", "libx264", _H264, _x264),
        is_hardware=False,
        changes_rate=True,
        pixel_format="yuv420p",
    ),
    EncoderKind("nvenc", "NVIDIA NVENC H.264", "h264_nvenc", _H264, _nvenc, changes_rate=True),
    EncoderKind("qsv", "Intel Quick Sync H.264", "h264_qsv", _H264, _qsv, changes_rate=True),
    EncoderKind("amf", "AMD AMF H.264", "h264_amf", _H264, _amf),
    EncoderKind(
        "videotoolbox", "Apple VideoToolbox H.264", "h264_videotoolbox", _H264, _video_toolbox
    ),
    EncoderKind("media_foundation", "Windows H.264", "h264_mf", _H264, _media_foundation),
    EncoderKind(
        *("x265", "x265 HEVC (processor)", "libx265", _HEVC, _x265),
        is_hardware=False,
        pixel_format="yuv420p",
    ),
    EncoderKind("nvenc_hevc", "NVIDIA NVENC HEVC", "hevc_nvenc", _HEVC, _nvenc, changes_rate=True),
    EncoderKind("qsv_hevc", "Intel Quick Sync HEVC", "hevc_qsv", _HEVC, _qsv, changes_rate=True),
    EncoderKind("amf_hevc", "AMD AMF HEVC", "hevc_amf", _HEVC, _amf),
    EncoderKind(
        "videotoolbox_hevc", "Apple VideoToolbox HEVC", "hevc_videotoolbox", _HEVC, _video_toolbox
    ),
    EncoderKind("media_foundation_hevc", "Windows HEVC", "hevc_mf", _HEVC, _media_foundation),
    EncoderKind(
        *("svt_av1", "SVT-AV1 (processor)", "libsvtav1", _AV1, _svt),
        is_hardware=False,
        makes_keyframes=False,
        pixel_format="yuv420p",
    ),
    EncoderKind("nvenc_av1", "NVIDIA NVENC AV1", "av1_nvenc", _AV1, _nvenc, changes_rate=True),
    EncoderKind("qsv_av1", "Intel Quick Sync AV1", "av1_qsv", _AV1, _qsv, changes_rate=True),
    EncoderKind("amf_av1", "AMD AMF AV1", "av1_amf", _AV1, _amf),
)


def stand_in(encoder_id: EncoderId) -> EncoderId | None:
    """Return who encodes the same format on the processor; None for one that does so already."""
    lost = encoder_kind(encoder_id)
    if not lost.is_hardware:
        return None
    found = (kind.id for kind in ENCODERS if not kind.is_hardware and kind.codec is lost.codec)
    return next(found, None)


def encoder_kind(encoder_id: EncoderId) -> EncoderKind:
    """Return the encoder of an id."""
    return next(kind for kind in ENCODERS if kind.id == encoder_id)
