"""Pictures of every screen of the console over a real demo server, in both looks.

PYTHONPATH=.:tests python -m tools.console_screenshots FOLDER
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from fakes.evening import evening
from fakes.server import ServerProcess, server_process

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from tools.console_pilot import ConsolePilot
from tools.waiting import until

from console.app import Options, compose
from console.screens import CaseScreen, HubScreen, LiveScreen, LogScreen, QueueScreen
from shared.qt.loop import App, run_app
from shared.qt.sign_in import SignInPanel
from shared.qt.sign_in_flow import Credentials
from shared.qt.theme import Scheme, ThemeChoice
from shared.settings import AppSettings, SettingsFile

_SIZE = (1280, 720)


class Gallery:
    """Goes through the console once and saves a picture of each place."""

    def __init__(self, folder: Path, scheme: Scheme) -> None:
        self._folder = folder
        self._scheme = scheme
        self._count = 0

    async def visit(self, app: App) -> None:
        """Take all pictures, then close the window."""
        try:
            pilot = await ConsolePilot.board()
            pilot.window.resize(*_SIZE)
            pilot.window.activateWindow()
            await pilot.enter()
            queue = pilot.screen(QueueScreen)
            await until(lambda: len(queue.shown) >= 4, "the queue")
            await self._take(pilot, "queue")
            pilot.key(Qt.Key.Key_Question)
            await self._take(pilot, "keys")
            pilot.key(Qt.Key.Key_Escape)
            await self._case(pilot)
            await self._live(pilot)
            pilot.key(Qt.Key.Key_3, ctrl=True)
            log = pilot.screen(LogScreen)
            await until(lambda: "Checking" not in log.verdict_text, "a verdict")
            await self._take(pilot, "log")
            pilot.key(Qt.Key.Key_4, ctrl=True)
            hub = pilot.screen(HubScreen)
            await until(lambda: hub.users.value != "\N{EN DASH}", "the figures")
            await self._take(pilot, "hub")
        finally:
            app.request_close()

    async def _case(self, pilot: ConsolePilot) -> None:
        pilot.key(Qt.Key.Key_J)
        pilot.key(Qt.Key.Key_Return)
        case = pilot.screen(CaseScreen)
        await until(lambda: case.title, "the case")
        await self._take(pilot, "case-free")
        pilot.key(Qt.Key.Key_C)
        await until(lambda: case.decision.claim.words.startswith("Yours"), "the claim")
        pilot.key(Qt.Key.Key_1)
        pilot.key(Qt.Key.Key_2)
        await self._take(pilot, "case-draft")
        pilot.key(Qt.Key.Key_Return)
        await self._take(pilot, "case-confirm")
        pilot.key(Qt.Key.Key_Return)
        await until(lambda: pilot.workspace.current == "queue", "the queue again")
        await self._take(pilot, "queue-decided")

    async def _live(self, pilot: ConsolePilot) -> None:
        pilot.key(Qt.Key.Key_1, ctrl=True)
        live = pilot.screen(LiveScreen)
        await until(lambda: live.pictures_shown >= 2, "pictures on the wall", deadline_s=40)
        await self._take(pilot, "live")
        pilot.key(Qt.Key.Key_V)
        await self._take(pilot, "live-revealed")
        pilot.key(Qt.Key.Key_X)
        await until(lambda: live.is_asking, "the question before suspending")
        await self._take(pilot, "live-suspend")
        pilot.key(Qt.Key.Key_Escape)

    async def _take(self, pilot: ConsolePilot, name: str) -> None:
        await asyncio.sleep(0.4)  # a picture of things at rest
        self._count += 1
        pilot.shot(self._folder / f"{self._scheme.value}-{self._count:02d}-{name}.png")


class BadDay(Gallery):
    """The states nobody hopes for: signed out, nothing there, no connection, a lost claim."""

    def __init__(self, folder: Path, scheme: Scheme, server: ServerProcess) -> None:
        super().__init__(folder, scheme)
        self._server = server

    async def visit(self, app: App) -> None:
        """Take all pictures, then close the window."""
        try:
            pilot = await ConsolePilot.board()
            pilot.window.resize(*_SIZE)
            pilot.window.activateWindow()
            await self._sign_in(pilot)
            await pilot.enter()
            queue = pilot.screen(QueueScreen)
            await until(lambda: queue.empty_title == "The queue is empty", "an empty queue")
            await self._take(pilot, "queue-empty")
            for key, name in (
                (Qt.Key.Key_1, "live"),
                (Qt.Key.Key_3, "log"),
                (Qt.Key.Key_4, "hub"),
                (Qt.Key.Key_5, "appeals"),
            ):
                pilot.key(key, ctrl=True)
                await asyncio.sleep(1.0)
                await self._take(pilot, f"{name}-empty")
            pilot.key(Qt.Key.Key_2, ctrl=True)
            async with evening(self._server, pictures=False):
                await until(lambda: queue.shown, "a report")
                pilot.key(Qt.Key.Key_C)
                claim = pilot.screen(CaseScreen).decision.claim
                await until(lambda: claim.words.startswith("Your claim ends"), "the countdown")
                pilot.key(Qt.Key.Key_1)
                await self._take(pilot, "case-short")
                self._server.kill()
                await until(lambda: "has ended" in claim.words, "the lost claim")
                await self._take(pilot, "case-lost")
                pilot.key(Qt.Key.Key_Escape)
                await self._take(pilot, "queue-offline")
        finally:
            app.request_close()

    async def _sign_in(self, pilot: ConsolePilot) -> None:
        def ready() -> SignInPanel | None:
            found = pilot.window.findChildren(SignInPanel)
            return found[-1] if found and not found[-1].state.is_busy else None

        await until(ready, "the page")
        page = ready()
        assert page is not None
        await self._take(pilot, "sign-in")
        member, admin = self._server.account("member"), self._server.account("admin")
        for account in (member, admin):
            page.email.setText(account.email)
            page.password.setText(account.password)
            page.password.setFocus()
            pilot.key(Qt.Key.Key_Return)
            if account is member:
                await until(lambda: page.state.problem, "the refusal")
                await self._take(pilot, "sign-in-refused")


def main() -> int:
    """Take the pictures of one look and one tour."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    scheme = Scheme(sys.argv[2]) if len(sys.argv) > 2 else Scheme.DARK
    is_bad_day = sys.argv[3:] == ["bad-day"]
    env = {"TEEZU_CASE_LEASE_S": "6"} if is_bad_day else {}
    with (
        tempfile.TemporaryDirectory(prefix="tz-") as data,
        server_process(Path(data), demo=True, env=env) as server,
    ):
        if is_bad_day:
            return _show(BadDay(folder, scheme, server), Options(server.url), folder, scheme)
        account = server.account("admin")
        options = Options(server.url, Credentials(account.email, account.password))
        return _show(Gallery(folder, scheme), options, folder, scheme, server)


def _show(
    gallery: Gallery,
    options: Options,
    folder: Path,
    scheme: Scheme,
    server: ServerProcess | None = None,
) -> int:
    """Run the console with a visitor; over an evening where a server is given."""

    async def tour(app: App) -> int:
        settings = SettingsFile(folder / "settings.json", AppSettings)
        app.scope.start(gallery.visit(app), name="gallery")
        if server is None:
            return await compose(app, options=options, settings=settings)
        async with evening(server):
            return await compose(app, options=options, settings=settings)

    choice = ThemeChoice(scheme=scheme)
    return run_app(tour, name="Teezu Console", slug="console-gallery", argv=["x"], choice=choice)


if __name__ == "__main__":
    raise SystemExit(main())
