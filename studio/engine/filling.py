"""The slate and silence as encoded packets, made once, for where held packets may not leave."""

from dataclasses import replace

import numpy as np

from shared.errors import DeviceError
from studio.engine.audio.encoder import AudioEncoder
from studio.engine.audio.track import BLOCK
from studio.engine.output.packets import EncodedPacket
from studio.engine.protocol import AudioSettings, VideoSettings
from studio.engine.safety.pictures import draw_slate
from studio.engine.video.encoder import VideoEncoder

_TRIES = 60
_SILENT_BLOCKS = 6


class SlateFilling:
    """One keyframe of the slate and one block of silence, encoded as the broadcast is.

    Raises:
        DeviceError: the encoder is missing or refuses these settings.
    """

    def __init__(self, video: VideoSettings, audio: AudioSettings) -> None:
        self._picture = _slate_packet(video)
        self._silence = _silent_packet(audio)

    def picture(self, packet: EncodedPacket) -> EncodedPacket:
        """Return the slate with the times of a packet."""
        return replace(
            self._picture,
            pts_us=packet.dts_us,
            dts_us=packet.dts_us,
            duration_us=packet.duration_us,
        )

    def silence(self, packet: EncodedPacket) -> EncodedPacket:
        """Return silence with the times of a packet, on its track."""
        return replace(packet, data=self._silence.data)


def _slate_packet(video: VideoSettings) -> EncodedPacket:
    encoder = VideoEncoder(video)
    slate = draw_slate(video.width, video.height)
    try:
        for index in range(_TRIES):  # an encoder in hardware may keep some pictures for itself
            for packet in encoder.encode(slate, index, keyframe=index == 0):
                if packet.is_keyframe:
                    return packet
    finally:
        encoder.close()
    raise DeviceError(
        "The privacy slate cannot be encoded; choose another encoder, or no safety delay.",
        code="ENCODER_UNAVAILABLE",
    )


def _silent_packet(audio: AudioSettings) -> EncodedPacket:
    encoder = AudioEncoder(audio)
    block = np.zeros((BLOCK, 2), dtype=np.float32)
    packets = [
        packet for index in range(_SILENT_BLOCKS) for packet in encoder.encode(block, index * BLOCK)
    ]
    return packets[-1]
