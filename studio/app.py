"""The studio's composition root: reads the command line, builds the parts, wires them, runs."""

import argparse
import functools
import locale
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from shared.api import ApiClient
from shared.credentials import open_session_store
from shared.errors import AppError
from shared.logs import Logs
from shared.qt.icons import pixmap
from shared.qt.loop import App, run_app
from shared.qt.server_process import LocalServer
from shared.qt.sign_in_flow import (
    Credentials,
    SignInFlow,
    demo_credentials,
    password_credentials,
    server_url,
)
from shared.qt.translations import install_language, tr
from shared.settings import AppSettings, SettingsFile, settings_path
from studio.desk.account_desk import Desks
from studio.desk.air_desk import AirDesk
from studio.desk.first_state import show_first
from studio.desk.memory import Memory, preferences_of
from studio.desk.picture_desk import PictureDesk
from studio.desk.room_actions import RoomActions
from studio.desk.room_desk import RoomDesk
from studio.desk.studio_desk import Services, StudioDesk
from studio.engine.client import EngineClient, launch_or_adopt
from studio.engine.protocol import Event
from studio.live import ConnectEngine, EngineHost
from studio.main_window import StudioWindow

_SLUG = "teezu-studio"


@dataclass(frozen=True, slots=True)
class Options:
    """The command line of the window."""

    server: str | None = None
    credentials: Credentials | None = None
    runtime_dir: Path | None = None


def main(argv: Sequence[str]) -> int:
    """Open the studio window and run it until it is closed; returns the exit code."""
    try:
        options = parse(argv)
    except AppError as error:
        sys.stderr.write(f"{error.message}\n")
        return 2
    with Logs("studio"):
        settings = SettingsFile(settings_path("studio"), AppSettings)
        kept = settings.load()
        language = install_language(kept.language or _system_language())
        return run_app(
            functools.partial(compose, options=options, settings=settings),
            name=tr("Teezu Studio"),
            slug=_SLUG,
            argv=[_SLUG],
            choice=preferences_of(kept, language).theme,
        )


async def compose(app: App, *, options: Options, settings: SettingsFile[AppSettings]) -> int:
    """Show the window with the last known state, then bring it to life."""
    app.qt.setWindowIcon(pixmap("teezu", app.theme.tokens.text, size=128))
    window = StudioWindow(app.theme)
    app.adopt(window)
    data = Path(platformdirs.user_data_dir(_SLUG, appauthor=False))
    memory = Memory(Path(platformdirs.user_cache_dir(_SLUG, appauthor=False)))
    engine = EngineHost(_engine_connection(options.runtime_dir))
    room = RoomDesk(window.cockpit)
    desks = Desks(
        cockpit=window.cockpit,
        air=AirDesk(window.cockpit, engine=engine, scope=app.scope),
        room=room,
        actions=RoomActions(window.cockpit, app=app, room=room),
    )
    picture = PictureDesk(
        window.cockpit.stage, engine=engine, scope=app.scope, scenes=data / "scenes" / "show.json"
    )
    show_first(window, desks, memory)
    window.show()
    local = LocalServer(_answers, data / "server")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(settings)
        stack.push_async_callback(local.stop)
        desk = StudioDesk(
            app,
            window,
            Services(
                engine=engine,
                sign_in=SignInFlow(window.sign_in, store=await open_session_store(), local=local),
                local=local,
                settings=settings,
                memory=memory,
            ),
            desks=desks,
            picture=picture,
            server=server_url(options.server or settings.value.server_url),
            credentials=options.credentials,
        )
        desk.connect()
        stack.callback(desk.close)
        await stack.enter_async_context(engine)
        app.scope.start(desk.run(), name="desk")
        await app.closing()
        # The desk's own task ends while its services are still open.
        await app.scope.aclose()
    return 0


def _engine_connection(runtime_dir: Path | None) -> ConnectEngine:
    async def connect(
        *, on_event: Callable[[Event], None], on_closed: Callable[[], None]
    ) -> EngineClient:
        return await launch_or_adopt(
            runtime_dir, name="studio window", on_event=on_event, on_closed=on_closed
        )

    return connect


async def _answers(url: str) -> bool:
    """Whether one of our servers answers at an address."""
    async with ApiClient(url) as client:
        return (await client.health.read()).ok


def _system_language() -> str:
    return locale.getlocale()[0] or "en"


def parse(argv: Sequence[str]) -> Options:
    """Read the command line.

    Raises: AppError when a file it names cannot be used.
    """
    parser = argparse.ArgumentParser(prog=_SLUG, description="Go live from your desktop.")
    parser.add_argument("--server", metavar="URL", help="platform to sign in to")
    parser.add_argument("--email", metavar="E", help="account to sign in with")
    parser.add_argument("--password-file", metavar="F", type=Path, help="file with its password")
    parser.add_argument(
        "--demo-accounts",
        metavar="FILE",
        type=Path,
        help="accounts file of a server with demo data",
    )
    parser.add_argument("--demo-role", metavar="ROLE", default="creator", help="which of them")
    parser.add_argument("--runtime-dir", metavar="D", type=Path, help="where the engine is found")
    given = parser.parse_args(list(argv))
    credentials = None
    if given.email and given.password_file:
        credentials = password_credentials(given.email, given.password_file)
    elif given.demo_accounts:
        credentials = demo_credentials(given.demo_accounts, given.demo_role)
    return Options(given.server, credentials, given.runtime_dir)
