"""Pictures of every screen of the console over a real demo server.

    PYTHONPATH=.:tests python -m tools.console_screenshots FOLDER [dark|light] [--bad-day]
        [--language nl]

`QT_SCALE_FACTOR=2` gives them for a dense screen.
"""

import argparse
import asyncio
import os
import tempfile
from pathlib import Path

from fakes.evening import evening
from fakes.night_shift import SETTINGS, night_shift
from fakes.server import ServerProcess, server_process

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from tools.console_pilot import ConsolePilot
from tools.waiting import until

from console.app import Options, compose
from console.screens import (
    SCREENS,
    CaseScreen,
    HubScreen,
    LiveScreen,
    LogScreen,
    QueueScreen,
    SettingsScreen,
    SystemScreen,
)
from console.screens._list_pane import ListPane, ListState
from shared.qt.loop import App, run_app
from shared.qt.sign_in import SignInPanel
from shared.qt.sign_in_flow import Credentials
from shared.qt.theme import Scheme, ThemeChoice
from shared.qt.translations import install_language
from shared.settings import AppSettings, SettingsFile

_SIZE = (1280, 720)
_MODERATION = tuple(spec.name for spec in SCREENS if spec.shortcut.startswith("Ctrl"))


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
            pilot.window.activateWindow()
            await pilot.enter()
            pilot.window.resize(*_SIZE)
            queue = pilot.screen(QueueScreen)
            await until(lambda: len(queue.shown) >= 4, "the queue")
            await self._take(pilot, "queue")
            pilot.key(Qt.Key.Key_Question)
            await self._take(pilot, "keys")
            pilot.key(Qt.Key.Key_Escape)
            await self._case(pilot)
            await self._live(pilot)
            for number, name in enumerate(_MODERATION, start=1):
                if name in ("log", "hub", "appeals", "held", "looks"):
                    pilot.key(Qt.Key(Qt.Key.Key_0 + number), ctrl=True)
                    await self._rest(pilot, name)
            for name in ("people", "compliance", "news", "settings", "system"):
                pilot.workspace.go_to(name)
                await self._rest(pilot, name)
            await self._questions(pilot)
        finally:
            app.request_close()

    async def _rest(self, pilot: ConsolePilot, name: str) -> None:
        """Wait until a screen has what it shows, then take it."""
        if name == "log":
            log = pilot.screen(LogScreen)
            await until(lambda: log.chosen is not None, "entries")
        elif name == "hub":
            hub = pilot.screen(HubScreen)
            await until(lambda: hub.users.value != "\N{EN DASH}", "the figures")
        elif name == "system":
            system = pilot.screen(SystemScreen)
            await until(lambda: system.backups.state is ListState.READY, "the backups")
        elif name != "settings":
            await until(lambda: _list_of(pilot).state is ListState.READY, name)
        await asyncio.sleep(0.8)  # figures and charts come to rest
        await self._take(pilot, name)

    async def _questions(self, pilot: ConsolePilot) -> None:
        """The moment before something is done."""
        pilot.workspace.go_to("settings")
        settings = pilot.screen(SettingsScreen)
        settings.field("logins_per_minute").setValue(25)
        pilot.key(Qt.Key.Key_S)
        await self._take(pilot, "settings-ask")
        settings.drop_changes()
        pilot.workspace.go_to("appeals")
        pilot.key(Qt.Key.Key_W)
        pilot.write("A warning would have been enough here.")
        pilot.key(Qt.Key.Key_Escape)
        pilot.key(Qt.Key.Key_O)
        await self._take(pilot, "appeals-ask")
        pilot.key(Qt.Key.Key_Escape)
        pilot.key(Qt.Key.Key_Question)
        await self._take(pilot, "keys-appeals")
        pilot.key(Qt.Key.Key_Escape)

    async def _clip(self, pilot: ConsolePilot) -> None:
        """A case about what is on air has a clip some seconds after its report."""
        case = pilot.screen(CaseScreen)
        await until(lambda: case.has_stills or _ask_clip(pilot), "a clip", deadline_s=40)
        await self._take(pilot, "case-stills")
        pilot.key(Qt.Key.Key_L)
        await until(lambda: case.player.is_open, "the video", deadline_s=30)
        await asyncio.sleep(1.2)
        pilot.key(Qt.Key.Key_L)
        await self._take(pilot, "case-video")
        pilot.key(Qt.Key.Key_V, shift=True)
        await self._take(pilot, "case-video-clear")
        pilot.key(Qt.Key.Key_V, shift=True)
        pilot.key(Qt.Key.Key_Question)
        await self._take(pilot, "keys-case")
        pilot.key(Qt.Key.Key_Escape)

    async def _case(self, pilot: ConsolePilot) -> None:
        pilot.key(Qt.Key.Key_J)
        pilot.key(Qt.Key.Key_Return)
        case = pilot.screen(CaseScreen)
        await until(lambda: case.title, "the case")
        await self._take(pilot, "case-free")
        pilot.key(Qt.Key.Key_C)
        await until(lambda: case.decision.is_mine, "the claim")
        await self._clip(pilot)
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
            await until(lambda: queue.list.state is ListState.READY, "the queue")
            await self._take(pilot, "queue")
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
                case = pilot.screen(CaseScreen).decision
                claim = case.claim
                await until(lambda: claim.is_short, "the countdown")
                pilot.key(Qt.Key.Key_1)
                await self._take(pilot, "case-short")
                self._server.kill()
                await until(lambda: not case.is_mine, "the lost claim")
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
    parser = argparse.ArgumentParser(description="Pictures of every screen of the console.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("scheme", nargs="?", type=Scheme, default=Scheme.DARK)
    parser.add_argument("--bad-day", action="store_true")
    parser.add_argument("--language", default="en")
    given = parser.parse_args()
    folder: Path = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    install_language(given.language)
    env = {"TEEZU_CASE_LEASE_S": "6"} if given.bad_day else SETTINGS
    with (
        tempfile.TemporaryDirectory(prefix="tz-") as data,
        server_process(Path(data), demo=True, env=env) as server,
    ):
        if given.bad_day:
            bad_day = BadDay(folder, given.scheme, server)
            return _show(bad_day, Options(server.url), folder, given.scheme)
        account = server.account("super_admin")
        options = Options(server.url, Credentials(account.email, account.password))
        gallery = Gallery(folder, given.scheme)
        return _show(gallery, options, folder, given.scheme, server)


def _list_of(pilot: ConsolePilot) -> ListPane:
    """The list of the screen shown."""
    found = [pane for pane in pilot.window.findChildren(ListPane) if pane.isVisible()]
    assert found, "no list is shown"
    return found[0]


def _ask_clip(pilot: ConsolePilot) -> bool:
    pilot.key(Qt.Key.Key_V)
    return False


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
        if server is None:
            app.scope.start(gallery.visit(app), name="gallery")
            return await compose(app, options=options, settings=settings)
        async with evening(server) as going_on:
            await night_shift(server, going_on.streams[0].id)
            app.scope.start(gallery.visit(app), name="gallery")
            return await compose(app, options=options, settings=settings)

    choice = ThemeChoice(scheme=scheme)
    return run_app(tour, name="Teezu Console", slug="console-gallery", argv=["x"], choice=choice)


if __name__ == "__main__":
    raise SystemExit(main())
