"""Every answer carries its id and its limits; every error of every kind is the envelope."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fakes.people import Town
from fakes.server import LocalServer, local_server, quick_settings

from shared.schemas.common import ErrorEnvelope
from shared.server.core import Area
from shared.server.http.errors import language_of
from shared.server.http.routes import Access, Router

_BROKEN = Router("broken", prefix="")


@_BROKEN.get("/broken", needs=Access.PUBLIC)
async def broken() -> None:
    raise RuntimeError("the secret detail")


@pytest.fixture
async def http(local: LocalServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=local.url) as client:
        yield client


def _envelope(response: httpx.Response, status: int, code: str) -> ErrorEnvelope:
    assert response.status_code == status, response.text
    found = ErrorEnvelope.model_validate(response.json())
    assert found.code == code
    assert found.requestId == response.headers["x-request-id"]
    assert {"x-ratelimit-limit", "x-ratelimit-remaining"} <= set(response.headers)
    return found


async def test_success_carries_request_id_and_limits(http: httpx.AsyncClient) -> None:
    response = await http.get("/health")
    assert response.status_code == 200
    assert response.json()["ok"] is True
    for name in ("x-request-id", "x-ratelimit-limit", "x-ratelimit-remaining"):
        assert response.headers[name]


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code"),
    [
        ("GET", "/nowhere", b"", 404, "NOT_FOUND"),
        ("GET", "/api/v1/nowhere", b"", 404, "NOT_FOUND"),
        ("PUT", "/health", b"", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/api/v1/auth/login", b"{", 422, "INVALID_INPUT"),
        ("POST", "/api/v1/auth/login", b'{"email":"\xff\xfe"}', 422, "INVALID_INPUT"),
        ("POST", "/api/v1/auth/login", b"[]", 422, "INVALID_INPUT"),
        ("POST", "/api/v1/auth/login", b"", 422, "INVALID_INPUT"),
        ("POST", "/api/v1/auth/login", b" " * 1_100_000, 413, "PAYLOAD_TOO_LARGE"),
        ("GET", "/api/v1/auth/me", b"", 401, "UNAUTHENTICATED"),
        ("GET", "/api/v1/streams/not-an-id", b"", 401, "UNAUTHENTICATED"),
    ],
)
async def test_every_error_is_the_envelope(
    http: httpx.AsyncClient, method: str, path: str, content: bytes, status: int, code: str
) -> None:
    response = await http.request(
        method, path, content=content, headers={"content-type": "application/json"}
    )
    _envelope(response, status, code)


async def test_a_body_of_unknown_length_is_cut_off(http: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65536

    response = await http.post("/api/v1/auth/login", content=endless())
    _envelope(response, 413, "PAYLOAD_TOO_LARGE")


async def test_validation_says_which_field_and_never_repeats_a_password(
    http: httpx.AsyncClient,
) -> None:
    response = await http.post(
        "/api/v1/auth/signup",
        json={
            "email": "a@example.com",
            "password": "hunter2secret",
            "display_name": "x",
            "birth_date": "1990-01-01",
        },
    )
    found = _envelope(response, 422, "INVALID_INPUT")
    assert found.meta is not None
    assert found.meta["fields"][0]["field"] == "body.display_name"
    assert "hunter2secret" not in response.text


async def test_errors_speak_dutch_to_those_who_prefer_it(http: httpx.AsyncClient) -> None:
    dutch = await http.get("/nowhere", headers={"Accept-Language": "nl-NL,nl;q=0.9,en;q=0.8"})
    english = await http.get("/nowhere", headers={"Accept-Language": "en,nl;q=0.5"})
    assert "gevonden" in dutch.json()["message"]
    assert "found" in english.json()["message"]


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "en"), ("nl", "nl"), ("fr, nl;q=0.3", "nl"), ("de", "en"), ("nl;q=x, en", "en")],
)
def test_language_of(header: str, language: str) -> None:
    assert language_of(header) == language


async def test_a_defect_answers_500_without_a_word_of_it(
    tmp_path: Path, expect_log: object
) -> None:
    assert callable(expect_log)
    expect_log("a request failed")
    parts = (Area("broken", lambda core, services: None, (_BROKEN,)),)
    async with (
        local_server(quick_settings(tmp_path / "data"), parts=parts) as local,
        httpx.AsyncClient(base_url=local.url) as http,
    ):
        response = await http.get("/broken")
    _envelope(response, 500, "INTERNAL")
    assert "secret detail" not in response.text
    assert "Traceback" not in response.text


async def test_a_page_of_another_site_cannot_write_with_the_cookie(people: Town) -> None:
    member = await people.person()
    cookie = {"Cookie": f"session={member.session}"}
    path = "/api/v1/auth/logout"
    for origin in ({"Origin": "https://evil.example"}, {}):
        response = await people.http.post(path, headers=cookie | origin)
        _envelope(response, 403, "ORIGIN_REFUSED")
    read = await people.http.get("/api/v1/auth/me", headers=cookie)
    assert read.status_code == 200
    ours = {"Origin": people.local.url}
    assert (await people.http.post(path, headers=cookie | ours)).status_code == 200


async def test_metrics_are_for_this_machine(http: httpx.AsyncClient) -> None:
    await http.get("/nowhere")
    text = (await http.get("/metrics")).text
    assert 'teezu_http_requests_total{method="GET",route="unmatched",status="404"} 1' in text


async def test_openapi_documents_the_envelope_and_the_permission(
    http: httpx.AsyncClient,
) -> None:
    schema = (await http.get("/openapi.json")).json()
    assert "HTTPValidationError" not in schema["components"]["schemas"]
    for path, methods in schema["paths"].items():
        for name, route in methods.items():
            assert route["x-needs"], (name, path)
            assert route["summary"], (name, path)
            content = route["responses"]["422"]["content"]["application/json"]["schema"]
            assert content["$ref"].endswith("ErrorEnvelope"), (name, path)


async def test_a_client_that_hangs_up_harms_nobody(local: LocalServer) -> None:
    host, _, port = local.url.removeprefix("http://").partition(":")
    for _ in range(5):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    async with httpx.AsyncClient(base_url=local.url) as http:
        assert (await http.get("/health")).status_code == 200
