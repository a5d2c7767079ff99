"""Messages keep their meaning on the wire; broken payloads are refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rtmp import MessageError, RawMessage, RtmpError
from shared.rtmp.amf import encode as amf
from shared.rtmp.messages import (
    Abort,
    Acknowledgement,
    AudioMessage,
    Command,
    DataMessage,
    SetChunkSize,
    SetPeerBandwidth,
    UnknownMessage,
    UserControl,
    VideoMessage,
    WindowAckSize,
    decode,
    encode,
)

_u32 = st.integers(0, 0xFFFFFFFF)
_messages = st.one_of(
    st.builds(SetChunkSize, _u32),
    st.builds(Abort, _u32),
    st.builds(Acknowledgement, _u32),
    st.builds(WindowAckSize, _u32),
    st.builds(SetPeerBandwidth, _u32, st.integers(0, 2)),
    st.builds(UserControl, st.integers(0, 7), _u32, st.none() | _u32),
    st.builds(Command, st.text("abcXYZ", max_size=9), st.floats(0, 99), st.just((None, "x"))),
    st.builds(DataMessage, st.just(("@setDataFrame", {"width": 1.0})), _u32, _u32),
    st.builds(AudioMessage, st.binary(max_size=20), _u32, _u32),
    st.builds(VideoMessage, st.binary(max_size=20), _u32, _u32),
)


@given(_messages)
def test_a_message_comes_back_equal(message):
    assert decode(encode(message)) == [message]


@given(st.integers(0, 255), st.binary(max_size=100))
def test_any_payload_gives_messages_or_our_error(type_id, payload):
    with contextlib.suppress(RtmpError):
        decode(RawMessage(type_id, 1, 0, payload))


def test_commands_that_call_themselves_amf3_are_read():
    payload = b"\x00" + amf("publish", 5, None, "name")
    assert decode(RawMessage(17, 1, 0, payload))[0].arguments == (None, "name")


def test_an_aggregate_gives_its_parts_at_their_own_times():
    def tag(kind, time, body):
        return bytes((kind,)) + len(body).to_bytes(3) + time.to_bytes(3) + bytes(4) + body + b"size"

    payload = tag(9, 100, b"v1") + tag(8, 110, b"a1") + tag(18, 110, b"?") + tag(9, 140, b"v2")
    assert decode(RawMessage(22, 1, 5000, payload)) == [
        VideoMessage(b"v1", 5000, 1),
        AudioMessage(b"a1", 5010, 1),
        VideoMessage(b"v2", 5040, 1),
    ]


def test_unknown_types_are_named_and_cannot_be_sent():
    assert decode(RawMessage(99, 0, 0, b"")) == [UnknownMessage(99)]
    with pytest.raises(MessageError):
        encode(UnknownMessage(99))


@pytest.mark.parametrize(
    ("type_id", "payload"),
    [
        (1, b"\x00"),
        (4, b"\x00"),
        (20, amf(1.0)),
        (20, amf("x")),
        (17, b"\x03"),
        (18, bytes(70_000)),
    ],
)
def test_broken_payloads_are_refused(type_id, payload):
    with pytest.raises(RtmpError):
        decode(RawMessage(type_id, 0, 0, payload))


def test_a_command_never_shows_its_arguments():
    assert "topsecret" not in repr(Command("publish", 5, (None, "topsecret")))
