"""Signing in, for both apps: the kept session first, then the person, until the server agrees."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from enum import Enum, auto

from pydantic import SecretStr

from shared.api import ApiClient, ApiError
from shared.credentials import SessionStore
from shared.errors import AppError, InvalidInput
from shared.installation import Installation
from shared.qt.account_files import (
    Credentials,
    demo_credentials,
    password_credentials,
    server_url,
)
from shared.qt.ban_talk import talk_about_ban
from shared.qt.server_process import LocalServer, is_local
from shared.qt.sign_in import ServerState, SignInForm, SignInPanel, SignInState, problem_state
from shared.qt.translations import current_language, tr, tr_error, tr_sentence
from shared.schemas.accounts import User
from shared.schemas.appeals import BannedProof
from shared.schemas.common import ErrorCode

__all__ = [
    "Credentials",
    "SignInFlow",
    "SignedIn",
    "demo_credentials",
    "password_credentials",
    "server_url",
    "staff_only",
]

_REFUSED = frozenset({ErrorCode.UNAUTHENTICATED, ErrorCode.ACCOUNT_BANNED})


class _Button(Enum):
    """What a person may ask for besides signing in."""

    START_SERVER = auto()
    NEW_NUMBER = auto()


type _Wish = SignInForm | str | _Button
"""A form to sign in with, an address to look at, or a button."""


@dataclass(slots=True)
class SignedIn:
    """An open client of a signed-in person; `aclose` closes it, the session lives on."""

    client: ApiClient
    user: User
    notice: str
    _stack: AsyncExitStack

    async def aclose(self) -> None:
        """Close the client."""
        await self._stack.aclose()


class SignInFlow:
    """Drives a sign-in page. `may_enter` gives the sentence for those who have no business here.

    `local` is the server that the page may start; none offers no such button. `installation` is
    what servers know this app by; none sends them nothing.
    """

    def __init__(
        self,
        panel: SignInPanel,
        *,
        store: SessionStore,
        make_client: Callable[..., ApiClient] = ApiClient,
        may_enter: Callable[[User], str] = lambda _user: "",
        local: LocalServer | None = None,
        installation: Installation | None = None,
    ) -> None:
        self._panel = panel
        self._store = store
        self._make_client = make_client
        self._may_enter = may_enter
        self._local = local
        self._installation = installation
        self._wishes: asyncio.Queue[_Wish] = asyncio.Queue(maxsize=8)
        panel.submitted.connect(self._wish)
        panel.server_checked.connect(self._wish)
        panel.start_server_requested.connect(self._on_start_server)
        panel.new_number_requested.connect(self._on_new_number)
        if panel.waiting is not None:
            self._wish(panel.waiting)

    async def resume(self, server: str) -> SignedIn | None:
        """Sign in with the session kept for a server; None when there is none that is taken.

        Raises: AppError when the server cannot be asked: the session may still be good.
        """
        session = await self._store.load(server)
        if session is None:
            return None
        stack = AsyncExitStack()
        client = await self._open(stack, server, session)
        try:
            user = await client.auth.me()
        except ApiError as error:
            await stack.aclose()
            if error.code not in _REFUSED:
                raise
            await self._store.forget(server)
            return None
        except BaseException:
            await stack.aclose()
            raise
        if self._may_enter(user):
            await stack.aclose()
            return None
        self._forget_wishes()
        return SignedIn(client, user, tr_sentence(self._store.notice or ""), stack)

    async def sign_in(self, server: str, credentials: Credentials) -> SignedIn:
        """Sign in with an e-mail and password and keep the session.

        Raises: AppError when the server refuses or cannot be reached.
        """
        form = SignInForm(server, credentials.email, credentials.password)
        signed = await self._log_in(form)
        self._forget_wishes()
        return signed

    async def ask(self, server: str, *, email: str = "", problem: str = "") -> SignedIn:
        """Show the page and let the person try until it works."""
        waiting = self._panel.waiting
        self._show(
            SignInState(
                server=waiting.server if waiting else server,
                email=waiting.email if waiting else email,
                problem=problem,
                is_busy=waiting is not None,
                notice=tr_sentence(self._store.notice or ""),
                sends_number=self._installation is not None,
            )
        )
        self._panel.invite()
        await self._check(server)
        while True:
            match await self._wishes.get():
                case SignInForm() as form:
                    self._panel.waiting = None
                    self._show(replace(self._panel.state, is_busy=True, problem=""))
                    try:
                        return await self._log_in(replace(form, server=server_url(form.server)))
                    except AppError as error:
                        if error.code == ErrorCode.ACCOUNT_BANNED:
                            await self._talk_about_ban(form)
                        self._show(problem_state(error, replace(self._panel.state, is_busy=False)))
                case str() as typed:
                    await self._check(server_url(typed))
                case _Button.START_SERVER:
                    await self._start_server()
                case _Button.NEW_NUMBER:
                    await self._renew()

    async def leave(self, signed: SignedIn) -> None:
        """Sign out here and on the server; a server that is away forgets by itself."""
        await self._store.forget(signed.client.base_url)
        try:
            await signed.client.auth.logout()
        except AppError:
            signed.client.session = None

    async def _log_in(self, form: SignInForm) -> SignedIn:
        stack = AsyncExitStack()
        client = await self._open(stack, form.server, None)
        try:
            grant = await client.auth.login(
                form.email, form.password, form.code or None, device=await self._name(form.server)
            )
            refusal = self._may_enter(grant.user)
            if refusal:
                await client.auth.logout()
                raise InvalidInput(refusal, code="NOT_FOR_THIS_ROLE")
            await self._store.save(form.server, grant.session)
        except BaseException:
            await stack.aclose()
            raise
        return SignedIn(client, grant.user, tr_sentence(self._store.notice or ""), stack)

    async def _name(self, server: str) -> str | None:
        """What this installation is called by the server."""
        if self._installation is None:
            return None
        return await asyncio.to_thread(self._installation.name_for, server)

    async def _renew(self) -> None:
        if self._installation is None:
            return
        try:
            await asyncio.to_thread(self._installation.renew)
        except AppError as error:
            self._show(replace(self._panel.state, problem=tr_error(error)))
        else:
            done = tr("This installation has a new number.")
            self._show(replace(self._panel.state, problem="", notice=done))

    async def _talk_about_ban(self, form: SignInForm) -> None:
        """Show why, and take an appeal: the password proved who it is, there is no session."""
        proof = BannedProof(
            email=form.email, password=SecretStr(form.password), code=form.code or None
        )
        async with AsyncExitStack() as stack:
            client = await self._open(stack, server_url(form.server), None)
            await talk_about_ban(self._panel, client.appeals, proof, now=client.server_now)

    async def _open(self, stack: AsyncExitStack, server: str, session: str | None) -> ApiClient:
        client = self._make_client(server, session=session, language=current_language())
        return await stack.enter_async_context(client)

    async def _check(self, server: str) -> None:
        """Say on the page whether a server answers."""
        if self._local is None:
            return
        answers = await self._local.probe_once(server)
        self._show(
            replace(
                self._panel.state,
                server=server,
                server_state=ServerState.ANSWERS if answers else ServerState.DOWN,
                can_start_server=is_local(server),
            )
        )

    async def _start_server(self) -> None:
        if self._local is None:
            return
        server = server_url(self._panel.state.server)
        self._show(replace(self._panel.state, server_state=ServerState.STARTING, problem=""))
        try:
            await self._local.start(server)
        except AppError as error:
            self._show(replace(self._panel.state, problem=tr_error(error)))
        await self._check(server)

    def _show(self, state: SignInState) -> None:
        self._panel.set_state(state)

    def _wish(self, wish: _Wish) -> None:
        if not self._wishes.full():  # somebody hammers the button: the first presses count
            self._wishes.put_nowait(wish)

    def _forget_wishes(self) -> None:
        """Somebody is signed in: what was asked on the page before is answered."""
        self._panel.waiting = None
        while not self._wishes.empty():
            self._wishes.get_nowait()

    def _on_start_server(self) -> None:
        self._wish(_Button.START_SERVER)

    def _on_new_number(self) -> None:
        self._wish(_Button.NEW_NUMBER)


def staff_only(user: User) -> str:
    """The console's rule: moderators and admins only; others are told so."""
    if "moderate" in user.permissions:
        return ""
    return tr("The console is for moderators and admins only. Creators use Teezu Studio.")
