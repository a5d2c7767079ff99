"""The encoder: what muxers are told, keyframes when they are due and when they are wanted."""

import av
import numpy as np
import pytest

from shared.errors import DeviceError
from studio.engine.output.packets import VideoCodec
from studio.engine.pixels import black_frame, plane_view
from studio.engine.protocol import VideoSettings
from studio.engine.video.encoder import VideoEncoder, encoder_threads

_SETTINGS = VideoSettings(width=320, height=180, fps=30, bitrate_kbps=800)


def _frame(seed: int) -> av.VideoFrame:
    frame = black_frame(320, 180)
    plane_view(frame, 0)[:] = np.random.default_rng(seed).integers(16, 235, (180, 320))
    return frame


def test_it_tells_what_muxers_must_know() -> None:
    description = VideoEncoder(_SETTINGS).description
    assert description.codec is VideoCodec.H264
    assert (description.width, description.height, description.fps) == (320, 180, 30)
    assert description.extradata.startswith(b"\0\0\0\1\x67"), "a parameter set in Annex B"


def test_every_frame_gives_its_packet_at_once_and_keyframes_come_every_two_seconds() -> None:
    encoder = VideoEncoder(_SETTINGS)
    packets = [encoder.encode(_frame(i), i, keyframe=False) for i in range(130)]
    assert all(len(each) == 1 for each in packets)
    flat = [each[0] for each in packets]
    assert [i for i, packet in enumerate(flat) if packet.is_keyframe] == [0, 60, 120]
    assert all(
        packet.pts_us == packet.dts_us == i * 1_000_000 // 30 for i, packet in enumerate(flat)
    )


def test_a_keyframe_comes_when_it_is_wanted() -> None:
    encoder = VideoEncoder(_SETTINGS)
    flat = [encoder.encode(_frame(i), i, keyframe=i == 7)[0] for i in range(20)]
    assert [i for i, packet in enumerate(flat) if packet.is_keyframe] == [0, 7]
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = encoder.description.extradata
    shown = [f for p in flat[7:] for f in decoder.decode(av.Packet(p.data))]
    shown += decoder.decode(None)
    assert len(shown) == 13, "what follows can be decoded without what came before"


@pytest.mark.parametrize("wanted", [300, 1200, 3000])
def test_the_rate_is_what_was_asked_for_and_follows_changes(wanted: int) -> None:
    encoder = VideoEncoder(_SETTINGS.model_copy(update={"bitrate_kbps": 2000}))

    def rate(first: int, count: int) -> float:
        size = sum(
            len(packet.data)
            for i in range(first, first + count)
            for packet in encoder.encode(_frame(i), i, keyframe=False)
        )
        return size * 8 / 1000 / (count / 30)

    rate(0, 30)
    assert rate(30, 90) == pytest.approx(2000, rel=0.15)
    encoder.set_bitrate(wanted)
    rate(120, 60)
    assert rate(180, 90) == pytest.approx(wanted, rel=0.2)


def test_an_encoder_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def create(name: str, mode: str) -> av.CodecContext:
        raise av.codec.codec.UnknownCodecError(name)

    monkeypatch.setattr("studio.engine.video.encoder.av.CodecContext.create", create)
    with pytest.raises(DeviceError) as refused:
        VideoEncoder(_SETTINGS)
    assert refused.value.code == "ENCODER_UNAVAILABLE"


def test_threads_follow_the_load() -> None:
    small = VideoSettings(width=1280, height=720, fps=30)
    large = VideoSettings(width=3840, height=2160, fps=60)
    assert encoder_threads(small, processors=8) == 1
    assert encoder_threads(VideoSettings(), processors=8) == 2
    assert encoder_threads(large, processors=4) == 4
    assert encoder_threads(small.model_copy(update={"threads": 3}), processors=8) == 3
