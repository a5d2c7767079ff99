"""The composition root of the console: settings, sign-in, one shift after the other, shutdown."""

import argparse
import asyncio
import json
import locale
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from console.entrance import Credentials, Entrance
from console.main_window import MainWindow
from console.shift import Ending, Shift
from shared.api import ApiClient
from shared.clock import SystemClock
from shared.credentials import open_session_store
from shared.errors import AppError, InvalidInput
from shared.logs import Logs
from shared.qt.errors import Notice, Severity
from shared.qt.loop import App, run_app
from shared.qt.theme import Accent, Scheme, ThemeChoice
from shared.qt.translations import install_language, tr
from shared.schemas.roles import Role
from shared.settings import AppSettings, SettingsFile, settings_path

_log = logging.getLogger(__name__)
_LEAVE_S = 3.0
_SLUG = "teezu-console"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    server: str | None = None
    email: str = ""
    password: str = field(default="", repr=False)


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line.

    Raises:
        InvalidInput: a file with credentials cannot be read or lacks what was asked for.
    """
    parser = argparse.ArgumentParser(prog=_SLUG, description="The moderators' and admins' console.")
    parser.add_argument("--server", metavar="URL", help="the server to sign in to")
    parser.add_argument("--email", metavar="E", default="", help="sign in with this account")
    parser.add_argument("--password-file", metavar="F", type=Path, help="and the password in F")
    parser.add_argument(
        "--demo-accounts", metavar="FILE", type=Path, help="sign in with an account of FILE"
    )
    parser.add_argument(
        "--demo-role",
        choices=[Role.MOD.value, Role.ADMIN.value, Role.SUPER_ADMIN.value],
        default=Role.ADMIN.value,
        help="which of the demo accounts (default: admin)",
    )
    given = parser.parse_args(arguments)
    if given.demo_accounts is not None:
        email, password = read_demo_account(given.demo_accounts, given.demo_role)
        return Options(given.server, email, password)
    if given.password_file is not None:
        return Options(given.server, given.email, _read(given.password_file).strip())
    return Options(given.server, given.email)


def read_demo_account(path: Path, role: str) -> tuple[str, str]:
    """The e-mail and password of the first demo account of a role.

    Raises:
        InvalidInput: the file cannot be read, or has no such account.
    """
    try:
        accounts = json.loads(_read(path))["accounts"]
        found = next(account for account in accounts if account["role"] == role)
        return str(found["email"]), str(found["password"])
    except (ValueError, KeyError, TypeError, StopIteration):
        raise InvalidInput(
            f"{path.name} has no demo account of the role {role}; let the server write it again "
            "with --demo."
        ) from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read ({error.strerror}).") from None


class Console:
    """Runs one shift after the other in the one window, until it is closed."""

    def __init__(self, app: App, window: MainWindow, settings: SettingsFile[AppSettings]) -> None:
        self._app = app
        self._window = window
        self._settings = settings
        self._shift: Shift | None = None
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    async def run(self, options: Options) -> None:
        """Let somebody in, let them work, and again."""
        kept = self._settings.value
        entrance = Entrance(
            window=self._window,
            store=await open_session_store(),
            server=options.server or kept.server_url,
            email=options.email or kept.email,
        )
        credentials = Credentials(options.email, options.password) if options.password else None
        problem = ""
        while True:
            entered = await entrance.enter(credentials=credentials, problem=problem)
            credentials = None
            self._settings.change(server_url=entrance.server, email=entrance.email)
            async with entered.closing:
                ending = await self._work(
                    Shift(
                        window=self._window,
                        api=entered.api,
                        user=entered.user,
                        clock=SystemClock(),
                        errors=self._app.errors,
                    )
                )
                if ending is Ending.CLOSED:
                    return
                if ending is Ending.SIGNED_OUT:
                    await _sign_out(entered.api)
            await entrance.forget()
            is_own_wish = ending is Ending.SIGNED_OUT
            problem = "" if is_own_wish else tr("Your session has ended. Sign in again.")

    async def leave(self) -> None:
        """End the shift that runs, so that its case goes back to the queue; bounded in time."""
        if self._shift is None:
            return
        self._shift.end(Ending.CLOSED)
        try:
            async with asyncio.timeout(_LEAVE_S):
                await self._is_idle.wait()
        except TimeoutError:
            _log.info("the open case was left to run out")

    async def _work(self, shift: Shift) -> Ending:
        self._shift = shift
        self._is_idle.clear()
        try:
            return await shift.run()
        finally:
            self._shift = None
            self._is_idle.set()


async def _sign_out(api: ApiClient) -> None:
    """Tell the server; without it the session runs out by itself."""
    try:
        await api.auth.logout()
    except AppError as error:
        _log.info("the server was not told of the sign-out: %s", error.code)


async def compose(app: App, options: Options, settings: SettingsFile[AppSettings]) -> int:
    """Build the window, run until it is closed, leave nothing behind."""
    window = MainWindow(app.theme)
    app.adopt(window)
    window.close_requested.connect(app.request_close)
    app.theme.changed.connect(lambda: settings.change(scheme=app.theme.choice.scheme.value))
    window.show()
    if settings.notice is not None:
        app.errors.tell(Notice(settings.notice, Severity.WARNING))
    async with settings:
        console = Console(app, window, settings)
        app.scope.start(console.run(options), name="console")
        await app.closing()
        await console.leave()
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the console; returns its exit code."""
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
    except InvalidInput as error:
        sys.stderr.write(f"{_SLUG}: {error}\n")
        return 2
    settings = SettingsFile(settings_path("console"), AppSettings)
    kept = settings.load()
    install_language(kept.language or _system_language())
    with Logs("console"):
        return run_app(
            lambda app: compose(app, options, settings),
            name=tr("Teezu Console"),
            slug=_SLUG,
            argv=[_SLUG],
            choice=theme_choice(kept),
        )


def theme_choice(kept: AppSettings) -> ThemeChoice:
    """The look the person chose last."""
    known = {accent.value for accent in Accent}
    return ThemeChoice(
        scheme=Scheme(kept.scheme),
        accent=Accent(kept.accent) if kept.accent in known else Accent.VIOLET,
        text_scale=kept.text_scale,
        reduced_motion=kept.reduced_motion,
    )


def _system_language() -> str:
    named = locale.getlocale()[0] or os.environ.get("LANG", "en")
    return "nl" if named.lower().startswith(("nl", "dutch")) else "en"
