"""The door every HTTP request passes: id, limits, origin, body size, and an envelope at worst."""

import asyncio
import logging
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import AppError
from shared.ids import new_id
from shared.logs import request_id
from shared.schemas.common import API_PREFIX, ErrorCode
from shared.server.http.errors import (
    Refused,
    RequestContext,
    envelope,
    internal,
    language_of,
    status_of,
)
from shared.server.http.limits import Limits, Verdict, rate_limited
from shared.server.http.metrics import Metrics
from shared.server.http.sessions import Credentials, credentials, hash_secret
from shared.server.settings import Settings

_log = logging.getLogger(__name__)
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_MEDIA = (".m3u8", ".m4s", ".mp4", ".jpg", "/thumbnail")
_SIGN_IN = frozenset({f"{API_PREFIX}/auth/login", f"{API_PREFIX}/auth/signup"})
_BETWEEN_SERVERS = "/internal/"
INFO_KEY = "teezu.info"


class _TooLarge(Exception):
    """The body is longer than the limit."""


def client_address(scope: Scope, headers: Mapping[bytes, bytes], *, trust_proxy: bool) -> str:
    """The address limits count by; a proxy's word only where the operator trusts it."""
    if trust_proxy and (forwarded := headers.get(b"x-forwarded-for")):
        return forwarded.decode("latin-1").rpartition(",")[2].strip()
    client = scope.get("client")
    return str(client[0]) if client else "local"


def origin_allowed(headers: Mapping[bytes, bytes], scheme: str, trusted: tuple[str, ...]) -> bool:
    """Whether a page of the request's origin may write with the person's cookie."""
    origin = headers.get(b"origin", b"").decode("latin-1")
    if not origin:
        referer = urlsplit(headers.get(b"referer", b"").decode("latin-1"))
        origin = f"{referer.scheme}://{referer.netloc}" if referer.netloc else ""
    host = headers.get(b"host", b"").decode("latin-1")
    return origin in trusted or origin == f"{scheme}://{host}"


class Gateway:
    """Plain ASGI, so that its headers are on every answer, errors of every kind included."""

    def __init__(
        self, app: ASGIApp, *, settings: Settings, limits: Limits, metrics: Metrics
    ) -> None:
        self._app = app
        self._settings = settings
        self._limits = limits
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        headers = dict(scope["headers"])
        language = language_of(headers.get(b"accept-language", b"").decode("latin-1"))
        info = RequestContext(new_id(), language)
        scope[INFO_KEY] = info
        request_id.set(info.id)
        given = credentials(headers)
        verdict = self._admit(scope, headers, given)
        answer = _Answer(send, info, verdict)
        try:
            self._check(scope, headers, given, verdict)
            body = await self._body(headers, receive)
            await self._app(scope, _replay(body, receive), answer.send)
        except AppError as error:
            await answer.refuse(error)
        except Exception:
            _log.exception("a request failed")
            if not answer.status:
                await answer.refuse(internal())
            elif not answer.is_whole:
                raise  # cut the connection: half an answer must not look like a whole one
        finally:
            self._note(scope, answer.status, time.perf_counter() - started)

    def _admit(self, scope: Scope, headers: Mapping[bytes, bytes], given: Credentials) -> Verdict:
        settings = self._settings
        address = client_address(scope, headers, trust_proxy=settings.trust_proxy)
        media = scope["path"].endswith(_MEDIA)
        per_minute = settings.media_requests_per_minute if media else settings.requests_per_minute
        if scope["path"].startswith(_BETWEEN_SERVERS):
            per_minute = settings.address_requests_per_minute
        who = f"s:{hash_secret(given.secret)}" if given.secret else f"a:{address}"
        by_session = self._limits.take(f"{'m' if media else 'r'}:{who}", per_minute)
        if not by_session.allowed:
            return by_session
        factor = settings.address_requests_per_minute
        if media:
            factor = factor * settings.media_requests_per_minute // settings.requests_per_minute
        by_address = self._limits.take(f"{'M' if media else 'A'}:{address}", factor)
        return by_session if by_address.allowed else by_address

    def _check(
        self, scope: Scope, headers: Mapping[bytes, bytes], given: Credentials, verdict: Verdict
    ) -> None:
        if not verdict.allowed:
            raise rate_limited(verdict.retry_after_s)
        if not given.by_cookie or scope["method"] not in _UNSAFE:
            return
        if scope["path"] in _SIGN_IN and b"origin" not in headers:
            return  # a program that signs in again; the cookie it still has proves nothing here
        if not origin_allowed(headers, scope["scheme"], self._settings.trusted_origins):
            raise Refused(
                ErrorCode.ORIGIN_REFUSED,
                "This request came from another site's page; do it from the app itself.",
                "Dit verzoek kwam van een pagina van een andere site; doe het vanuit de app.",
            )

    async def _body(self, headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
        """The whole body, within the limits of size and time."""
        limit = self._settings.max_body_bytes
        announced = headers.get(b"content-length", b"0")
        try:
            if announced.isdigit() and int(announced) > limit:
                raise _TooLarge
            async with asyncio.timeout(self._settings.body_timeout_s):
                return await _read(receive, limit)
        except _TooLarge:
            raise Refused(
                ErrorCode.PAYLOAD_TOO_LARGE,
                f"This is larger than the {limit // 1024} KiB allowed; send less at a time.",
                f"Dit is groter dan de toegestane {limit // 1024} KiB; stuur minder tegelijk.",
                meta={"limit_bytes": limit},
            ) from None
        except TimeoutError:
            raise Refused(
                ErrorCode.INVALID_INPUT,
                "The request did not arrive completely in time; check the line and try again.",
                "Het verzoek kwam niet op tijd volledig aan; controleer de verbinding.",
            ) from None

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"] if scope["method"] in (*_UNSAFE, "GET", "HEAD") else "other"
        self._metrics.request(route=route, method=method, status=status, seconds=seconds)
        _log.debug("%s %s %s %.1f ms", method, route, status, seconds * 1000)


async def _read(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise _TooLarge
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


class _Answer:
    """One response on its way out, with the headers every response carries."""

    def __init__(self, send: Send, info: RequestContext, verdict: Verdict) -> None:
        self._send = send
        self._info = info
        self._headers = [
            (b"x-request-id", info.id.encode()),
            (b"x-ratelimit-limit", str(verdict.limit).encode()),
            (b"x-ratelimit-remaining", str(verdict.remaining).encode()),
            (b"x-content-type-options", b"nosniff"),
        ]
        self.status = 0
        self.is_whole = False

    async def send(self, message: Message) -> None:
        """Pass a message on, adding the headers to the first."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message.get("headers", ()), *self._headers]}
        elif not message.get("more_body", False):
            self.is_whole = True
        await self._send(message)

    async def refuse(self, error: AppError) -> None:
        """Answer with the envelope."""
        body = envelope(error, self._info).model_dump_json(exclude_none=True).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        if error.retry_after_s is not None:
            headers.append((b"retry-after", str(int(error.retry_after_s + 0.999)).encode()))
        await self.send(
            {"type": "http.response.start", "status": status_of(error), "headers": headers}
        )
        await self.send({"type": "http.response.body", "body": body})
