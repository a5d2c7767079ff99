"""The last keyframe as a small JPEG, for lists of live streams; runs in the worker process."""

from typing import Final

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from shared.rtmp.flv import VideoFormat

MAX_WIDTH: Final = 320
MAX_PIXELS: Final = 7680 * 4320
_DECODERS: Final = {
    VideoFormat.AVC: "h264",
    VideoFormat.HEVC: "hevc",
    VideoFormat.AV1: "libdav1d",
}
_QUALITY: Final = "6"


def _decoder(video_format: VideoFormat, record: bytes) -> VideoCodecContext:
    options = {"max_pixels": str(MAX_PIXELS)}
    context = av.CodecContext.create(_DECODERS[video_format], "r")
    if not isinstance(context, VideoCodecContext):
        raise TypeError("a video decoder was expected")
    context.options = options
    context.thread_count = 1
    context.extradata = record
    return context


def keyframe_jpeg(video_format: VideoFormat, record: bytes, keyframe: bytes) -> bytes | None:
    """Decode one keyframe, at most 320 pixels wide; None when it cannot be decoded alone."""
    decoder = _decoder(video_format, record)
    try:
        frames = [*decoder.decode(av.Packet(keyframe)), *decoder.decode(None)]
    except (av.error.FFmpegError, ValueError):
        return None
    return _jpeg(frames[0]) if frames else None


def _jpeg(frame: VideoFrame) -> bytes:
    width = min(frame.width, MAX_WIDTH) // 2 * 2 or 2
    height = max(round(frame.height * width / frame.width / 2) * 2, 2)
    small = frame.reformat(width=width, height=height, format="yuvj420p")
    small.pts = 0
    encoder = av.CodecContext.create("mjpeg", "w")
    if not isinstance(encoder, VideoCodecContext):
        raise TypeError("a video encoder was expected")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuvj420p"
    encoder.framerate = 1
    encoder.options = {"qmin": _QUALITY, "qmax": _QUALITY}
    encoder.thread_count = 1
    return b"".join(bytes(packet) for packet in [*encoder.encode(small), *encoder.encode(None)])
