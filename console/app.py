"""The composition root of the console: settings, sign-in, one shift after the other, shutdown."""

import argparse
import asyncio
import functools
import locale
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from console.main_window import MainWindow
from console.shift import Ending, Shift
from shared.api import ApiClient
from shared.clock import SystemClock
from shared.credentials import SessionStore, open_session_store
from shared.errors import AppError
from shared.installation import installation
from shared.logs import Logs
from shared.qt.errors import Notice, Severity
from shared.qt.icons import pixmap
from shared.qt.loop import App, run_app
from shared.qt.server_process import LocalServer
from shared.qt.sign_in import SignInState
from shared.qt.sign_in_flow import (
    Credentials,
    SignedIn,
    SignInFlow,
    demo_credentials,
    password_credentials,
    server_url,
    staff_only,
)
from shared.qt.theme import Accent, Scheme, ThemeChoice
from shared.qt.translations import install_language, tr, tr_error
from shared.qt.window_place import place_of, put_in_place
from shared.schemas.roles import Role
from shared.settings import AppSettings, SettingsFile, settings_path

_log = logging.getLogger(__name__)
_LEAVE_S = 15.0
_SLUG = "teezu-console"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    server: str | None = None
    credentials: Credentials | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the console and run it until it is closed; returns the exit code."""
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
    except AppError as error:
        sys.stderr.write(f"{error.message}\n")
        return 2
    with Logs("console"):
        settings = SettingsFile(settings_path("console"), AppSettings)
        kept = settings.load()
        install_language(kept.language or locale.getlocale()[0] or "en")
        return run_app(
            functools.partial(compose, options=options, settings=settings),
            name=tr("Teezu Console"),
            slug=_SLUG,
            argv=[_SLUG],
            choice=theme_choice(kept),
        )


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line.

    Raises:
        AppError: a file it names cannot be used.
    """
    parser = argparse.ArgumentParser(prog=_SLUG, description="The moderators' and admins' console.")
    parser.add_argument("--server", metavar="URL", help="the server to sign in to")
    parser.add_argument("--email", metavar="E", help="sign in with this account")
    parser.add_argument("--password-file", metavar="F", type=Path, help="file with its password")
    parser.add_argument(
        "--demo-accounts",
        metavar="FILE",
        type=Path,
        help="accounts file of a server with demo data",
    )
    parser.add_argument(
        "--demo-role",
        choices=[role.value for role in Role],
        default=Role.ADMIN.value,
        help="which of them (default: admin)",
    )
    given = parser.parse_args(list(arguments))
    credentials = None
    if given.email and given.password_file:
        credentials = password_credentials(given.email, given.password_file)
    elif given.demo_accounts:
        credentials = demo_credentials(given.demo_accounts, given.demo_role)
    return Options(given.server, credentials)


def theme_choice(kept: AppSettings) -> ThemeChoice:
    """The look the person chose last."""
    known = {accent.value for accent in Accent}
    return ThemeChoice(
        scheme=Scheme(kept.scheme),
        accent=Accent(kept.accent) if kept.accent in known else Accent.VIOLET,
        text_scale=kept.text_scale,
        reduced_motion=kept.reduced_motion,
    )


