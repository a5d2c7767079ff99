"""Encoded packets as RTMP carries them: descriptions, configurations and media bodies."""

from dataclasses import replace
from typing import Final

from shared.rtmp import ClientConnection
from shared.rtmp.amf import AmfValue
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
    EncodedPacket,
    PacketKind,
    StreamDescription,
    VideoCodec,
    VideoDescription,
)

ENCODER_NAME: Final = "Teezu Studio"
_FORMATS: Final = {
    VideoCodec.H264: VideoFormat.AVC,
    VideoCodec.HEVC: VideoFormat.HEVC,
    VideoCodec.AV1: VideoFormat.AV1,
}
_AVC_CODEC_ID: Final = 7
_AAC_CODEC_ID: Final = 10


def metadata(description: StreamDescription) -> dict[str, AmfValue]:
    """The onMetaData of a stream, with the names other encoders use."""
    values: dict[str, AmfValue] = {"duration": 0, "encoder": ENCODER_NAME}
    video, audio = description.video, description.audio
    if video is not None:
        four_cc = int.from_bytes(_FORMATS[video.codec].value)
        values["width"], values["height"] = video.width, video.height
        values["framerate"] = video.fps
        values["videodatarate"] = video.bitrate_kbps
        values["videocodecid"] = _AVC_CODEC_ID if video.codec is VideoCodec.H264 else four_cc
    if audio is not None:
        values["audiosamplerate"] = audio.sample_rate
        values["audiosamplesize"] = 16
        values["audiochannels"] = audio.channels
        values["stereo"] = audio.channels == 2
        values["audiodatarate"] = audio.bitrate_kbps
        values["audiocodecid"] = _AAC_CODEC_ID
    return values


class FlvSender:
    """Writes one stream into one accepted connection; times begin at its first packet."""

    def __init__(self, connection: ClientConnection, description: StreamDescription) -> None:
        self._connection = connection
        self._description = description
        self._base_us: int | None = None

    def begin(self) -> None:
        """Send the description and the decoder configurations.

        Raises:
            RtmpError: not live, or the encoder's extradata cannot be used.
        """
        self._connection.send_metadata(metadata(self._description))
        video, audio = self._description.video, self._description.audio
        if video is not None:
            self._send_configuration(video, 0)
        if audio is not None:
            config = AudioBody(AudioPart.SEQUENCE_START, audio.extradata)
            self._connection.send_audio(encode_audio(config), 0)

    def _send_configuration(self, video: VideoDescription, dts_ms: int) -> None:
        video_format = _FORMATS[video.codec]
        record = configuration_record(video.extradata, video_format)
        start = VideoBody(video_format, VideoPart.SEQUENCE_START, record, True)
        self._connection.send_video(encode_video(start), dts_ms)

    def send(self, packet: EncodedPacket) -> None:
        """Send one packet; sound from before the first picture is left out.

        Raises:
            RtmpError: not live, or the packet cannot be written.
        """
        if self._base_us is None:
            self._base_us = packet.dts_us
        if packet.dts_us < self._base_us:
            return
        dts_ms = (packet.dts_us - self._base_us) // 1000
        if packet.kind is PacketKind.AUDIO:
            body = AudioBody(AudioPart.CODED_FRAMES, packet.data)
            self._connection.send_audio(encode_audio(body), dts_ms)
            return
        video, changed = self._description.video, packet.description
        if video is None:
            return
        if changed is not None and changed != video:
            video = changed
            self._description = replace(self._description, video=changed)
            self._connection.send_metadata(metadata(self._description))
            self._send_configuration(changed, dts_ms)
        video_format = _FORMATS[video.codec]
        picture = VideoBody(
            video_format,
            VideoPart.CODED_FRAMES,
            picture_payload(packet.data, video_format),
            packet.is_keyframe,
            (packet.pts_us - self._base_us) // 1000 - dts_ms,
        )
        self._connection.send_video(encode_video(picture), dts_ms)
