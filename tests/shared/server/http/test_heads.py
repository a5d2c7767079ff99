"""One connection, byte by byte: heads without end, no HTTP at all, bodies that trickle."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fakes.server import quick_settings
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from shared.server.http.gateway import Gateway
from shared.server.http.limits import Limits
from shared.server.http.metrics import Metrics
from shared.server.http.patience import MOST_HEAD_BYTES, patient_for

GET = b"GET /api/status HTTP/1.1\r\nHost: here\r\n"
POST = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"


class Wire:
    """The other end of a connection."""

    def __init__(self) -> None:
        self.said = b""
        self.is_over = False
        self.has_ended = False

    def get_extra_info(self, name: str) -> Any:
        return {"peername": ("203.0.113.5", 5), "sockname": ("203.0.113.6", 80)}.get(name)

    def write(self, data: bytes) -> None:
        self.said += data

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.has_ended = True

    def is_closing(self) -> bool:
        return self.is_over

    def close(self) -> None:
        self.is_over = True

    abort = close

    def pause_reading(self) -> None:
        """Nothing is read from here."""

    resume_reading = pause_reading

    @property
    def first_line(self) -> bytes:
        """How the answer begins."""
        return self.said.partition(b"\r\n")[0]

    @property
    def code(self) -> str:
        """The code in the envelope."""
        found: str = json.loads(self.said.partition(b"\r\n\r\n")[2])["code"]
        return found


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"served"})


def _connected(folder: Path, *, seconds: float) -> tuple[Any, Wire]:
    """A connection to a gateway that has just been made."""
    settings = quick_settings(folder, body_timeout_s=1)
    gateway = Gateway(_echo, settings=settings, limits=Limits(enforced=False), metrics=Metrics())
    config = uvicorn.Config(gateway, log_config=None, access_log=False, lifespan="off")
    config.load()
    kind: Any = patient_for(seconds)
    protocol, wire = kind(config=config, server_state=ServerState(), app_state={}), Wire()
    protocol.connection_made(wire)
    return protocol, wire


def _pieces(data: bytes, size: int = 4096) -> Iterator[bytes]:
    yield from (data[begin : begin + size] for begin in range(0, len(data), size))


@pytest.mark.parametrize(
    "head",
    [
        GET + b"X-Many: yes\r\n" * 5000 + b"\r\n",
        GET + b"X-Long: " + b"a" * 300_000,
        b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: here\r\n\r\n",
    ],
)
async def test_a_head_without_end_is_refused_and_no_more_of_it_is_kept(
    tmp_path: Path, head: bytes
) -> None:
    protocol, wire = _connected(tmp_path, seconds=60)
    taken = 0
    for piece in _pieces(head):
        protocol.data_received(piece)
        taken += len(piece)
        if wire.said:
            break
    assert taken <= 2 * MOST_HEAD_BYTES
    assert wire.first_line == b"HTTP/1.1 431 Request Header Fields Too Large"
    assert (wire.code, wire.has_ended) == ("INVALID_INPUT", True)
    answer = wire.said
    for piece in _pieces(head):  # what still comes is dropped, and not answered again
        protocol.data_received(piece)
    assert wire.said == answer
    protocol.connection_lost(None)


async def test_a_long_head_within_reason_is_served(tmp_path: Path) -> None:
    protocol, wire = _connected(tmp_path, seconds=60)
    for piece in _pieces(GET + b"X-Long: " + b"a" * 20_000 + b"\r\n\r\n"):
        protocol.data_received(piece)
    async with asyncio.timeout(30):
        while b"served" not in wire.said:
            await asyncio.sleep(0.01)
    assert wire.first_line == b"HTTP/1.1 200 OK"
    assert not wire.is_over
    protocol.connection_lost(None)


async def test_what_is_no_http_is_told_so_in_the_envelope(tmp_path: Path) -> None:
    protocol, wire = _connected(tmp_path, seconds=60)
    protocol.data_received(b"\x16\x03\x01 this is not the protocol\r\n\r\n")
    assert (wire.first_line, wire.code) == (b"HTTP/1.1 400 Bad Request", "INVALID_INPUT")
    assert wire.has_ended
    protocol.connection_lost(None)


@pytest.mark.parametrize("length", [b"Content-Length: 5000", b"Transfer-Encoding: chunked"])
async def test_a_body_that_trickles_is_answered_and_the_line_closed(
    tmp_path: Path, length: bytes
) -> None:
    protocol, wire = _connected(tmp_path, seconds=0.2)
    protocol.data_received(POST + length + b"\r\n\r\n")
    async with asyncio.timeout(30):
        while not wire.is_over:
            protocol.data_received(b"1\r\n \r\n" if b"chunked" in length else b" ")
            await asyncio.sleep(0.02)
    assert wire.first_line.startswith(b"HTTP/1.1 422")
    assert wire.code == "INVALID_INPUT"
    protocol.connection_lost(None)


async def test_a_body_that_ends_after_its_answer_keeps_the_line(tmp_path: Path) -> None:
    protocol, wire = _connected(tmp_path, seconds=60)
    protocol.data_received(POST + b"Content-Length: 9999999999\r\n\r\n{")
    async with asyncio.timeout(30):
        while not wire.said:
            await asyncio.sleep(0.01)
    assert wire.first_line.startswith(b"HTTP/1.1 413")
    assert protocol._lingers is not None  # the rest may come, for so long
    protocol.connection_lost(None)
    assert protocol._lingers is None
