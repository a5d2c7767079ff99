"""The way into the console: a kept session, given credentials, or the sign-in page."""

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace

from console.main_window import MainWindow
from shared.api import ApiClient
from shared.credentials import SessionStore
from shared.errors import AppError
from shared.qt.sign_in import SignInForm, SignInPanel, SignInState, problem_state
from shared.qt.translations import current_language, tr
from shared.schemas.accounts import User
from shared.schemas.common import ErrorCode
from shared.schemas.roles import Permission, may

_log = logging.getLogger(__name__)
_LOGOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """An e-mail and password given at the start, used once instead of the page."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entered:
    """A signed-in person who may use the console; `closing` closes the open `api`."""

    api: ApiClient
    user: User
    closing: AsyncExitStack


class Entrance:
    """Lets moderators and admins in, and tells everybody else so in one sentence."""

    def __init__(self, *, window: MainWindow, store: SessionStore, server: str, email: str) -> None:
        self._window = window
        self._store = store
        self._state = SignInState(server=server, email=email, notice=store.notice or "")

    @property
    def server(self) -> str:
        """The server that was last signed in to, or tried."""
        return self._state.server

    @property
    def email(self) -> str:
        """The e-mail last signed in with, or tried."""
        return self._state.email

    async def enter(self, *, credentials: Credentials | None = None, problem: str = "") -> Entered:
        """Wait until somebody is in; `problem` says why the page is shown again."""
        panel = self._window.show_sign_in()
        self._show(panel, problem=problem, is_busy=True)
        if credentials is not None:
            form = SignInForm(self._state.server, credentials.email, credentials.password)
            self._state = replace(self._state, email=credentials.email)
            entered = await self._try(panel, form)
        else:
            entered = await self._resume(panel, problem)
        forms: asyncio.Queue[SignInForm] = asyncio.Queue(1)
        panel.submitted.connect(lambda form: None if forms.full() else forms.put_nowait(form))
        while entered is None:
            panel.focus_first_empty()
            entered = await self._try(panel, await forms.get())
        return entered

    async def forget(self) -> None:
        """Keep no session for the server any more."""
        await self._store.forget(_slot(self._state.server))

    async def _resume(self, panel: SignInPanel, problem: str) -> Entered | None:
        """Go on with the session that was kept, if it is still good."""
        session = None if problem else await self._store.load(_slot(self._state.server))
        if session is None:
            self._show(panel, problem=problem)
            return None
        async with AsyncExitStack() as stack:
            api = await self._open(stack, self._state.server, session=session)
            try:
                user = await api.auth.me()
            except AppError as error:
                if error.code == ErrorCode.UNAUTHENTICATED:
                    await self.forget()
                    self._show(panel, problem=tr("Your session has ended. Sign in again."))
                else:
                    self._refuse(panel, error)
                return None
            return await self._admit(panel, stack, api, user)

    async def _try(self, panel: SignInPanel, form: SignInForm) -> Entered | None:
        """Sign in with a form; a refusal is shown on the page."""
        self._state = replace(self._state, server=form.server, email=form.email)
        self._show(panel, is_busy=True)
        async with AsyncExitStack() as stack:
            api = await self._open(stack, form.server)
            try:
                grant = await api.auth.login(form.email, form.password, form.code or None)
            except AppError as error:
                self._refuse(panel, error)
                return None
            entered = await self._admit(panel, stack, api, grant.user)
            if entered is not None:
                await self._store.save(_slot(form.server), grant.session)
            return entered

    async def _admit(
        self, panel: SignInPanel, stack: AsyncExitStack, api: ApiClient, user: User
    ) -> Entered | None:
        """Let moderators and admins in; others are signed out again."""
        if may(user.role, Permission.MODERATE):
            return Entered(api, user, stack.pop_all())
        try:
            async with asyncio.timeout(_LOGOUT_S):
                await api.auth.logout()
        except (AppError, TimeoutError):
            _log.info("the session of an account without a place here was left to run out")
        await self.forget()
        sentence = tr(
            "The console is for moderators and admins; this account is neither. "
            "Use Teezu Studio, or sign in with another account."
        )
        self._show(panel, problem=sentence)
        return None

    async def _open(
        self, stack: AsyncExitStack, server: str, *, session: str | None = None
    ) -> ApiClient:
        client = ApiClient(server, session=session, language=current_language())
        return await stack.enter_async_context(client)

    def _refuse(self, panel: SignInPanel, error: AppError) -> None:
        _log.info("sign-in failed: %s", error.code)
        self._state = problem_state(error, self._state)
        panel.set_state(self._state)
        # The page keeps the state; the next try begins without the old problem.
        self._state = replace(self._state, problem="")

    def _show(self, panel: SignInPanel, *, problem: str = "", is_busy: bool = False) -> None:
        panel.set_state(replace(self._state, problem=problem, is_busy=is_busy))


def _slot(server: str) -> str:
    """Where the console's session is kept: apart from the studio's for the same server."""
    return f"{server.rstrip('/')}#console"
