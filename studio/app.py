"""The studio's composition root, first half: the command line, and the window at once.

What talks to the engine and the platform is loaded while the window already shows its last state.
"""

import argparse
import asyncio
import contextlib
import functools
import locale
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import platformdirs
from PySide6.QtCore import Qt

from shared.errors import AppError
from shared.logs import Logs
from shared.qt.account_files import demo_credentials, password_credentials, server_url
from shared.qt.icons import pixmap
from shared.qt.loop import App, run_app
from shared.qt.translations import install_language, tr
from shared.qt.window_place import put_in_place
from shared.settings import SettingsFile, settings_path
from studio.desk.first_state import show_first
from studio.desk.memory import Memory, preferences_of
from studio.desk.run_mark import RunMark
from studio.desk.start import SLUG, LoadServices, Options, Start
from studio.main_window import StudioWindow
from studio.settings import StudioSettings

_PAINTED_S = 1.0
"""A window that starts minimised is never painted: go on without."""


def main(argv: Sequence[str], load: LoadServices) -> int:
    """Open the studio window and run it until it is closed; returns the exit code.

    `load` imports the second half; it is called in a worker thread once the window is shown.
    """
    try:
        options = parse(argv)
    except AppError as error:
        sys.stderr.write(f"{error.message}\n")
        return 2
    with Logs("studio"):
        settings = SettingsFile(settings_path("studio"), StudioSettings)
        kept = settings.load()
        language = install_language(kept.language or _system_language())
        return run_app(
            functools.partial(compose, options=options, settings=settings, load=load),
            name=tr("Teezu Studio"),
            slug=SLUG,
            argv=[SLUG],
            choice=preferences_of(kept, language).theme,
        )


async def compose(
    app: App, *, options: Options, settings: SettingsFile[StudioSettings], load: LoadServices
) -> int:
    """Show the window with the last known state, then bring it to life."""
    app.qt.setWindowIcon(pixmap("teezu", app.theme.tokens.text, size=128))
    cache = Path(platformdirs.user_cache_dir(SLUG, appauthor=False))
    memory, mark = Memory(cache), RunMark(cache / "running")
    was_cut_short = mark.begin()
    held = app.qt.queryKeyboardModifiers()
    if held & Qt.KeyboardModifier.ShiftModifier:
        options = replace(options, safe_mode=True)
    window = StudioWindow(app.theme)
    app.adopt(window)
    window.close_requested.connect(app.request_close)
    kept = settings.value
    show_first(
        window,
        memory.last_state(),
        server=server_url(options.server or kept.server_url),
        email=kept.email,
    )
    put_in_place(window, kept.window)
    is_painted = asyncio.Event()
    window.painted.connect(is_painted.set)
    window.show()
    # Imports in another thread would take the interpreter from the first picture.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PAINTED_S):
            await is_painted.wait()
    run_services = await asyncio.to_thread(load)
    # From here on the desk decides what closing the window means.
    window.close_requested.disconnect(app.request_close)
    code = await run_services(
        Start(app, window, options, settings, memory, was_cut_short=was_cut_short)
    )
    mark.end()
    return code


def parse(argv: Sequence[str]) -> Options:
    """Read the command line.

    Raises: AppError when a file it names cannot be used.
    """
    parser = argparse.ArgumentParser(prog=SLUG, description="Go live from your desktop.")
    parser.add_argument("--server", metavar="URL", help="platform to sign in to")
    parser.add_argument("--email", metavar="E", help="account to sign in with")
    parser.add_argument("--password-file", metavar="F", type=Path, help="file with its password")
    parser.add_argument(
        "--demo-accounts", metavar="FILE", type=Path, help="accounts file of a demo server"
    )
    parser.add_argument("--demo-role", metavar="ROLE", default="creator", help="which of them")
    parser.add_argument("--runtime-dir", metavar="D", type=Path, help="where the engine is found")
    parser.add_argument(
        "--safe-mode",
        action="store_true",
        help="without devices and filters; also: hold Shift while the studio starts",
    )
    given = parser.parse_args(list(argv))
    credentials = None
    if given.email and given.password_file:
        credentials = password_credentials(given.email, given.password_file)
    elif given.demo_accounts:
        credentials = demo_credentials(given.demo_accounts, given.demo_role)
    return Options(given.server, credentials, given.runtime_dir, given.safe_mode)


def _system_language() -> str:
    return locale.getlocale()[0] or "en"
