"""The sound encoder: AAC, 48 kHz, stereo."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.codec.context import Flags

from shared.errors import DeviceError
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, Samples
from studio.engine.output.packets import AudioCodec, AudioDescription, EncodedPacket, PacketKind
from studio.engine.protocol import AudioSettings


class AudioEncoder:
    """An open AAC encoder; used by one thread.

    Raises:
        DeviceError: the encoder is missing or refuses these settings.
    """

    def __init__(self, settings: AudioSettings, *, track: int = 0) -> None:
        self._settings = settings
        self._track = track
        try:
            context = av.CodecContext.create("aac", "w")
            context.sample_rate = SAMPLE_RATE
            context.layout = "stereo"
            context.format = "fltp"
            context.bit_rate = settings.bitrate_kbps * 1000
            context.time_base = Fraction(1, SAMPLE_RATE)
            context.flags |= int(Flags.global_header)
            context.open()
        except (av.FFmpegError, ValueError) as error:
            raise DeviceError(
                "The sound encoder cannot be started; reinstall the studio.",
                code="ENCODER_UNAVAILABLE",
            ) from error
        self._context = context

    @property
    def description(self) -> AudioDescription:
        """What muxers must know."""
        return AudioDescription(
            codec=AudioCodec.AAC,
            extradata=self._context.extradata or b"",
            sample_rate=SAMPLE_RATE,
            channels=2,
            bitrate_kbps=self._settings.bitrate_kbps,
        )

    def encode(self, block: Samples, position: int) -> list[EncodedPacket]:
        """Encode a `(1024, 2)` block whose first sample is `position` of the broadcast.

        What lies before the broadcast (the encoder's priming) is left out.

        Raises:
            DeviceError: the encoder failed.
        """
        planar = np.ascontiguousarray(block.T)
        frame = av.AudioFrame.from_ndarray(planar, format="fltp", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = position
        frame.time_base = Fraction(1, SAMPLE_RATE)
        try:
            packets = self._context.encode(frame)
        except av.FFmpegError as error:
            raise DeviceError(
                "The sound encoder failed; end the broadcast and start it again.",
                code="ENCODER_FAILED",
            ) from error
        return [self._packet(p) for p in packets if p.pts is not None and p.pts >= 0]

    def _packet(self, packet: "av.Packet[Any]") -> EncodedPacket:
        at_us = (packet.pts or 0) * 1_000_000 // SAMPLE_RATE
        return EncodedPacket(
            kind=PacketKind.AUDIO,
            data=bytes(packet),
            pts_us=at_us,
            dts_us=at_us,
            is_keyframe=True,
            duration_us=BLOCK * 1_000_000 // SAMPLE_RATE,
            track=self._track,
        )


class TrackEncoders:
    """An encoder for each sound track that somebody takes; the first is open from the start.

    Raises:
        DeviceError: the encoder is missing or refuses these settings.
    """

    def __init__(self, settings: AudioSettings) -> None:
        self._settings = settings
        self._encoders = {0: AudioEncoder(settings)}

    @property
    def description(self) -> AudioDescription:
        """What muxers must know; it is the same for every track."""
        return self._encoders[0].description

    def encode(self, blocks: Mapping[int, Samples], position: int) -> list[EncodedPacket]:
        """Encode one block of each track; `position` is that of their first sample.

        Raises:
            DeviceError: an encoder failed, or cannot be opened for one more track.
        """
        packets: list[EncodedPacket] = []
        for track, block in blocks.items():
            encoder = self._encoders.get(track)
            if encoder is None:
                encoder = self._encoders[track] = AudioEncoder(self._settings, track=track)
            packets += encoder.encode(block, position)
        return packets
