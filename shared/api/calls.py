"""One HTTP call of the contract: headers, repetition, errors and the parsed answer."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import to_jsonable_python

from shared.api.errors import ApiError, not_understood, too_slow, unreachable, untrusted
from shared.api.retries import Retries
from shared.api.tls import host_of
from shared.errors import AppError
from shared.ids import new_id
from shared.schemas.common import API_PREFIX, ErrorCode, Request

_log = logging.getLogger(__name__)

type Params = Mapping[str, str | int | None]


class Calls:
    """Sends requests of the contract over one HTTP client.

    `session` is asked for the bearer secret before each try; `refused` is told the secret that the
    server no longer takes.
    """

    def __init__(
        self,
        base_url: str,
        *,
        session: Callable[[], str | None],
        refused: Callable[[str], None],
        language: str,
        retries: Retries,
        deadline_s: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._host = host_of(base_url)
        self._session = session
        self._refused = refused
        self.language = language
        self._retries = retries
        self._deadline_s = deadline_s
        self._sleep = sleep
        self._http: httpx.AsyncClient | None = None
        self.clock_offset = timedelta()

    def attach(self, http: httpx.AsyncClient | None) -> None:
        """Use this open HTTP client from now on; None while closed."""
        self._http = http

    async def get[T: BaseModel](
        self,
        path: str,
        answer: type[T],
        *,
        params: Params | None = None,
        prefix: str = API_PREFIX,
        welcome: frozenset[int] = frozenset(),
    ) -> T:
        """Read a resource."""
        response = await self.send("GET", path, params=params, prefix=prefix, welcome=welcome)
        return self._parse(response, answer)

    async def post[T: BaseModel](
        self,
        path: str,
        answer: type[T],
        *,
        body: Request | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """Do something once: without `key`, one is made that all tries of this call share."""
        sent = {**(headers or {}), "Idempotency-Key": key or new_id()}
        return self._parse(await self.send("POST", path, body=body, headers=sent), answer)

    async def put[T: BaseModel](self, path: str, answer: type[T], *, body: Request) -> T:
        """Replace a resource."""
        return self._parse(await self.send("PUT", path, body=body), answer)

    async def patch[T: BaseModel](self, path: str, answer: type[T], *, body: Request) -> T:
        """Change a resource; never repeated once it may have arrived, its `version` moves on."""
        return self._parse(await self.send("PATCH", path, body=body, is_repeatable=False), answer)

    async def delete[T: BaseModel](self, path: str, answer: type[T]) -> T:
        """Remove a resource."""
        return self._parse(await self.send("DELETE", path), answer)

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: Request | None = None,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        is_repeatable: bool = True,
        prefix: str = API_PREFIX,
        welcome: frozenset[int] = frozenset(),
    ) -> httpx.Response:
        """Send until there is an answer worth giving back; `welcome` statuses are no errors.

        Raises:
            ApiError: the server refused.
            Unavailable: the server cannot be reached, is silent or is not who it says.
        """
        request_id = new_id()
        given = {
            "X-Request-Id": request_id,
            "Accept-Language": self.language,
            **(headers or {}),
        }
        wanted = {name: value for name, value in (params or {}).items() if value is not None}
        payload = None if body is None else _wire(body)
        tries = 0
        while True:
            try:
                response = await self._once(method, prefix + path, given, wanted, payload)
                if response.is_success or response.status_code in welcome:
                    return response
                raise self._refusal(response, request_id)
            except AppError as error:
                wait_s = self._retries.wait_s(error, tries=tries, is_repeatable=is_repeatable)
                if wait_s is None:
                    raise
                _log.info(
                    "%s %s: %s; again in %.1f s (request %s)",
                    *(method, path, error.code, wait_s, request_id),
                )
            await self._sleep(wait_s)
            tries += 1

    async def receive(self, path: str, take: Callable[[bytes], None]) -> None:
        """Read a file of any length, handing over each piece as it arrives; tried once.

        Raises:
            ApiError: the server refused.
            Unavailable: the server cannot be reached, or went silent in the middle.
        """
        if self._http is None:
            raise RuntimeError("the client is used outside its `async with`")
        request_id = new_id()
        headers = {"X-Request-Id": request_id, "Accept-Language": self.language}
        session = self._session()
        if session is not None:
            headers["Authorization"] = f"Bearer {session}"
        try:
            async with self._http.stream("GET", API_PREFIX + path, headers=headers) as response:
                if not response.is_success:
                    await response.aread()
                    raise self._refusal(response, request_id)
                async for piece in response.aiter_bytes():
                    take(piece)
        except httpx.TimeoutException as error:
            raise too_slow(self._host) from error
        except httpx.TransportError as error:
            raise self._translate(error) from error

    async def _once(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        params: Mapping[str, str | int],
        payload: Any,
    ) -> httpx.Response:
        if self._http is None:
            raise RuntimeError("the client is used outside its `async with`")
        session = self._session()
        sent = dict(headers)
        if session is not None:
            sent["Authorization"] = f"Bearer {session}"
        try:
            async with asyncio.timeout(self._deadline_s):
                response = await self._http.request(
                    method, path, headers=sent, params=params, json=payload
                )
        except (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout) as error:
            raise too_slow(self._host) from error
        except httpx.TransportError as error:
            raise self._translate(error) from error
        self._note_time(response)
        return response

    def _refusal(self, response: httpx.Response, request_id: str) -> ApiError:
        refusal = ApiError.from_body(
            response.content, status=response.status_code, request_id=request_id
        )
        if refusal.retry_after_s is None:
            refusal.retry_after_s = _seconds(response.headers.get("Retry-After"))
        session = response.request.headers.get("Authorization", "").removeprefix("Bearer ")
        if refusal.code == ErrorCode.UNAUTHENTICATED and session:
            self._refused(session)
        return refusal

    def _note_time(self, response: httpx.Response) -> None:
        """Learn how far the server's clock is from ours, to the second."""
        try:
            told = parsedate_to_datetime(response.headers["Date"])
        except (KeyError, ValueError):
            return
        offset = told - datetime.now(UTC)
        # The header is cut to whole seconds; less than that is no difference.
        self.clock_offset = offset if abs(offset) > timedelta(seconds=1.5) else timedelta()

    def _translate(self, error: httpx.TransportError) -> AppError:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return untrusted(self._host)
            cause = cause.__cause__ or cause.__context__
        failure = unreachable(self._host)
        # A try that never got a connection cannot have had an effect.
        failure.meta["sent"] = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        return failure

    def _parse[T: BaseModel](self, response: httpx.Response, answer: type[T]) -> T:
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as error:
            _log.warning(
                "answer of %s %s is not a %s: %d errors",
                *(response.request.method, response.request.url.path),
                *(answer.__name__, error.error_count()),
            )
            # The validation error quotes the body, which may hold a session: it is not chained.
            raise not_understood(self._host) from None


def _wire(body: Request) -> Any:
    """A body as JSON values, its secrets as they are: pydantic's own dump would mask them."""
    return to_jsonable_python(_reveal(body.model_dump(exclude_none=True)))


def _seconds(header: str | None) -> float | None:
    """A Retry-After in seconds; its other form, a date, is not used by our server."""
    return float(header) if header is not None and header.isascii() and header.isdigit() else None


def _reveal(value: Any) -> Any:
    match value:
        case SecretStr():
            return value.get_secret_value()
        case dict():
            return {key: _reveal(item) for key, item in value.items()}
        case list() | tuple():
            return [_reveal(item) for item in value]
        case _:
            return value
