"""FLV tag bodies, legacy and Enhanced RTMP, both ways."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rtmp import FlvError
from shared.rtmp.flv import (
    AudioBody,
    AudioPart,
    VideoBody,
    VideoFormat,
    VideoPart,
    decode_audio,
    decode_video,
    encode_audio,
    encode_video,
    encode_video_enhanced,
)

_composition = st.integers(-(1 << 23), (1 << 23) - 1)
_payload = st.binary(max_size=30)
_legacy = st.builds(
    VideoBody,
    st.just(VideoFormat.AVC),
    st.sampled_from([VideoPart.SEQUENCE_START, VideoPart.CODED_FRAMES, VideoPart.SEQUENCE_END]),
    _payload,
    st.booleans(),
    _composition,
)
_frames = st.builds(
    VideoBody,
    st.sampled_from([VideoFormat.AVC, VideoFormat.HEVC]),
    st.just(VideoPart.CODED_FRAMES),
    _payload,
    st.booleans(),
    _composition,
)
_marks = st.builds(
    VideoBody,
    st.sampled_from(VideoFormat),
    st.sampled_from([VideoPart.SEQUENCE_START, VideoPart.SEQUENCE_END]),
    _payload,
    st.booleans(),
)
_av1 = st.builds(
    VideoBody,
    st.just(VideoFormat.AV1),
    st.just(VideoPart.CODED_FRAMES),
    _payload,
    st.booleans(),
)


@given(_legacy)
def test_legacy_video_comes_back(body):
    encoded = encode_video(body)
    assert encoded[0] & 0x80 == 0
    assert decode_video(encoded) == body


@given(st.one_of(_frames, _marks, _av1))
def test_enhanced_video_comes_back(body):
    encoded = encode_video_enhanced(body)
    assert encoded[1:5] == body.format.value
    assert decode_video(encoded) == body


@given(st.sampled_from([AudioPart.SEQUENCE_START, AudioPart.CODED_FRAMES]), _payload)
def test_audio_comes_back(part, payload):
    assert decode_audio(encode_audio(AudioBody(part, payload))) == AudioBody(part, payload)


@given(st.binary(max_size=40))
def test_any_bytes_give_a_body_or_our_error(source):
    for decode in (decode_video, decode_audio):
        with contextlib.suppress(FlvError):
            decode(source)


def test_known_bytes():
    avc = decode_video(b"\x17\x01\xff\xff\xfe" + b"nal")
    assert avc == VideoBody(VideoFormat.AVC, VideoPart.CODED_FRAMES, b"nal", True, -2)
    hevc = decode_video(b"\x91hvc1\x00\x00\x28pic")
    assert hevc == VideoBody(VideoFormat.HEVC, VideoPart.CODED_FRAMES, b"pic", True, 40)
    plain = decode_video(b"\xa3hvc1pic")
    assert plain == VideoBody(VideoFormat.HEVC, VideoPart.CODED_FRAMES, b"pic", False, 0)
    assert encode_audio(AudioBody(AudioPart.CODED_FRAMES, b"x")) == b"\xaf\x01x"


def test_frames_without_reordering_use_the_short_enhanced_form():
    body = VideoBody(VideoFormat.HEVC, VideoPart.CODED_FRAMES, b"pic", True)
    assert encode_video(body) == b"\x93hvc1pic"


def test_old_encoders_hevc_and_enhanced_aac_are_read():
    hevc = decode_video(b"\x1c\x00\x00\x00\x00record")
    assert (hevc.format, hevc.part) == (VideoFormat.HEVC, VideoPart.SEQUENCE_START)
    assert decode_audio(b"\x91mp4aframe") == AudioBody(AudioPart.CODED_FRAMES, b"frame")


def test_metadata_and_commands_are_recognised():
    assert decode_video(b"\xd4hvc1data").part is VideoPart.METADATA
    assert decode_video(b"\x57\x00").part is VideoPart.COMMAND


@pytest.mark.parametrize(
    "source",
    [b"", b"\x12\x00\x00\x00\x00", b"\x17\x01\x00", b"\x17\x07\x00\x00\x00", b"\x91vp09xxx",
     b"\x9fhvc1", b"\x91hvc1\x00"],
)  # fmt: skip
def test_video_we_do_not_carry_is_refused(source):
    with pytest.raises(FlvError):
        decode_video(source)


@pytest.mark.parametrize("source", [b"", b"\xaf", b"\x2f\x00mp3", b"\xaf\x09", b"\x91Opusxx"])
def test_sound_we_do_not_carry_is_refused(source):
    with pytest.raises(FlvError):
        decode_audio(source)


def test_a_composition_time_that_does_not_fit_is_refused():
    body = VideoBody(VideoFormat.AVC, VideoPart.CODED_FRAMES, b"", False, 1 << 23)
    with pytest.raises(FlvError):
        encode_video(body)
