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

    async def _take(self, pilot: ConsolePilot, name: str) -> None:
        await asyncio.sleep(0.4)  # a picture of things at rest
        self._count += 1
        pilot.shot(self._folder / f"{self._scheme.value}-{self._count:02d}-{name}.png")


def main() -> int:
    """Take the pictures of one look per process: `FOLDER SCHEME`, or of both: `FOLDER`."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    scheme = Scheme(sys.argv[2]) if len(sys.argv) > 2 else Scheme.DARK
    with (
        tempfile.TemporaryDirectory(prefix="tz-") as data,
        server_process(Path(data), demo=True) as server,
    ):
        return _visit(folder, scheme, server)


def _visit(folder: Path, scheme: Scheme, server: ServerProcess) -> int:
    account = server.account("admin")

    async def tour(app: App) -> int:
        async with evening(server):
            options = Options(server.url, Credentials(account.email, account.password))
            settings = SettingsFile(folder / "settings.json", AppSettings)
            app.scope.start(Gallery(folder, scheme).visit(app), name="gallery")
            return await compose(app, options=options, settings=settings)

    choice = ThemeChoice(scheme=scheme)
    return run_app(tour, name="Teezu Console", slug="console-gallery", argv=["x"], choice=choice)


if __name__ == "__main__":
    raise SystemExit(main())
