"""Two hundred thousand hostile inputs: no exception but our own, and bounded memory."""

import random
import time
import tracemalloc
from collections import Counter

import pytest

from shared.rtmp import (
    ChunkLimits,
    ClientConnection,
    PublishRequested,
    PublishStarted,
    RtmpError,
    ServerConnection,
)
from shared.rtmp.chunks import ChunkWriter, RawMessage
from shared.rtmp.events import AudioReceived, VideoReceived
from shared.rtmp.flv import decode_audio, decode_video
from shared.rtmp.messages import Command, DataMessage, UserControl, encode

INPUTS = 200_000
LIMITS = ChunkLimits(max_message_size=4096, max_chunk_streams=8, max_partial_bytes=8192)
HANDSHAKE = b"\x03" + bytes(2 * 1536)
MAX_CPU_SECONDS = 60.0
MAX_HELD = 64 * 1024


def _server_seeds() -> list[bytes]:
    """What a publisher says after the handshake, in a few variations."""
    video = b"\x17\x01\x00\x00\x00" + b"\x00\x00\x00\x02\x65\x88"
    conversation = [
        encode(Command("connect", 1, ({"app": "live", "fourCcList": ["avc1"]},))),
        encode(Command("createStream", 4, (None,))),
        encode(Command("publish", 5, (None, "key", "live"), 1)),
        encode(DataMessage(("@setDataFrame", "onMetaData", {"width": 16.0}), 0, 1)),
        RawMessage(9, 1, 0, b"\x17\x00\x00\x00\x00\x01\x42\x00\x0a", 4),
        RawMessage(9, 1, 0xFFFFFFF, video * 20, 4),
        RawMessage(8, 1, 0x1000000, b"\xaf\x01\x21\x10", 6),
        RawMessage(22, 1, 0, b"\x09\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00ab\x00\x00\x00\x0d", 6),
        encode(UserControl(6, 1)),
        encode(Command("FCUnpublish", 6, (None, "key"))),
        encode(Command("deleteStream", 7, (None, 1.0))),
    ]
    seeds = []
    for chunk_size in (128, 64, 1):
        writer = ChunkWriter()
        wire = writer.write(RawMessage(1, 0, 0, chunk_size.to_bytes(4), 2))
        writer.set_chunk_size(chunk_size)
        seeds.append(wire + b"".join(writer.write(each) for each in conversation))
    return seeds


def _client_seeds() -> list[bytes]:
    """What a server answers after the handshake."""
    writer = ChunkWriter()
    info = {"level": "status", "code": "NetStream.Publish.Start", "description": "on air"}
    conversation = [
        RawMessage(5, 0, 0, (2500).to_bytes(4), 2),
        RawMessage(6, 0, 0, (2500).to_bytes(4) + b"\x02", 2),
        encode(Command("_result", 1, ({"fmsVer": "x"}, {"code": "Success"}))),
        encode(Command("_result", 4, (None, 1.0))),
        encode(Command("onStatus", 0, (None, info), 1)),
        encode(UserControl(6, 99)),
        encode(Command("onStatus", 0, (None, {"level": "error", "code": "x"}), 1)),
    ]
    return [b"".join(writer.write(each) for each in conversation)]


def _mutated(chance: random.Random, seed: bytes) -> bytes:
    """A seed with a few bytes changed, cut out, repeated or put in."""
    wire = bytearray(seed)
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(wire)) if wire else 0
        match chance.randrange(5):
            case 0:
                wire[at : at + 1] = chance.randbytes(1)
            case 1:
                del wire[at : at + chance.randrange(1, 40)]
            case 2:
                wire[at:at] = wire[at : at + chance.randrange(1, 40)]
            case 3:
                wire[at:at] = chance.randbytes(chance.randrange(1, 8))
            case _:
                wire[at : at + 4] = b"\xff\xff\xff\xff"
    return bytes(wire)


def _play(
    connection: ServerConnection | ClientConnection, source: bytes, cut: int, reached: Counter
) -> int:
    """Feed the bytes in two pieces as an owner would; returns the memory it held."""
    held = 0
    for piece in (source[:cut], source[cut:]):
        for event in connection.receive(piece):
            reached[type(event)] += 1
            if isinstance(event, PublishRequested):
                connection.accept_publish()
            elif isinstance(event, VideoReceived):
                decode_video(event.payload)
            elif isinstance(event, AudioReceived):
                decode_audio(event.payload)
        held = max(held, connection.held_bytes + len(connection.outgoing()))
    return held


@pytest.mark.slow
def test_hostile_inputs_raise_nothing_but_our_own_errors_and_hold_little_memory():
    chance = random.Random(20_261_120)
    server_seeds, client_seeds = _server_seeds(), _client_seeds()
    started = time.process_time()
    refused, most_held, reached = 0, 0, Counter()
    for index in range(INPUTS):
        if index % 4 == 0:
            connection = ClientConnection(
                app="live", tc_url="t", stream_key="k", limits=LIMITS, random_bytes=bytes
            )
            seed = client_seeds[0]
        else:
            connection = ServerConnection(limits=LIMITS, random_bytes=bytes)
            seed = server_seeds[index % len(server_seeds)] if index % 50 == 1 else server_seeds[0]
        if index % 5 == 0:
            source = chance.randbytes(chance.randrange(1, 80))
        else:
            source = _mutated(chance, seed if index % 7 else seed[chance.randrange(200) :])
        if index % 20:
            source = HANDSHAKE + source
        cut = chance.randrange(len(HANDSHAKE) - 50, len(HANDSHAKE) + len(seed))
        try:
            most_held = max(most_held, _play(connection, source, cut, reached))
        except RtmpError:
            refused += 1
    assert most_held <= MAX_HELD
    assert INPUTS // 10 < refused < INPUTS
    for kind in (PublishRequested, PublishStarted, VideoReceived, AudioReceived):
        assert reached[kind] > INPUTS // 20, kind
    assert time.process_time() - started < MAX_CPU_SECONDS


def _flood(server: ServerConnection, length: int) -> None:
    for index in range(100_000):
        head = bytes((3 + index % 60, 0, 0, 0)) + length.to_bytes(3) + b"\x14\x00\x00\x00\x00"
        server.receive(head + b"\x00" * min(length - 1, 128))
        server.outgoing()


@pytest.mark.parametrize("length", [1, 100, 4096])
def test_memory_stays_bounded_while_one_peer_floods(length):
    """A peer that only ever begins messages is stopped, whatever it begins."""
    server = ServerConnection(limits=LIMITS)
    server.receive(HANDSHAKE)
    tracemalloc.start()
    try:
        with pytest.raises(RtmpError):
            _flood(server, length)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1024 * 1024


@pytest.mark.parametrize("seed", _server_seeds())
def test_the_undamaged_seeds_are_a_whole_broadcast(seed):
    """Without this, mutations of something never valid would prove little."""
    server, reached = ServerConnection(limits=LIMITS), Counter()
    _play(server, HANDSHAKE + seed[:-1], len(HANDSHAKE), reached)
    assert reached[PublishRequested] == 1
