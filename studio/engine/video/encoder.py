"""The video encoder: any of the known kinds, for low delay, at a rate that may change on air."""

import math
import os
from fractions import Fraction
from typing import Any

import av
from av.codec.context import Flags
from av.video.frame import PictureType

from shared.errors import DeviceError
from studio.engine.output.packets import (
    EncodedPacket,
    PacketKind,
    VideoDescription,
)
from studio.engine.pixels import BT709, LIMITED, black_frame
from studio.engine.protocol import VideoSettings
from studio.engine.video.encoder_kinds import encoder_kind

_PIXELS_A_THREAD = 1280 * 720 * 60
"""What one thread of x264 veryfast encodes a second with room to spare, on an ordinary core."""

_BUFFER_S = 0.5
"""x264 lets one picture have half of the buffer: so much of a line's time a keyframe takes."""

_SMALL_CHANGE = 0.2
"""A change of the rate that is not worth a keyframe."""

_VBR_SHARE = 0.75
"""The mean rate of a variable one, whose ceiling is what was asked for."""


def encoder_threads(settings: VideoSettings, *, processors: int | None = None) -> int:
    """Return how many threads the encoder gets: few, because each slice costs quality and CPU."""
    if settings.threads:
        return settings.threads
    load = settings.width * settings.height * settings.fps / _PIXELS_A_THREAD
    return max(1, min(math.ceil(load), processors or os.cpu_count() or 1))


class VideoEncoder:
    """An open encoder; used by one thread, except `set_bitrate`, which any may call.

    Raises:
        DeviceError: the encoder is missing or refuses these settings.
    """

    def __init__(self, settings: VideoSettings) -> None:
        self._settings = settings
        self._kind = encoder_kind(settings.encoder)
        self._bitrate_kbps = settings.bitrate_kbps
        self._wanted_kbps = settings.bitrate_kbps
        self._is_fresh = True
        try:
            self._context = self._open()
            self._description = self.description
        except (av.FFmpegError, ValueError) as error:
            raise DeviceError(
                "The video encoder cannot be started with these settings; choose another size, "
                "rate or encoder in the settings.",
                code="ENCODER_UNAVAILABLE",
            ) from error

    def _open(self) -> av.VideoCodecContext:
        settings = self._settings
        context = av.CodecContext.create(self._kind.libav_name, "w")
        if not isinstance(context, av.VideoCodecContext):
            raise TypeError(f"{self._kind.libav_name} is no video encoder")
        context.width, context.height = settings.width, settings.height
        context.pix_fmt = self._kind.pixel_format
        context.framerate = Fraction(settings.fps)
        context.time_base = Fraction(1, settings.fps)
        context.gop_size = max(1, round(settings.keyframe_s * settings.fps))
        context.max_b_frames = 0
        if not self._kind.is_hardware:
            context.thread_count = encoder_threads(settings)
        context.colorspace = BT709
        context.color_primaries = BT709
        context.color_trc = BT709
        context.color_range = LIMITED
        context.flags |= int(Flags.global_header)
        self._apply_rate(context, self._bitrate_kbps)
        context.options = self._kind.options(settings)
        context.open()
        return context

    def _apply_rate(self, context: av.VideoCodecContext, kbps: int) -> None:
        share = 1.0 if self._settings.rate_control == "cbr" else _VBR_SHARE
        context.bit_rate = round(kbps * 1000 * share)
        context.max_bit_rate = kbps * 1000
        context.rc_buffer_size = round(kbps * 1000 * _BUFFER_S)

    @property
    def bitrate_kbps(self) -> int:
        """The rate that is asked of the encoder."""
        return self._wanted_kbps

    @property
    def description(self) -> VideoDescription:
        """What muxers must know."""
        settings = self._settings
        return VideoDescription(
            codec=self._kind.codec,
            extradata=self._context.extradata or b"",
            width=settings.width,
            height=settings.height,
            fps_num=settings.fps,
            bitrate_kbps=settings.bitrate_kbps,
        )

    def set_bitrate(self, kbps: int) -> None:
        """Change the rate from the next frame on."""
        self._wanted_kbps = kbps

    def encode(self, frame: av.VideoFrame, index: int, *, keyframe: bool) -> list[EncodedPacket]:
        """Encode the frame for tick `index` of the broadcast; the frame's time is overwritten.

        Raises:
            DeviceError: the encoder failed.
        """
        if self._wanted_kbps != self._bitrate_kbps:
            self._change_rate()
        if keyframe and not self._kind.makes_keyframes and not self._is_fresh:
            self._open_again()
        self._is_fresh = False
        if self._kind.pixel_format != "yuv420p":
            frame = frame.reformat(format=self._kind.pixel_format)
        frame.pts = index
        frame.time_base = self._context.time_base
        frame.pict_type = PictureType.I if keyframe else PictureType.NONE
        try:
            packets = self._context.encode(frame)
        except av.FFmpegError as error:
            raise DeviceError(
                "The video encoder failed; it is started again by itself.", code="ENCODER_FAILED"
            ) from error
        return [self._packet(packet) for packet in packets]

    def _change_rate(self) -> None:
        """Take the wanted rate; an encoder that cannot change it is opened again, not often."""
        wanted, present = self._wanted_kbps, self._bitrate_kbps
        if self._kind.changes_rate:
            self._bitrate_kbps = wanted
            self._apply_rate(self._context, wanted)
            return
        if present * (1 - _SMALL_CHANGE) < wanted < present * (1 + _SMALL_CHANGE):
            return
        self._bitrate_kbps = wanted
        self._open_again()

    def _open_again(self) -> None:
        self.close()
        try:
            self._context = self._open()
            self._description = self.description
        except (av.FFmpegError, ValueError) as error:
            raise DeviceError(
                "The video encoder failed; it is started again by itself.", code="ENCODER_FAILED"
            ) from error
        self._is_fresh = True

    def warm_up(self) -> None:
        """Encode a black frame for nobody: the first one takes ten times as long as the others.

        Raises:
            DeviceError: the encoder failed.
        """
        self.encode(black_frame(self._settings.width, self._settings.height), -1, keyframe=True)

    def close(self) -> None:
        """Drain and free the encoder."""
        try:
            self._context.encode(None)
        except av.FFmpegError:
            return  # it failed before; there is nothing to drain

    def _packet(self, packet: "av.Packet[Any]") -> EncodedPacket:
        fps = self._settings.fps
        pts, dts = packet.pts or 0, packet.dts if packet.dts is not None else packet.pts or 0
        return EncodedPacket(
            kind=PacketKind.VIDEO,
            data=bytes(packet),
            pts_us=pts * 1_000_000 // fps,
            dts_us=dts * 1_000_000 // fps,
            is_keyframe=packet.is_keyframe,
            duration_us=1_000_000 // fps,
            description=self._description if packet.is_keyframe else None,
        )
