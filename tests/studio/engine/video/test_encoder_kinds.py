"""Every encoder that works here: a packet a frame, keyframes on demand, a lower rate on air."""

from typing import get_args

import av
import numpy as np
import pytest

from studio.engine.pixels import black_frame, plane_view
from studio.engine.protocol import VideoSettings
from studio.engine.protocol.commands import EncoderId
from studio.engine.video.encoder import VideoEncoder
from studio.engine.video.encoder_kinds import ENCODERS, EncoderKind
from studio.engine.video.encoder_probe import probe_encoders, works
from studio.engine.video.platforms import ANY, PLATFORMS, fitted, platform_of

SIZE = (640, 360)
SOFTWARE = [kind for kind in ENCODERS if not kind.is_hardware]


def _noise(seed: int) -> av.VideoFrame:
    frame = black_frame(*SIZE)
    plane_view(frame, 0)[:] = np.random.default_rng(seed).integers(16, 235, (SIZE[1], SIZE[0]))
    return frame


def _kbps(encoder: VideoEncoder, *, first: int, seconds: int) -> float:
    size = 0
    for index in range(first, first + 30 * seconds):
        size += sum(len(p.data) for p in encoder.encode(_noise(index), index, keyframe=False))
    return size * 8 / 1000 / seconds


def test_every_encoder_that_may_be_chosen_is_one_of_these() -> None:
    assert sorted(kind.id for kind in ENCODERS) == sorted(get_args(EncoderId))


@pytest.mark.parametrize("kind", SOFTWARE, ids=lambda kind: kind.id)
def test_what_runs_on_the_processor_works_everywhere(kind: EncoderKind) -> None:
    assert works(kind)


@pytest.mark.parametrize("kind", ENCODERS, ids=lambda kind: kind.id)
def test_keyframes_come_when_they_are_asked_for_and_can_be_decoded(kind: EncoderKind) -> None:
    if kind.is_hardware and not works(kind):
        pytest.skip(f"{kind.name} is not on this machine")
    settings = VideoSettings(
        width=SIZE[0], height=SIZE[1], bitrate_kbps=1500, encoder=kind.id, keyframe_s=10
    )
    encoder = VideoEncoder(settings)
    packets = []
    for index in range(60):
        packets += encoder.encode(_noise(index % 3), index, keyframe=index in (0, 25))
    description = encoder.description
    encoder.close()
    asked = [round(packet.pts_us * 30 / 1e6) for packet in packets if packet.is_keyframe]
    assert asked == [0, 25]
    assert len(packets) >= 55
    decoder = av.CodecContext.create(
        {"av1": "libdav1d"}.get(kind.codec.value, kind.codec.value), "r"
    )
    decoder.thread_count = 1  # closing threads that log waits for ever in PyAV
    decoder.extradata = description.extradata
    decoded = [frame for packet in packets for frame in decoder.decode(av.Packet(packet.data))]
    decoded += decoder.decode(None)
    assert len(decoded) >= 50


@pytest.mark.parametrize("kind", SOFTWARE, ids=lambda kind: kind.id)
def test_a_lower_rate_holds_on_air(kind: EncoderKind) -> None:
    settings = VideoSettings(
        width=SIZE[0], height=SIZE[1], bitrate_kbps=3000, encoder=kind.id, preset="ultrafast"
    )
    encoder = VideoEncoder(settings)
    before = _kbps(encoder, first=0, seconds=1)
    encoder.set_bitrate(800)
    _kbps(encoder, first=30, seconds=2)
    after = _kbps(encoder, first=90, seconds=2)
    encoder.close()
    assert after < 0.6 * before


def test_a_variable_rate_stays_under_its_ceiling() -> None:
    settings = VideoSettings(
        width=SIZE[0], height=SIZE[1], bitrate_kbps=2000, rate_control="vbr", preset="ultrafast"
    )
    assert _kbps(VideoEncoder(settings), first=0, seconds=3) < 2000


def test_the_probe_tries_all_of_them_in_another_process() -> None:
    found = probe_encoders().encoders
    assert {choice.id for choice in found} == {kind.id for kind in ENCODERS}
    assert found[0].works
    assert found[0].codec == "h264"
    working = {choice.id for choice in found if choice.works}
    assert {"x264", "x265", "svt_av1"} <= working
    for choice in found:
        assert (choice.message is None) == choice.works


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("live.twitch.tv", "Twitch"),
        ("a.rtmp.youtube.com", "YouTube"),
        ("live-api-s.facebook.com.", "Facebook"),
        ("nottwitch.tv", "RTMP"),
        ("127.0.0.1", "RTMP"),
    ],
)
def test_a_platform_is_known_by_its_ingest(host: str, name: str) -> None:
    assert platform_of(host).name == name


def test_settings_are_fitted_to_all_destinations() -> None:
    wish = VideoSettings(
        width=3840, height=2160, fps=120, bitrate_kbps=20_000, keyframe_s=5, encoder="svt_av1"
    )
    made = fitted(wish, (PLATFORMS[0], PLATFORMS[1]))
    assert (made.width, made.height, made.fps) == (1920, 1080, 60)
    assert (made.bitrate_kbps, made.keyframe_s, made.encoder) == (6000, 2.0, "x264")
    assert fitted(wish, (PLATFORMS[1],)).encoder == "svt_av1"
    assert fitted(wish, ()) == wish
    small = VideoSettings(width=1280, height=720)
    assert fitted(small, (ANY, *PLATFORMS)) == small
