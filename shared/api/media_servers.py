"""Control calls to external media servers: drop who publishes a stream, now.

nginx-rtmp: its `control` module. MediaMTX: its API v3. SRS: its HTTP API v1. All are addresses an
operator named; answers are read up to a bound, and no redirect is followed.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Protocol, Self

import httpx
from pydantic import SecretStr

from shared.api.errors import not_understood, too_slow
from shared.api.tls import client_context, host_of, is_encrypted
from shared.errors import InvalidInput, Unavailable

_TIMEOUT_S: Final = 2.0
_MOST_BYTES: Final = 4 * 1024 * 1024
_MOST_CLIENTS: Final = 10_000
_KICKS: Final = {
    "rtmpConn": "rtmpconns",
    "rtmpsConn": "rtmpsconns",
    "rtspSession": "rtspsessions",
    "rtspsSession": "rtspssessions",
    "srtConn": "srtconns",
    "webRTCSession": "webrtcsessions",
}
"""How MediaMTX calls what publishes a path, and the list it is kicked from."""


class MediaServer(Protocol):
    """A media server that can be told to hang up on a publisher."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    async def drop(self, name: str) -> bool:
        """Hang up on who publishes under this name; False when nobody does.

        Raises:
            Unavailable: it does not answer, or refuses.
            ProtocolError: its answer is none.
        """
        ...


class _Control:
    """An address that is asked, with a name and password where it wants one."""

    def __init__(self, url: str, *, app: str, user: str = "", password: SecretStr) -> None:
        """Check the address.

        Raises:
            InvalidInput: it is none, or holds a name or password.
        """
        self._url = _checked(url)
        self._app = app
        secret = password.get_secret_value()
        self._auth = httpx.BasicAuth(user, secret) if user else None
        self._http: httpx.AsyncClient | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {host_of(self._url)}>"

    async def __aenter__(self) -> Self:
        self._http = httpx.AsyncClient(
            auth=self._auth,
            verify=client_context() if is_encrypted(self._url) else False,
            trust_env=False,
            follow_redirects=False,
            timeout=_TIMEOUT_S,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _ask(
        self, method: str, path: str, params: Mapping[str, str | int] | None = None
    ) -> httpx.Response | None:
        """The answer; None for 404, which all of them say of a name that nobody publishes."""
        host = host_of(self._url)
        if self._http is None:
            raise _refuses(host, "it is not opened")
        try:
            async with self._http.stream(method, self._url + path, params=params) as response:
                content = bytearray()
                async for piece in response.aiter_bytes():
                    content += piece
                    if len(content) > _MOST_BYTES:
                        raise not_understood(host)
        except httpx.TimeoutException:
            raise too_slow(host) from None
        except httpx.HTTPError as error:
            # Nothing of the library's error is kept: it repeats the address, and so the name.
            raise _refuses(host, type(error).__name__) from None
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        if not response.is_success:
            raise _refuses(host, f"status {response.status_code}")
        return httpx.Response(response.status_code, content=bytes(content))

    def _json(self, response: httpx.Response) -> dict[str, Any]:
        try:
            found = response.json()
        except ValueError:
            raise not_understood(host_of(self._url)) from None
        if not isinstance(found, dict):
            raise not_understood(host_of(self._url))
        return found


class NginxRtmp(_Control):
    """nginx-rtmp with `rtmp_control all` at `BASE/control`."""

    async def drop(self, name: str) -> bool:
        """See `MediaServer`."""
        params = {"app": self._app, "name": name}
        answer = await self._ask("GET", "/control/drop/publisher", params)
        return answer is not None and answer.text.strip() not in ("", "0")


class MediaMtx(_Control):
    """MediaMTX with `api: yes`."""

    async def drop(self, name: str) -> bool:
        """See `MediaServer`."""
        found = await self._ask("GET", f"/v3/paths/get/{self._app}/{name}")
        if found is None:
            return False
        source = self._json(found).get("source") or {}
        kind, source_id = str(source.get("type", "")), str(source.get("id", ""))
        if kind not in _KICKS or not source_id:
            return False
        return await self._ask("POST", f"/v3/{_KICKS[kind]}/kick/{source_id}") is not None


class Srs(_Control):
    """SRS with `http_api` on."""

    async def drop(self, name: str) -> bool:
        """See `MediaServer`."""
        answer = await self._ask("GET", "/api/v1/clients/", {"count": _MOST_CLIENTS})
        clients = [] if answer is None else self._json(answer).get("clients") or []
        dropped = False
        for client in clients:
            is_meant = client.get("publish") is True and client.get("name") == name
            if is_meant and client.get("id"):
                gone = await self._ask("DELETE", f"/api/v1/clients/{client['id']}")
                dropped = dropped or gone is not None
        return dropped


type Kind = type[NginxRtmp] | type[MediaMtx] | type[Srs]

MEDIA_SERVERS: Final[Mapping[str, Kind]] = {
    "nginx-rtmp": NginxRtmp,
    "mediamtx": MediaMtx,
    "srs": Srs,
}
"""The media servers we can speak to, by the name in the settings."""


def _checked(url: str) -> str:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL("")
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo:
        raise InvalidInput(
            "TEEZU_INGEST_CONTROL_URL must be the address of the media server's control, such as "
            "http://127.0.0.1:8080, without a name or password in it.",
            code="ADDRESS_REFUSED",
        )
    return url.rstrip("/")


def _refuses(host: str, why: str) -> Unavailable:
    return Unavailable(
        f"The media server at {host} does not do what it is told ({why}); check "
        "TEEZU_INGEST_CONTROL_URL and that its control is on.",
        code="MEDIA_SERVER_UNAVAILABLE",
    )
