"""Control calls: MediaMTX's and SRS's documented answers from a real HTTP server, and refusals.

nginx-rtmp itself is asked in tests/shared/server/streams/test_cutting.py.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from shared.api.media_servers import MEDIA_SERVERS, MediaServer
from shared.errors import AppError, InvalidInput, ProtocolError, Unavailable

KEY = "live_abc234"
type Answer = Callable[[str, str], tuple[int, object]]


@asynccontextmanager
async def _serving(answer: Answer) -> AsyncIterator[tuple[str, list[str]]]:
    """A server on a free port; its address, and what it was asked."""
    asked: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split(" ", 2)
        asked.append(f"{method} {path}")
        status, body = answer(method, path)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        writer.write(
            b"HTTP/1.1 %d -\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b"
            % (status, len(content), content)
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked


def _server(kind: str, url: str) -> MediaServer:
    return MEDIA_SERVERS[kind](url, app="live", password=SecretStr(""))


async def test_mediamtx_kicks_what_is_the_source_of_the_path() -> None:
    def answer(method: str, path: str) -> tuple[int, object]:
        if path == f"/v3/paths/get/live/{KEY}":
            source = {"type": "rtmpConn", "id": "5f4e"}
            return 200, {"name": f"live/{KEY}", "source": source, "ready": True, "readers": []}
        if (method, path) == ("POST", "/v3/rtmpconns/kick/5f4e"):
            return 200, {"status": "ok"}
        return 404, {"status": "error", "error": "path not found"}

    async with _serving(answer) as (url, asked), _server("mediamtx", url) as server:
        assert await server.drop(KEY)
        assert not await server.drop("live_other")
    assert asked == [
        f"GET /v3/paths/get/live/{KEY}",
        "POST /v3/rtmpconns/kick/5f4e",
        "GET /v3/paths/get/live/live_other",
    ]


async def test_srs_kicks_the_publisher_and_no_player() -> None:
    clients = [
        {"id": "a1", "name": KEY, "publish": False, "type": "rtmp-play"},
        {"id": "b2", "name": KEY, "publish": True, "type": "fmle-publish"},
        {"id": "c3", "name": "live_other", "publish": True, "type": "fmle-publish"},
    ]

    def answer(method: str, path: str) -> tuple[int, object]:
        return 200, {"code": 0, "server": "vid", "clients": clients}

    async with _serving(answer) as (url, asked), _server("srs", url) as server:
        assert await server.drop(KEY)
        assert not await server.drop("live_nobody")
    assert [each for each in asked if each.startswith("DELETE")] == ["DELETE /api/v1/clients/b2"]


@pytest.mark.parametrize(
    ("kind", "status", "body", "error"),
    [
        ("mediamtx", 401, {}, Unavailable),
        ("srs", 500, b"", Unavailable),
        ("nginx-rtmp", 302, b"", Unavailable),
        ("srs", 200, b"no json", ProtocolError),
        ("mediamtx", 200, b"[]", ProtocolError),
        ("srs", 200, b"x" * (5 * 1024 * 1024), ProtocolError),
    ],
)
async def test_what_is_no_answer_is_an_error_without_the_key(
    kind: str, status: int, body: object, error: type[AppError]
) -> None:
    async with _serving(lambda *_: (status, body)) as (url, _), _server(kind, url) as server:
        with pytest.raises(error) as refused:
            await server.drop(KEY)
    assert KEY not in str(refused.value)
    assert refused.value.__cause__ is None


async def test_a_server_that_is_not_there_and_an_address_that_is_none() -> None:
    async with _server("srs", "http://127.0.0.1:9") as server:
        with pytest.raises(Unavailable) as refused:
            await server.drop(KEY)
    assert KEY not in str(refused.value)
    for url in ("", "ftp://host", "http://name:word@host", "http://"):
        with pytest.raises(InvalidInput, match="TEEZU_INGEST_CONTROL_URL"):
            _server("mediamtx", url)
