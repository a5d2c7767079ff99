"""Publisher and server state machines talk to each other, under any splitting of their bytes."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rtmp import (
    AudioReceived,
    ClientConnection,
    Connected,
    HandshakeError,
    MessageError,
    MetadataReceived,
    PongReceived,
    PublishEnded,
    PublishRefused,
    PublishRequested,
    PublishStarted,
    RtmpError,
    ServerConnection,
    VideoReceived,
)
from shared.rtmp.amf import decode as amf_decode
from shared.rtmp.chunks import ChunkReader, ChunkWriter, RawMessage
from shared.rtmp.messages import Command, DataMessage, encode

KEY = "k-1234567890"


def _client() -> ClientConnection:
    return ClientConnection(
        app="live", tc_url="rtmp://example/live", stream_key=KEY, random_bytes=bytes
    )


def _server() -> ServerConnection:
    return ServerConnection(random_bytes=bytes)


def _exchange(client, server, *, answer=None, sizes=(1 << 20,)):
    """Carry bytes both ways until both are quiet; returns both sides' events."""
    at_client, at_server = [], []
    lengths = itertools.cycle(sizes)
    to_server, to_client = b"", b""
    while True:
        to_server += client.outgoing()
        to_client += server.outgoing()
        if not to_server and not to_client:
            return at_client, at_server
        size = next(lengths)
        events = server.receive(to_server[:size])
        to_server = to_server[size:]
        at_server += events
        for event in events:
            if isinstance(event, PublishRequested) and answer is not None:
                answer(server)
        at_client += client.receive(to_client[:size])
        to_client = to_client[size:]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=8))
def test_a_whole_broadcast_under_any_splitting(sizes):
    client, server = _client(), _server()
    at_client, at_server = _exchange(
        client, server, answer=ServerConnection.accept_publish, sizes=sizes
    )
    assert at_client == [Connected("live"), PublishStarted()]
    assert at_server == [Connected("live"), PublishRequested(KEY, "live")]
    assert client.formats == {"avc1", "hvc1", "av01"}
    client.send_metadata({"width": 1920.0})
    client.send_video(b"v" * 9000, 0xFFFFFF)
    client.send_audio(b"a" * 300, 0x1000010)
    client.end()
    _, at_server = _exchange(client, server, sizes=sizes)
    assert at_server == [
        MetadataReceived({"width": 1920.0}, 0),
        VideoReceived(b"v" * 9000, 0xFFFFFF),
        AudioReceived(b"a" * 300, 0x1000010),
        PublishEnded("NetStream.Unpublish.Success"),
    ]
    assert server.held_bytes == client.held_bytes == 0


def test_a_refused_key_is_bad_name_and_both_are_done():
    client, server = _client(), _server()
    at_client, _ = _exchange(
        client, server, answer=lambda each: each.refuse_publish(f"No stream {KEY} here.")
    )
    assert at_client[-1] == PublishRefused("NetStream.Publish.BadName", "No stream ... here.")
    assert server.is_closing
    assert not client.is_live
    with pytest.raises(MessageError):
        client.send_video(b"", 0)


@pytest.mark.parametrize("key", ["r", "Start", "Publish"])
def test_a_key_that_occurs_in_the_words_of_the_protocol_is_a_key_like_any(key):
    def connected(answer):
        client = ClientConnection(app="live", tc_url="rtmp://h/live", stream_key=key)
        return client, _exchange(client, _server(), answer=answer)[0]

    client, _ = connected(ServerConnection.accept_publish)
    assert client.is_live
    _, events = connected(lambda each: each.refuse_publish("No."))
    assert events[-1] == PublishRefused("NetStream.Publish.BadName", "No.")


def test_the_server_may_end_a_publish():
    client, server = _client(), _server()
    _exchange(client, server, answer=ServerConnection.accept_publish)
    server.end_publish("The stream was stopped by a moderator.")
    at_client, _ = _exchange(client, server)
    assert at_client == [
        PublishEnded("NetStream.Publish.BadName", "The stream was stopped by a moderator.")
    ]


def test_media_before_the_answer_and_after_the_end_does_not_count():
    client, server = _client(), _server()
    _exchange(client, server)
    video = ChunkWriter().write(RawMessage(9, 1, 0, b"early", 9))
    assert server.receive(video) == []
    server.accept_publish()
    _exchange(client, server)
    client.end()
    _exchange(client, server)
    assert server.receive(ChunkWriter().write(RawMessage(9, 1, 0, b"late", 10))) == []


def test_pings_are_answered_both_ways():
    client, server = _client(), _server()
    _exchange(client, server)
    server.ping(1234)
    client.ping(77)
    at_client, at_server = _exchange(client, server)
    assert at_server == [PongReceived(1234)]
    assert at_client == [PongReceived(77)]


def test_received_bytes_are_acknowledged():
    client, server = _client(), _server()
    _exchange(client, server, answer=ServerConnection.accept_publish)
    for index in range(30):
        client.send_video(bytes(100_000), index * 33)
        _exchange(client, server)
    assert 2_500_000 <= client.peer_acknowledged <= server.bytes_received


