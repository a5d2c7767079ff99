"""Messages survive the chunk layer under any splitting; hostile chunks stay within limits."""

import itertools
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rtmp import ChunkError, ChunkLimits, ChunkReader, ChunkWriter, RawMessage

_messages = st.builds(
    RawMessage,
    type_id=st.sampled_from([8, 9, 18, 20]),
    stream_id=st.integers(0, 3),
    timestamp=st.one_of(
        st.integers(0, 1000),
        st.integers(0xFFFFF0, 0x1000010),
        st.integers(0xFFFFFFF0, 0xFFFFFFFF),
        st.integers(0, 0xFFFFFFFF),
    ),
    payload=st.binary(max_size=400),
    csid=st.sampled_from([3, 6, 63, 64, 319, 320, 65_599]),
)


def _pieces(source: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({min(cut, len(source)) for cut in cuts})
    edges = [0, *places, len(source)]
    return [source[start:end] for start, end in itertools.pairwise(edges)]


@settings(max_examples=300)
@given(
    st.lists(_messages, max_size=12),
    st.integers(1, 500),
    st.lists(st.integers(0, 5000), max_size=20),
)
def test_messages_come_back_under_any_splitting(messages, chunk_size, cuts):
    writer, reader = ChunkWriter(), ChunkReader()
    announce = RawMessage(1, 0, 0, struct.pack(">I", chunk_size), 2)
    wire = writer.write(announce)
    writer.set_chunk_size(chunk_size)
    wire += b"".join(writer.write(message) for message in messages)
    received = [each for piece in _pieces(wire, cuts) for each in reader.receive(piece)]
    assert received == [announce, *messages]
    assert reader.held_bytes == 0


@given(
    st.lists(st.integers(0, 60_000), min_size=1, max_size=30),
    st.sampled_from([1, 2, 64, 128, 4096]),
    st.integers(0xFFFFFF - 100_000, 0xFFFFFF + 5),
)
def test_a_broadcast_passes_the_extended_timestamp_with_small_chunks(steps, chunk_size, start):
    writer, reader = ChunkWriter(), ChunkReader()
    wire = writer.write(RawMessage(1, 0, 0, struct.pack(">I", chunk_size), 2))
    writer.set_chunk_size(chunk_size)
    time, sent = start, []
    for index, step in enumerate(steps):
        time += step
        sent.append(RawMessage(9, 1, time, bytes([index]) * (30 + step % 7), 7))
        wire += writer.write(sent[-1])
    assert reader.receive(wire)[1:] == sent


def test_extended_timestamps_are_repeated_on_every_continuation():
    writer = ChunkWriter()
    wire = writer.write(RawMessage(9, 1, 0x01234567, b"v" * 300, 4))
    stamp = struct.pack(">I", 0x01234567)
    assert wire.count(stamp) == 3
    assert wire[1:4] == b"\xff\xff\xff"
    assert ChunkReader().receive(wire)[0].timestamp == 0x01234567


def test_a_type_3_header_that_begins_a_message_adds_the_delta_again():
    head = b"\x04" + (1000).to_bytes(3) + (2).to_bytes(3) + b"\x09" + b"\x01\x00\x00\x00ab"
    second = b"\x84" + (40).to_bytes(3) + b"cd"
    third = b"\xc4ef"
    stamps = [each.timestamp for each in ChunkReader().receive(head + second + third + b"\xc4gh")]
    assert stamps == [1000, 1040, 1080, 1120]


def test_a_type_3_header_repeats_an_extended_delta_too():
    head = b"\x04" + (5).to_bytes(3) + (1).to_bytes(3) + b"\x09" + b"\x01\x00\x00\x00a"
    jump = struct.pack(">I", 0x01000000)
    second = b"\x84\xff\xff\xff" + jump + b"b"
    third = b"\xc4" + jump + b"c"
    stamps = [each.timestamp for each in ChunkReader().receive(head + second + third)]
    assert stamps == [5, 0x01000005, 0x02000005]


def test_timestamps_wrap_after_49_days():
    writer, reader = ChunkWriter(), ChunkReader()
    wire = writer.write(RawMessage(9, 1, 0xFFFFFFFE, b"a", 4))
    wire += writer.write(RawMessage(9, 1, 0x10, b"b", 4))
    assert [each.timestamp for each in reader.receive(wire)] == [0xFFFFFFFE, 0x10]


def test_the_writer_uses_short_headers():
    writer = ChunkWriter()
    sizes = [len(writer.write(RawMessage(9, 1, 40 * index, b"x", 4))) - 1 for index in range(4)]
    assert sizes == [12, 4, 1, 1]


def test_chunks_of_several_messages_may_interleave():
    big = b"\x04\x00\x00\x00" + (200).to_bytes(3) + b"\x09\x01\x00\x00\x00" + b"v" * 128
    small = b"\x06\x00\x00\x00" + (1).to_bytes(3) + b"\x08\x01\x00\x00\x00a"
    received = ChunkReader().receive(big + small + b"\xc4" + b"v" * 72)
    assert [(each.type_id, len(each.payload)) for each in received] == [(8, 1), (9, 200)]


def test_an_abort_forgets_the_half_sent_message():
    half = b"\x04\x00\x00\x00" + (200).to_bytes(3) + b"\x09\x01\x00\x00\x00" + b"v" * 128
    abort = b"\x02\x00\x00\x00\x00\x00\x04\x02\x00\x00\x00\x00" + struct.pack(">I", 4)
    whole = b"\x04\x00\x00\x00" + (2).to_bytes(3) + b"\x09\x01\x00\x00\x00ok"
    reader = ChunkReader()
    received = reader.receive(half + abort + whole)
    assert [each.payload for each in received if each.type_id == 9] == [b"ok"]
    assert reader.held_bytes == 0


def test_messages_of_no_length_pass():
    writer, reader = ChunkWriter(), ChunkReader()
    wire = writer.write(RawMessage(9, 1, 7, b"", 4)) + writer.write(RawMessage(9, 1, 8, b"", 4))
    assert [each.timestamp for each in reader.receive(wire)] == [7, 8]


def test_a_message_larger_than_allowed_is_refused_before_it_arrives():
    reader = ChunkReader(ChunkLimits(max_message_size=1000))
    with pytest.raises(ChunkError):
        reader.receive(b"\x04\x00\x00\x00" + (1001).to_bytes(3) + b"\x09\x01\x00\x00\x00")


def test_the_number_of_chunk_streams_is_limited():
    reader = ChunkReader(ChunkLimits(max_chunk_streams=8))
    writer = ChunkWriter()
    wire = [writer.write(RawMessage(9, 1, 0, b"x", csid)) for csid in range(3, 12)]
    reader.receive(b"".join(wire[:8]))
    with pytest.raises(ChunkError):
        reader.receive(wire[8])


def test_half_sent_messages_together_are_limited():
    reader = ChunkReader(ChunkLimits(max_message_size=1000, max_partial_bytes=300))
    heads = [
        bytes((csid, 0, 0, 0)) + (1000).to_bytes(3) + b"\x09\x01\x00\x00\x00"
        for csid in range(3, 7)
    ]
    with pytest.raises(ChunkError):
        reader.receive(b"".join(head + b"x" * 128 for head in heads))
    assert reader.held_bytes <= 600


@pytest.mark.parametrize(
    "wire",
    [
        b"\xc4",
        b"\x44\x00\x00\x00\x00\x00\x01\x09",
        b"\x02\x00\x00\x00\x00\x00\x04\x01\x00\x00\x00\x00\x00\x00\x00\x00",
        b"\x02\x00\x00\x00\x00\x00\x04\x01\x00\x00\x00\x00\xff\xff\xff\xff",
        b"\x04\x00\x00\x00\x00\x00\xff\x09\x01\x00\x00\x00" + b"x" * 128 + b"\x84\x00\x00\x00",
    ],
    ids=["type 3 first", "type 1 first", "chunk size 0", "chunk size negative", "begun twice"],
)
def test_what_is_no_chunk_stream_is_refused(wire):
    with pytest.raises(ChunkError):
        ChunkReader().receive(wire)


@pytest.mark.parametrize(
    "message",
    [
        RawMessage(9, 0, 0, b"", 1),
        RawMessage(9, 0, 0, b"", 65_600),
        RawMessage(256, 0, 0, b""),
        RawMessage(9, 1 << 32, 0, b""),
        RawMessage(9, 0, 1 << 32, b""),
        RawMessage(9, 0, 0, bytes(1 << 24)),
    ],
)
def test_what_does_not_fit_is_not_written(message):
    with pytest.raises(ChunkError):
        ChunkWriter().write(message)
