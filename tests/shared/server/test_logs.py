"""What the server logs: nobody's secrets, whatever goes wrong, and the request that it was."""

import base64
import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import socketio
from fakes.people import Person, town
from fakes.server import local_server, quick_settings
from rules.noise import ExpectLog
from sqlalchemy import text

from shared.errors import StorageError
from shared.logs import JsonLines, Redactor
from shared.schemas.roles import Role
from shared.server.db.upgrade import open_database
from shared.server.logs import QUIET

MARK = "s3cretW0rd"
"""In every secret of this test, and in whatever is given in a secret's place."""


@contextmanager
def _everything_logged() -> Iterator[io.StringIO]:
    """The server's log as it would be on stderr, at its most talkative."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines(Redactor(), app="teezu-server"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    quiet = {name: logging.getLogger(name).level for name in QUIET}
    for name in quiet:  # as in the server's own set-up
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield written
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
        for name, level in quiet.items():
            logging.getLogger(name).setLevel(level)


def _fill(schema: dict[str, Any], document: dict[str, Any], depth: int = 0) -> Any:
    """A body with the mark in every field that takes a text."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for way in ("anyOf", "oneOf", "allOf"):
        if way in schema:
            return _fill(schema[way][0], document, depth)
    if schema.get("type") == "object" and depth < 4:
        fields = schema.get("properties", {})
        return {name: _fill(field, document, depth + 1) for name, field in fields.items()}
    if schema.get("type") == "array":
        return [_fill(schema.get("items", {}), document, depth + 1)]
    numbers: dict[str, Any] = {"integer": 1, "number": 1.0, "boolean": False}
    return numbers.get(str(schema.get("type")), f"{MARK}@example.org")


async def _every_route(person: Person, document: dict[str, Any]) -> int:
    """Ask every route that takes something, with the mark in path, query, headers and body."""
    asked = 0
    for path, methods in sorted(document["paths"].items(), key=lambda item: "/auth/" in item[0]):
        for method, operation in methods.items():
            if method == "get" and "{" not in path:
                continue  # nothing of it is given
            where = path
            for parameter in operation.get("parameters", []):
                where = where.replace(f"{{{parameter['name']}}}", MARK)
            content = operation.get("requestBody", {}).get("content", {})
            schema = next(iter(content.values()), {}).get("schema", {})
            await person.http.request(
                method.upper(),
                where,
                params={"t": MARK, "secret": MARK, "q": MARK},
                json=_fill(schema, document) if content else None,
                headers=person.headers | {"X-Hook-Secret": MARK, "Idempotency-Key": MARK * 2},
            )
            asked += 1
    return asked


async def test_no_secret_is_ever_logged(tmp_path: Path, expect_log: ExpectLog) -> None:
    expect_log("request failed|POST /api")
    secret = base64.b16encode(MARK.encode().ljust(32, b"x")).decode()
    settings = quick_settings(
        tmp_path / "data",
        secret=secret,
        ingest_hook_secret=MARK,
        store_access_key=MARK,
        store_secret_key=MARK,
        ai_key=MARK,
    )
    with _everything_logged() as written:
        async with local_server(settings) as local, town(local) as people:
            creator = await people.person(Role.CREATOR, tokens=10)
            key = (await creator.get("/streams/key"))["stream_key"]
            secrets = [MARK, secret, key, creator.session]
            enabled = await creator.post("/auth/2fa/enable", {"password": "correct horse battery"})
            secrets += [value for value in _texts(enabled) if len(value) >= 8]
            await creator.call("PUT", f"/users/{creator.id}/safe-word", {"word": MARK})
            with suppress(socketio.exceptions.ConnectionError):
                client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
                await client.connect(
                    local.url, auth={"session": f"{MARK}"}, transports=["websocket"]
                )
            document = (await people.http.get("/openapi.json")).json()
            other = await people.person(Role.SUPER_ADMIN)
            secrets.append(other.session)
            assert await _every_route(other, document) > 80
            body = {"email": f"{MARK}@example.org", "password": MARK * 2, "display_name": MARK,
                    "birth_date": "1990-05-17"}  # fmt: skip
            broken = {"content": b'{"password": "' + MARK.encode(), "headers": {"Cookie": MARK}}
            assert (await people.http.post("/api/v1/auth/login", **broken)).status_code == 422
            async with local.server.core.db.write() as tx:  # now something goes really wrong
                await tx.db.execute(text("ALTER TABLE users RENAME COLUMN locale TO gone"))
            failed = await people.http.post(f"/api/v1/auth/signup?token={MARK}", json=body)
            assert failed.status_code == 500
    logged = written.getvalue()
    for each in secrets:
        assert each not in logged, next(line for line in logged.splitlines() if each in line)
    lines = [json.loads(line) for line in logged.splitlines()]
    told = [line for line in lines if "trace" in line]
    assert [line["request_id"] for line in told] == [failed.headers["x-request-id"]]
    assert "INSERT INTO users" in told[0]["trace"]  # where, without what


def _texts(value: Any) -> list[str]:
    """All texts in a JSON value."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


async def test_a_database_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    with _everything_logged() as written, pytest.raises(StorageError) as refused:
        await open_database(tmp_path, f"postgresql://somebody:{MARK}@127.0.0.1:9/teezu")
    assert MARK not in str(refused.value)
    assert MARK not in written.getvalue()
