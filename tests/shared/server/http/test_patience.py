"""Slow and oversized senders: they are refused or cut off, and hold up nobody."""

import asyncio
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from fakes.server import ServerProcess, server_process


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    env = {"TEEZU_HEADER_TIMEOUT_S": "1"}
    with server_process(tmp_path_factory.mktemp("data"), env=env) as running:
        yield running


async def _open(server: ServerProcess) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(server.url)
    return await asyncio.open_connection(address.hostname, address.port)


async def test_two_hundred_slow_senders_are_cut_off_and_hold_up_nobody(
    server: ServerProcess,
) -> None:
    opening = b"GET /api/status HTTP/1.1\r\nHost: here\r\n"
    slow = [asyncio.create_task(_silent(server, opening)) for _ in range(200)]
    async with httpx.AsyncClient(timeout=10) as http:
        assert (await http.get(f"{server.url}/api/status")).status_code == 200
    async with asyncio.timeout(30):
        await asyncio.gather(*slow)


async def _silent(server: ServerProcess, opening: bytes) -> None:
    """Begin a request and never finish it; return when the server hangs up."""
    reader, writer = await _open(server)
    writer.write(opening)
    try:
        assert await reader.read() == b""
    except ConnectionError:
        pass
    finally:
        writer.close()


async def test_one_byte_now_and_then_is_no_way_to_stay(server: ServerProcess) -> None:
    reader, writer = await _open(server)
    writer.write(b"GET /api/status HTTP/1.1\r\nHost: here\r\nX-Slow: ")
    ended = asyncio.create_task(reader.read())
    try:
        async with asyncio.timeout(20):
            while not ended.done():
                writer.write(b"a")
                await asyncio.wait({ended}, timeout=0.1)
        assert ended.exception() is not None or ended.result() == b""
    finally:
        writer.close()


async def test_an_upgraded_connection_stays(server: ServerProcess) -> None:
    reader, writer = await _open(server)
    writer.write(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: here\r\n"
        b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    done = asyncio.create_task(reader.read(-1))
    await asyncio.wait({done}, timeout=2.5)
    assert not done.done()
    done.cancel()
    await asyncio.wait({done})
    writer.close()


async def test_too_large_a_body_is_refused_before_it_is_read(server: ServerProcess) -> None:
    reader, writer = await _open(server)
    writer.write(
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
        b"Content-Length: 9999999999\r\n\r\n{"
    )
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    assert head.startswith(b"HTTP/1.1 413")
    size = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    assert json.loads(await reader.readexactly(size))["code"] == "PAYLOAD_TOO_LARGE"
    writer.close()


async def test_a_body_without_a_length_is_bounded(server: ServerProcess) -> None:
    reader, writer = await _open(server)
    writer.write(
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    answer = asyncio.create_task(reader.readuntil(b"\r\n\r\n"))
    async with asyncio.timeout(20):
        for _ in range(32):  # twice what is allowed
            writer.write(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
            await asyncio.wait({answer}, timeout=0.05)
            if answer.done():
                break
        assert (await answer).startswith(b"HTTP/1.1 413")
    writer.close()
