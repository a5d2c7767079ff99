"""The HTTP client on good and bad days, against a real socket."""

import asyncio
import datetime as dt
import logging
import ssl
from collections.abc import Callable
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fakes.http import Answer, Drop, Held, ScriptedServer, Silence

from shared.api import ApiClient, ApiError, Retries
from shared.errors import ProtocolError, Unavailable
from shared.ids import new_id
from shared.schemas.common import ErrorCode
from shared.schemas.streams import StreamPatch, StreamStart
from shared.schemas.wallet import TipRequest

SESSION = "s3cr3t-session-of-256-bits"
PASSWORD = "correct horse battery"

USER = {
    "id": new_id(),
    "email": "ada@example.org",
    "display_name": "Ada",
    "role": "creator",
    "permissions": [],
    "locale": "en",
    "created_at": "2026-11-20T07:00:00.000Z",
}
GRANT = {"session": SESSION, "expires_at": "2026-11-21T07:00:00.000Z", "user": USER}
STREAM = {
    "id": new_id(),
    "creator": {"id": USER["id"], "display_name": "Ada", "role": "creator"},
    "title": "Evening talk",
    "tags": [],
    "mood": "chill",
    "audience": "public",
    "state": "waiting",
    "started_at": "2026-11-20T07:00:00.000Z",
}


def refusal(status: int, code: str, message: str = "No.", **extra: Any) -> Answer:
    body = {"status": "error", "code": code, "message": message, "requestId": "r-1", **extra}
    return Answer(status, body)