def test_a_window_of_the_peer_is_kept():
    client, server = _client(), _server()
    _exchange(client, server, answer=ServerConnection.accept_publish)
    server.receive(ChunkWriter().write(RawMessage(5, 0, 0, (1000).to_bytes(4), 2)))
    client.receive(server.outgoing())
    client.send_video(bytes(1500), 0)
    _exchange(client, server)
    assert client.peer_acknowledged == server.bytes_received


def test_the_query_of_a_key_is_not_part_of_the_name():
    server = _server()
    client = ClientConnection(app="live", tc_url="rtmp://h/live", stream_key=f"{KEY}?a=b")
    _, at_server = _exchange(client, server)
    assert at_server[-1] == PublishRequested(KEY, "live")


def test_a_player_is_sent_away():
    client, server = _client(), _server()
    _exchange(client, server)
    writer = ChunkWriter()
    server.receive(writer.write(encode(Command("play", 0, (None, "x"), 1))))
    assert server.is_closing
    assert b"NetStream.Play.StreamNotFound" in server.outgoing()


def test_unknown_calls_get_an_error_and_unknown_answers_none():
    client, server = _client(), _server()
    _exchange(client, server)
    writer = ChunkWriter()
    server.receive(writer.write(encode(Command("dance", 9, (None,)))))
    assert b"NetConnection.Call.Failed" in server.outgoing()
    server.receive(writer.write(encode(Command("_error", 9, (None,)))))
    assert server.outgoing() == b""


def test_metadata_without_set_data_frame_is_read():
    client, server = _client(), _server()
    _exchange(client, server, answer=ServerConnection.accept_publish)
    wire = ChunkWriter().write(encode(DataMessage(("onMetaData", {"fps": 30.0}), 5, 1)))
    assert server.receive(wire) == [MetadataReceived({"fps": 30.0}, 5)]


@pytest.mark.parametrize(
    "commands",
    [
        [Command("publish", 1, (None, KEY))],
        [Command("connect", 1, (None,))],
        [Command("connect", 1, ({"app": "live"},)), Command("connect", 2, ({"app": "live"},))],
        [Command("connect", 1, ({"app": "live"},)), Command("publish", 2, (None, 5.0))],
        [Command("connect", 1, ({"app": "live"},)), *[Command("publish", 2, (None, KEY))] * 2],
        [Command("connect", 1, ({"app": "live"},)), *[Command("createStream", 2)] * 20],
        [Command("connect", 1, ({"app": "live"},)), *[Command("_checkbw", 2)] * 300],
    ],
    ids=["no connect", "no app", "twice", "no name", "two publishes", "streams", "flood"],
)
def test_commands_out_of_turn_end_the_connection_for_good(commands):
    server = _server()
    server.receive(b"\x03" + bytes(2 * 1536))
    writer = ChunkWriter()
    with pytest.raises(MessageError):
        server.receive(b"".join(writer.write(encode(command)) for command in commands))
    with pytest.raises(MessageError):
        server.receive(b"")


@pytest.mark.parametrize("connection", [_client, _server])
def test_what_does_not_speak_rtmp_is_refused_at_its_first_byte(connection):
    with pytest.raises(HandshakeError):
        connection().receive(b"GET / HTTP/1.1\r\n")


def test_a_server_that_answers_connect_by_an_error_refuses():
    client = _client()
    client.outgoing()
    client.receive(b"\x03" + bytes(2 * 1536))
    info = {"level": "error", "code": "NetConnection.Connect.Rejected", "description": "no"}
    wire = ChunkWriter().write(encode(Command("_error", 1, (None, info))))
    assert client.receive(wire) == [PublishRefused("NetConnection.Connect.Rejected", "no")]


def test_errors_about_optional_calls_do_not_stop_a_publish():
    client = _client()
    client.receive(b"\x03" + bytes(2 * 1536))
    writer = ChunkWriter()
    wire = writer.write(encode(Command("_result", 1, (None, None))))
    wire += writer.write(encode(Command("_error", 2, (None, {"code": "x"}))))
    assert client.receive(wire) == [Connected("live")]
    with pytest.raises(RtmpError):
        client.receive(writer.write(encode(Command("_result", 4, (None, "no number")))))


@pytest.mark.parametrize(
    ("properties", "formats"),
    [
        ({"fourCcList": ["hvc1", 7.0]}, {"hvc1"}),
        ({"videoFourCcInfoMap": {"*": 2.0}}, {"*"}),
        ({"fourCcList": "hvc1"}, set()),
        (None, set()),
    ],
)
def test_a_server_may_say_which_formats_it_takes(properties, formats):
    client = _client()
    client.receive(b"\x03" + bytes(2 * 1536))
    wire = ChunkWriter().write(encode(Command("_result", 1, (properties, None))))
    assert client.receive(wire) == [Connected("live")]
    assert client.formats == formats


def test_the_wire_of_the_client_names_app_and_address_but_only_where_they_belong():
    client, reader = _client(), ChunkReader()
    client.receive(b"\x03" + bytes(2 * 1536))
    messages = reader.receive(client.outgoing()[1 + 2 * 1536 :])
    connect = amf_decode(messages[1].payload)
    assert connect[:2] == ["connect", 1.0]
    assert connect[2]["tcUrl"] == "rtmp://example/live"
    assert KEY not in repr(connect)


def test_keys_never_show_in_events():
    assert KEY not in repr(PublishRequested(KEY, "live"))
