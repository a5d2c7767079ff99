"""The HTTP client of both apps, the headless command and the simulator."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self

import httpx

from shared.api.admin import Admin
from shared.api.appeals import Appeals
from shared.api.auth import Auth
from shared.api.automod import Automod
from shared.api.calls import Calls
from shared.api.health import ServerHealth
from shared.api.insights import InsightsApi
from shared.api.moderation import Moderation
from shared.api.profiles import Profiles
from shared.api.reports import Reports
from shared.api.retries import Retries
from shared.api.room import Room
from shared.api.show import Show
from shared.api.stage import Stage
from shared.api.streams import Streams
from shared.api.teezer import TeezerApi
from shared.api.tls import client_context, host_of, is_encrypted, is_loopback
from shared.api.wallet import Wallet
from shared.listeners import Listener, Listeners, Unsubscribe

_CONNECT_TIMEOUT_S = 5.0
_READ_TIMEOUT_S = 15.0
_DEADLINE_S = 30.0


class ApiClient:
    """Every route of the contract, grouped by area; open it with `async with`.

    The session is a secret: it goes into the `Authorization` header and nowhere else.
    `transport` replaces the network, for tests.
    """

    def __init__(
        self,
        base_url: str,
        *,
        session: str | None = None,
        language: str = "en",
        transport: httpx.AsyncBaseTransport | None = None,
        retries: Retries | None = None,
        deadline_s: float = _DEADLINE_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._transport = transport
        self._session = session
        self._session_changed = Listeners[str | None]()
        self._http: httpx.AsyncClient | None = None
        self._calls = Calls(
            self.base_url,
            session=lambda: self._session,
            refused=self._on_refused,
            language=language,
            retries=retries or Retries(),
            deadline_s=deadline_s,
            sleep=sleep,
        )
        self.auth = Auth(self._calls, self._set_session)
        self.profiles = Profiles(self._calls)
        self.streams = Streams(self._calls)
        self.room = Room(self._calls)
        self.wallet = Wallet(self._calls)
        self.show = Show(self._calls)
        self.stage = Stage(self._calls)
        self.insights = InsightsApi(self._calls)
        self.teezer = TeezerApi(self._calls)
        self.reports = Reports(self._calls)
        self.moderation = Moderation(self._calls)
        self.appeals = Appeals(self._calls)
        self.automod = Automod(self._calls)
        self.admin = Admin(self._calls)
        self.health = ServerHealth(self._calls)

    def __repr__(self) -> str:
        signed = "signed in" if self._session else "signed out"
        return f"<ApiClient {host_of(self.base_url)}, {signed}>"

    @property
    def session(self) -> str | None:
        """The session's secret, or None while signed out."""
        return self._session

    @session.setter
    def session(self, value: str | None) -> None:
        self._set_session(value)

    @property
    def language(self) -> str:
        """The language of the server's sentences (`en` or `nl`)."""
        return self._calls.language

    @language.setter
    def language(self, value: str) -> None:
        self._calls.language = value

    def server_now(self) -> datetime:
        """The time of day on the server, as far as its last answer told."""
        return datetime.now(UTC) + self._calls.clock_offset

    def on_session_changed(self, listener: Listener[str | None]) -> Unsubscribe:
        """Hear of sign-in, sign-out and of a session that the server no longer takes (None)."""
        return self._session_changed.add(listener)

    async def __aenter__(self) -> Self:
        is_local = is_loopback(self.base_url)
        self._http = httpx.AsyncClient(
            base_url=self.base_url,
            transport=self._transport,
            verify=client_context() if is_encrypted(self.base_url) else False,
            trust_env=not is_local,
            timeout=httpx.Timeout(_READ_TIMEOUT_S, connect=_CONNECT_TIMEOUT_S),
            headers={"User-Agent": "teezu-studio", "Accept": "application/json"},
            follow_redirects=False,
            # The session travels in its header alone; a cookie beside it would be a second one.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
        self._calls.attach(self._http)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._calls.attach(None)
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    def _set_session(self, value: str | None) -> None:
        if value != self._session:
            self._session = value
            self._session_changed.tell(value)

    def _on_refused(self, session: str) -> None:
        # A late answer to a call of an older session must not sign the newer one out.
        if session == self._session:
            self._set_session(None)