class Waits:
    """Stands in for sleeping, and remembers for how long."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


async def test_signing_in_makes_every_later_call_carry_the_session() -> None:
    seen: list[str | None] = []
    async with (
        ScriptedServer(Answer(200, GRANT), Answer(200, USER)) as server,
        ApiClient(server.url, language="nl") as client,
    ):
        client.on_session_changed(seen.append)
        grant = await client.auth.login("ada@example.org", PASSWORD)
        me = await client.auth.me()
    assert grant.user == me
    assert client.session == SESSION
    assert seen == [SESSION]
    login, second = server.got
    assert login.json == {"email": "ada@example.org", "password": PASSWORD}
    assert "authorization" not in login.headers
    assert second.headers["authorization"] == f"Bearer {SESSION}"
    assert second.headers["accept-language"] == "nl"
    assert login.headers["x-request-id"] != second.headers["x-request-id"]


async def test_secrets_stay_out_of_logs_and_reprs(
    caplog: pytest.LogCaptureFixture, expect_log: Callable[[str], None]
) -> None:
    expect_log("is not a User")
    caplog.set_level(logging.DEBUG)
    async with (
        ScriptedServer(Answer(200, GRANT), Answer(200, {"session": SESSION})) as server,
        ApiClient(server.url) as client,
    ):
        grant = await client.auth.login("ada@example.org", PASSWORD)
        with pytest.raises(ProtocolError) as caught:
            await client.auth.me()
        shown = f"{client!r} {client!s} {caught.value!r} {caught.value.__cause__!r}"
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("shared"))
    for secret in (grant.session, PASSWORD):
        assert secret not in shown
        assert secret not in ours


async def test_logout_forgets_the_session() -> None:
    async with (
        ScriptedServer(Answer(200, {"ok": True})) as server,
        ApiClient(server.url, session=SESSION) as client,
    ):
        await client.auth.logout()
        assert client.session is None
    assert server.got[0].headers["authorization"] == f"Bearer {SESSION}"


async def test_each_post_has_a_key_and_a_repetition_has_the_same(waits: Waits) -> None:
    async with (
        ScriptedServer(Drop(), Drop(), Answer(200, STREAM), Answer(200, STREAM)) as server,
        ApiClient(server.url, sleep=waits) as client,
    ):
        await client.streams.end(STREAM["id"])
        await client.streams.end(STREAM["id"])
    keys = [request.headers["idempotency-key"] for request in server.got]
    assert keys[0] == keys[1] == keys[2] != keys[3]
    ids = [request.headers["x-request-id"] for request in server.got]
    assert len(set(ids)) == 2, "one id per call, also over its tries"
    assert len(waits.taken) == 2
    assert waits.taken[1] > 0


async def test_the_callers_own_key_is_sent() -> None:
    async with ScriptedServer(Answer(200, STREAM)) as server, ApiClient(server.url) as client:
        await client.streams.end(STREAM["id"], key="my-own-key-1")
    assert server.got[0].headers["idempotency-key"] == "my-own-key-1"


async def test_a_change_that_may_have_arrived_is_not_sent_twice(waits: Waits) -> None:
    async with (
        ScriptedServer(Drop(), Answer(200, STREAM)) as server,
        ApiClient(server.url, sleep=waits) as client,
    ):
        with pytest.raises(Unavailable):
            await client.streams.change(STREAM["id"], StreamPatch(title="New"))
    assert len(server.got) == 1
    assert waits.taken == []
    assert server.got[0].json == {"title": "New"}, "null fields are left out"


async def test_patience_ends(waits: Waits) -> None:
    async with (
        ScriptedServer(*[Drop()] * 9) as server,
        ApiClient(server.url, sleep=waits, retries=Retries(tries=3)) as client,
    ):
        with pytest.raises(Unavailable) as caught:
            await client.auth.me()
    assert len(server.got) == 3
    assert caught.value.code == "SERVER_UNREACHABLE"


async def test_nobody_at_the_address_is_a_sentence_with_a_next_step(waits: Waits) -> None:
    async with ScriptedServer() as gone:
        url = gone.url
    async with ApiClient(url, sleep=waits) as client:
        with pytest.raises(Unavailable) as caught:
            await client.streams.change(STREAM["id"], StreamPatch(title="New"))
    assert caught.value.message.startswith(f"The server at 127.0.0.1:{gone.port} cannot be reached")
    assert len(waits.taken) == 3, "what never got a connection may be tried again"


async def test_a_silent_server_is_given_up_in_time() -> None:
    async with (
        ScriptedServer(Silence()) as server,
        ApiClient(server.url, deadline_s=0.2) as client,
    ):
        started = asyncio.get_running_loop().time()
        with pytest.raises(Unavailable) as caught:
            await client.auth.me()
        assert asyncio.get_running_loop().time() - started < 2
    assert caught.value.code == "SERVER_TIMEOUT"
    assert len(server.got) == 1


async def test_a_short_limit_is_waited_for(waits: Waits) -> None:
    limited = refusal(429, ErrorCode.RATE_LIMITED, retryAfter=1.5)
    async with (
        ScriptedServer(limited, Answer(200, USER)) as server,
        ApiClient(server.url, sleep=waits) as client,
    ):
        await client.auth.me()
    assert waits.taken == [1.5]


async def test_a_proxys_limit_is_waited_for_by_its_header(waits: Waits) -> None:
    busy = Answer(503, b"<html>busy</html>", (("Retry-After", "2"),))
    async with (
        ScriptedServer(busy, Answer(200, USER)) as server,
        ApiClient(server.url, sleep=waits) as client,
    ):
        await client.auth.me()
    assert waits.taken == [2.0]


@pytest.mark.parametrize(
    ("code", "wait_s"), [(ErrorCode.RATE_LIMITED, 30.0), (ErrorCode.SLOW_MODE, 1.0)]
)
async def test_a_long_limit_and_slow_mode_are_told_at_once(
    waits: Waits, code: ErrorCode, wait_s: float
) -> None:
    async with (
        ScriptedServer(refusal(429, code, retryAfter=wait_s)) as server,
        ApiClient(server.url, sleep=waits) as client,
    ):
        with pytest.raises(ApiError) as caught:
            await client.room.send(STREAM["id"], "Hello")
    assert caught.value.retry_after_s == wait_s
    assert waits.taken == []


async def test_the_servers_refusal_arrives_whole() -> None:
    told = refusal(409, ErrorCode.INSUFFICIENT_TOKENS, "Buy tokens first.", meta={"balance": 3})
    async with ScriptedServer(told) as server, ApiClient(server.url) as client:
        with pytest.raises(ApiError) as caught:
            await client.wallet.tip(STREAM["id"], TipRequest(tokens=50))
    error = caught.value
    assert (error.code, error.status, error.request_id) == ("INSUFFICIENT_TOKENS", 409, "r-1")
    assert str(error) == "Buy tokens first."
    assert error.meta == {"balance": 3}


async def test_a_proxys_own_page_is_not_shown(waits: Waits) -> None:
    page = Answer(502, b"<html>nginx is upset</html>")
    async with (
        ScriptedServer(page, page, page, page) as server,
        ApiClient(server.url, sleep=waits) as client,
    ):
        with pytest.raises(ApiError) as caught:
            await client.auth.me()
    assert "nginx" not in caught.value.message
    assert caught.value.status == 502
    assert caught.value.request_id == server.got[0].headers["x-request-id"]


async def test_an_answer_of_another_shape_is_a_sentence(
    expect_log: Callable[[str], None],
) -> None:
    expect_log("is not a Stream")
    async with (
        ScriptedServer(Answer(200, {"hello": "world"})) as server,
        ApiClient(server.url) as client,
    ):
        with pytest.raises(ProtocolError) as caught:
            await client.streams.read(STREAM["id"])
    assert caught.value.code == "ANSWER_NOT_UNDERSTOOD"


async def test_a_refused_session_signs_out_and_says_so() -> None:
    seen: list[str | None] = []
    async with (
        ScriptedServer(refusal(401, ErrorCode.UNAUTHENTICATED)) as server,
        ApiClient(server.url, session=SESSION) as client,
    ):
        client.on_session_changed(seen.append)
        with pytest.raises(ApiError):
            await client.auth.me()
    assert client.session is None
    assert seen == [None]


async def test_a_wrong_password_is_no_reason_to_sign_out() -> None:
    async with (
        ScriptedServer(refusal(401, ErrorCode.INVALID_CREDENTIALS)) as server,
        ApiClient(server.url, session=SESSION) as client,
    ):
        with pytest.raises(ApiError):
            await client.auth.login("ada@example.org", PASSWORD)
    assert client.session == SESSION


async def test_a_late_refusal_of_an_older_session_leaves_the_newer_one() -> None:
    held = Held(refusal(401, ErrorCode.UNAUTHENTICATED), asyncio.Event(), asyncio.Event())
    async with ScriptedServer(held) as server, ApiClient(server.url, session="old") as client:
        async with asyncio.TaskGroup() as group:
            late = group.create_task(_refused(client), name="late call")
            await held.arrived.wait()
            client.session = SESSION
            held.released.set()
        assert late.result() == ErrorCode.UNAUTHENTICATED
        assert client.session == SESSION


async def _refused(client: ApiClient) -> str:
    with pytest.raises(ApiError) as caught:
        await client.auth.me()
    return caught.value.code


async def test_a_server_that_is_not_well_still_tells_how_it_is() -> None:
    health = {"ok": False, "version": "1", "parts": [{"name": "database", "ok": False}]}
    async with ScriptedServer(Answer(503, health)) as server, ApiClient(server.url) as client:
        found = await client.health.read()
    assert not found.ok
    assert found.parts[0].name == "database"
    assert server.got[0].path == "/health"


async def test_the_servers_time_is_learnt_from_its_answers() -> None:
    ahead = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=7)
    date = ahead.strftime("%a, %d %b %Y %H:%M:%S GMT")
    async with (
        ScriptedServer(Answer(200, USER, (("Date", date),))) as server,
        ApiClient(server.url) as client,
    ):
        await client.auth.me()
        assert abs(client.server_now() - ahead) < dt.timedelta(seconds=3)


async def test_pages_are_asked_for_by_cursor() -> None:
    page = {"items": [STREAM], "next_cursor": "c2"}
    async with ScriptedServer(Answer(200, page)) as server, ApiClient(server.url) as client:
        found = await client.streams.active(cursor="c1", limit=10)
    assert server.got[0].path == "/api/v1/streams/active?cursor=c1&limit=10"
    assert found.items[0].title == "Evening talk"
    assert found.next_cursor == "c2"


async def test_going_live_tells_where_to_push_without_showing_the_key() -> None:
    started = {
        "stream": STREAM,
        "ingest": {"url": "rtmp://127.0.0.1:1935/live", "stream_key": "k" * 32},
    }
    async with ScriptedServer(Answer(201, started)) as server, ApiClient(server.url) as client:
        answer = await client.streams.start(StreamStart(title="Evening talk", tags=["talk"]))
    assert answer.ingest.stream_key == "k" * 32
    assert server.got[0].json["tags"] == ["talk"]


async def test_outside_its_block_a_client_does_not_send() -> None:
    client = ApiClient("http://127.0.0.1:9")
    with pytest.raises(RuntimeError):
        await client.auth.me()


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


async def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path, waits: Waits) -> None:
    async with (
        ScriptedServer(tls=self_signed(tmp_path)) as server,
        ApiClient(server.url, session=SESSION, sleep=waits) as client,
    ):
        with pytest.raises(Unavailable) as caught:
            await client.auth.me()
    assert caught.value.code == "CERTIFICATE_REFUSED"
    assert server.got == [], "not a byte of the session left"
