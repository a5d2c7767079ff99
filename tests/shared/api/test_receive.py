"""Files that may be longer than memory: handed over piece by piece, refused in a sentence."""

import asyncio

import pytest
from fakes.http import Answer, Drop, ScriptedServer

from shared.api import ApiClient, ApiError
from shared.errors import Unavailable
from shared.schemas.administration import ExportKind
from shared.schemas.common import ErrorCode


async def test_a_table_arrives_whole_and_asks_as_who_is_signed_in() -> None:
    rows = b"id,tokens\n" + b"1,50\n" * 50_000
    pieces: list[bytes] = []
    async with ScriptedServer(Answer(body=rows)) as server:
        async with ApiClient(server.url, session="a session") as client:
            await client.admin.receive_export(ExportKind.TIPS, pieces.append)
        (got,) = server.got
    assert b"".join(pieces) == rows
    assert len(pieces) > 1
    assert got.path == "/api/v1/admin/export/tips"
    assert got.headers["authorization"] == "Bearer a session"


async def test_a_refusal_is_told_and_hands_over_nothing() -> None:
    envelope = {
        "status": "error",
        "code": ErrorCode.FORBIDDEN.value,
        "message": "Super admins only.",
        "requestId": "r",
    }
    pieces: list[bytes] = []
    async with (
        ScriptedServer(Answer(403, envelope)) as server,
        ApiClient(server.url, session="a session") as client,
    ):
        with pytest.raises(ApiError, match="Super admins only"):
            await client.admin.receive_export(ExportKind.USERS, pieces.append)
    assert pieces == []


async def test_a_line_that_is_cut_is_told_and_not_tried_again() -> None:
    async with (
        ScriptedServer(Drop()) as server,
        ApiClient(server.url, session="a session") as client,
    ):
        with pytest.raises(Unavailable):
            await client.admin.receive_export(ExportKind.USERS, lambda _piece: None)
        await asyncio.sleep(0)
        assert len(server.got) == 1
