"""Trying a line: a server that speaks RTMP is enough, and everything else has its sentence."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from shared.errors import Unavailable
from shared.rtmp import RtmpAddress
from shared.rtmp.handshake import ServerHandshake
from studio.engine.output.trial import try_line

type Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _code_of(serve: Serve) -> str:
    """What trying a line to such a server gives; empty when it is well."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        try:
            await try_line(RtmpAddress.parse(f"rtmp://127.0.0.1:{port}/live", stream_key="none"))
        except Unavailable as error:
            return error.code if error.message.endswith(".") else "no sentence"
        return ""


async def test_a_server_that_answers_is_enough() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handshake = ServerHandshake(lambda size: bytes(size))
        while not handshake.is_done and (source := await reader.read(4096)):
            handshake.receive(source)
            writer.write(handshake.outgoing())
        writer.close()

    assert await _code_of(serve) == ""


async def test_a_server_of_another_kind_is_said() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n" + bytes(4000))
        writer.close()

    assert await _code_of(serve) not in ("", "INGEST_HUNG_UP")


async def test_a_server_that_hangs_up_is_said() -> None:
    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    assert await _code_of(serve) == "INGEST_HUNG_UP"


async def test_a_port_where_nobody_listens_is_said(unused_tcp_port: int) -> None:
    address = RtmpAddress.parse(f"rtmp://127.0.0.1:{unused_tcp_port}/live", stream_key="none")
    with pytest.raises(Unavailable) as refused:
        await try_line(address)
    assert refused.value.code == "INGEST_CLOSED"
