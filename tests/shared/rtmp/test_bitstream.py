"""Encoder output becomes what FLV and MP4 carry, checked against libav's own muxer."""

import contextlib
import io
import struct

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rtmp import FlvError
from shared.rtmp.bitstream import (
    BitReader,
    configuration_record,
    is_annex_b,
    picture_payload,
    split_annex_b,
)
from shared.rtmp.flv import VideoFormat

_ENCODERS = {
    VideoFormat.AVC: ("libx264", "avcC", {"preset": "ultrafast"}),
    VideoFormat.HEVC: ("libx265", "hvcC", {"preset": "ultrafast", "x265-params": "log-level=0"}),
    VideoFormat.AV1: ("libsvtav1", "av1C", {"preset": "12"}),
}


def _encoded(video_format: VideoFormat) -> tuple[bytes, list[bytes], bytes]:
    """Extradata, packets, and the record that libav's MP4 muxer writes for the same encoder."""
    name, box, options = _ENCODERS[video_format]
    sink = io.BytesIO()
    packets = []
    with av.open(sink, "w", format="mp4") as container:
        stream = container.add_stream(name, rate=30, options=options)
        stream.width, stream.height, stream.pix_fmt = 320, 192, "yuv420p"
        for index in range(4):
            picture = np.full((192, 320, 3), index * 40, np.uint8)
            made = stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24"))
            packets += made
            container.mux(made)
        made = stream.encode(None)
        packets += made
        container.mux(made)
        extradata = bytes(stream.codec_context.extradata)
    file = sink.getvalue()
    at = file.index(box.encode()) - 4
    record = file[at + 8 : at + struct.unpack_from(">I", file, at)[0]]
    return extradata, [bytes(packet) for packet in packets], record


@pytest.mark.parametrize("video_format", VideoFormat)
def test_the_record_is_the_one_libav_writes(video_format):
    extradata, _, expected = _encoded(video_format)
    record = configuration_record(extradata, video_format)
    if video_format is VideoFormat.HEVC:
        # libav also keeps x265's SEI message as an array of its own; every field before is equal.
        assert record[:22] == expected[:22]
        assert all(unit in expected for unit in split_annex_b(extradata)[:3])
    else:
        assert record == expected
    assert configuration_record(record, video_format) == record


@pytest.mark.parametrize("video_format", VideoFormat)
def test_libav_decodes_what_we_repack(video_format):
    extradata, packets, _ = _encoded(video_format)
    decoder = av.CodecContext.create(
        {"AVC": "h264", "HEVC": "hevc", "AV1": "libdav1d"}[video_format.name], "r"
    )
    decoder.extradata = configuration_record(extradata, video_format)
    frames = []
    for packet in packets:
        frames += decoder.decode(av.Packet(picture_payload(packet, video_format)))
    frames += decoder.decode(None)
    assert [(frame.width, frame.height) for frame in frames] == [(320, 192)] * 4


@given(st.lists(st.binary(min_size=1, max_size=30), max_size=6), st.booleans())
def test_units_come_back_from_between_start_codes(bodies, has_long_codes):
    units = [bytes((0x65,)) + body.replace(b"\x00", b"\x01") for body in bodies]
    start = b"\x00\x00\x00\x01" if has_long_codes else b"\x00\x00\x01"
    source = b"".join(start + unit for unit in units)
    assert split_annex_b(source) == units
    if units:
        assert is_annex_b(source)
        repacked = picture_payload(source, VideoFormat.AVC)
        assert repacked == b"".join(len(unit).to_bytes(4) + unit for unit in units)


def test_delimiters_are_left_out_and_length_prefixed_pictures_pass():
    assert picture_payload(b"\x00\x00\x01\x09\xf0\x00\x00\x01\x65z", VideoFormat.AVC) == (
        b"\x00\x00\x00\x02\x65z"
    )
    assert picture_payload(b"\x00\x00\x00\x02\x65z", VideoFormat.AVC) == b"\x00\x00\x00\x02\x65z"


@given(st.sampled_from(VideoFormat), st.binary(max_size=60))
def test_any_extradata_gives_a_record_or_our_error(video_format, extradata):
    for start in (b"", b"\x00\x00\x01\x67", b"\x00\x00\x01\x42\x01", b"\x0a\x20"):
        with contextlib.suppress(FlvError):
            configuration_record(start + extradata, video_format)


def test_numbers_are_read_bit_by_bit():
    reader = BitReader(bytes((0b1_010_011_0, 0b0100_0000)))
    assert [reader.exp_golomb() for _ in range(4)] == [0, 1, 2, 3]
    with pytest.raises(FlvError):
        reader.bits(9)