class ConsoleStore:
    """The console's sessions apart from the studio's: one keyring may hold both for a server."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store

    @property
    def notice(self) -> str | None:
        """A sentence when sessions do not outlive the app."""
        return self._store.notice

    async def load(self, server_url: str) -> str | None:
        """The session kept for the server."""
        return await self._store.load(_slot(server_url))

    async def save(self, server_url: str, session: str) -> None:
        """Keep a session in place of an earlier one."""
        await self._store.save(_slot(server_url), session)

    async def forget(self, server_url: str) -> None:
        """Keep none for the server."""
        await self._store.forget(_slot(server_url))


def _slot(url: str) -> str:
    return f"{url.rstrip('/')}#console"


class Console:
    """Runs one shift after the other in the one window, until it is closed."""

    def __init__(
        self,
        app: App,
        window: MainWindow,
        *,
        settings: SettingsFile[AppSettings],
        store: SessionStore,
        local: LocalServer,
    ) -> None:
        self._app = app
        self._window = window
        self._settings = settings
        self._store = store
        self._local = local
        self._shift: Shift | None = None
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    async def run(self, options: Options) -> None:
        """Let somebody in, let them work, and again."""
        server = server_url(options.server or self._settings.value.server_url)
        credentials, problem = options.credentials, ""
        while True:
            flow = self._show_sign_in(server)
            signed = await self._enter(flow, server, credentials, problem)
            credentials, server = None, signed.client.base_url
            self._settings.change(server_url=server, email=signed.user.email)
            # From here on `leave` waits: a client cut off while it closes leaves its sockets open.
            self._is_idle.clear()
            try:
                ending = await self._work(signed)
                if ending is Ending.CLOSED:
                    return
                await flow.leave(signed)
            finally:
                await signed.aclose()
                self._is_idle.set()
            is_own_wish = ending is Ending.SIGNED_OUT
            problem = "" if is_own_wish else tr("Your session has ended. Sign in again.")

    async def leave(self) -> None:
        """End the shift that runs, so that its case goes back to the queue; bounded in time."""
        if self._shift is not None:
            self._shift.end(Ending.CLOSED)
        try:
            async with asyncio.timeout(_LEAVE_S):
                await self._is_idle.wait()
        except TimeoutError:
            _log.info("the open case was left to run out")

    def _show_sign_in(self, server: str) -> SignInFlow:
        panel = self._window.show_sign_in()
        state = SignInState(server=server, email=self._settings.value.email, is_busy=True)
        panel.set_state(state)
        return SignInFlow(
            panel,
            store=ConsoleStore(self._store),
            may_enter=staff_only,
            local=self._local,
            installation=installation(),
        )

    async def _enter(
        self, flow: SignInFlow, server: str, credentials: Credentials | None, problem: str
    ) -> SignedIn:
        """By the credentials given, else the kept session, else the page."""
        email = credentials.email if credentials is not None else self._settings.value.email
        try:
            if credentials is not None:
                return await flow.sign_in(server, credentials)
            kept = None if problem else await flow.resume(server)
            if kept is not None:
                return kept
        except AppError as error:
            _log.info("not signed in: %s", error.code)
            problem = tr_error(error)
        return await flow.ask(server, email=email, problem=problem)

    async def _work(self, signed: SignedIn) -> Ending:
        self._shift = Shift(
            window=self._window,
            api=signed.client,
            user=signed.user,
            clock=SystemClock(),
            errors=self._app.errors,
            folder=self._settings.path.parent,
        )
        try:
            return await self._shift.run()
        finally:
            self._shift = None


async def compose(app: App, *, options: Options, settings: SettingsFile[AppSettings]) -> int:
    """Build the window, run until it is closed, leave nothing behind."""
    app.qt.setWindowIcon(pixmap("teezu", app.theme.tokens.text, size=128))
    window = MainWindow(app.theme)
    app.adopt(window)
    window.close_requested.connect(app.request_close)
    app.theme.changed.connect(lambda: settings.change(scheme=app.theme.choice.scheme.value))
    window.show_sign_in().set_state(SignInState(is_busy=True))
    put_in_place(window, settings.value.window)
    window.show()
    if settings.notice is not None:
        app.errors.tell(Notice(settings.notice, Severity.WARNING))
    data = Path(platformdirs.user_data_dir(_SLUG, appauthor=False))
    local = LocalServer(_answers, data / "server")
    async with settings:
        try:
            store = await open_session_store()
            console = Console(app, window, settings=settings, store=store, local=local)
            app.scope.start(console.run(options), name="console")
            await app.closing()
            settings.change(window=place_of(window))
            await console.leave()
            await app.scope.aclose()
        finally:
            await local.stop()
    return 0


async def _answers(url: str) -> bool:
    """Whether one of our servers answers at an address."""
    async with ApiClient(url) as client:
        return (await client.health.read()).ok
