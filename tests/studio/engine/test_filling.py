"""The encoded slate and silence: decoders take them in the middle of a stream."""

import av
import numpy as np

from studio.engine.filling import SlateFilling
from studio.engine.output.packets import EncodedPacket, PacketKind
from studio.engine.pixels import black_frame, plane_view
from studio.engine.protocol import AudioSettings, VideoSettings
from studio.engine.video.encoder import VideoEncoder

_VIDEO = VideoSettings(width=160, height=96, fps=10, bitrate_kbps=300, threads=1)


def test_the_slate_decodes_between_pictures_of_the_broadcast() -> None:
    filling = SlateFilling(_VIDEO, AudioSettings())
    encoder = VideoEncoder(_VIDEO)
    scene = [
        packet
        for index in range(4)
        for packet in encoder.encode(black_frame(160, 96), index, keyframe=index == 0)
    ]
    slate = filling.picture(scene[2])
    assert slate.is_keyframe
    assert slate.dts_us == slate.pts_us == scene[2].dts_us
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = encoder.description.extradata
    pictures = [
        frame for packet in (*scene[:2], slate) for frame in decoder.decode(av.Packet(packet.data))
    ]
    pictures += decoder.decode(None)
    encoder.close()
    assert len(pictures) == 3
    luma = plane_view(pictures[-1].reformat(format="yuv420p"), 0)
    assert abs(int(np.median(luma[48])) - 80) <= 3
    assert abs(int(np.median(luma[5])) - 40) <= 3


def test_silence_has_the_times_of_the_sound_it_stands_for() -> None:
    filling = SlateFilling(_VIDEO, AudioSettings())
    sound = EncodedPacket(PacketKind.AUDIO, b"voice", 5000, 5000, True, 21_333)
    silence = filling.silence(sound)
    assert (silence.dts_us, silence.duration_us, silence.kind) == (5000, 21_333, PacketKind.AUDIO)
    assert silence.data != sound.data
    assert 0 < len(silence.data) < 60
