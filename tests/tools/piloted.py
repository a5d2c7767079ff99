"""A studio window in a process of its own that does what JSON lines on its input say.

Run as `python -m tools.piloted STUDIO-ARGUMENTS`; each line is `{"do": NAME, ...}` with the name of
a method of `Person`, each answer one line `{"ok": true, "seen": ...}` or `{"ok": false, ...}`.
"""

import asyncio
import functools
import gc
import json
import sys
import threading
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid
from tools.person import Person

from shared.logs import Logs
from shared.qt.loop import App, run_app
from shared.qt.translations import install_language
from shared.settings import SettingsFile, settings_path
from studio import app as studio_app
from studio.desk.memory import preferences_of
from studio.desk.running import run_services
from studio.desk.start import Options
from studio.settings import StudioSettings


async def _serve(app: App) -> None:
    """Obey the lines until the input ends, then close the window."""
    pilot = await Person.board()
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)

    threading.Thread(target=read, name="orders", daemon=True).start()
    _answer({"ok": True, "seen": "ready"})
    while line := await lines.get():
        order: dict[str, Any] = json.loads(line)
        name = order.pop("do")
        try:
            if name == "close":
                pilot.window.close()
                seen = None
            else:
                seen = getattr(pilot, name)(**order)
            _answer({"ok": True, "seen": seen})
        except AssertionError as error:
            _answer({"ok": False, "why": str(error)})


def _answer(reply: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()


async def _compose(app: App, *, options: Options) -> int:
    app.scope.start(_serve(app), name="pilot")
    settings = SettingsFile(settings_path("studio"), StudioSettings)
    settings.load()
    return await studio_app.compose(
        app, options=options, settings=settings, load=lambda: run_services
    )


def main() -> int:
    """The product's own `main`, with a pilot on board."""
    options = studio_app.parse(sys.argv[1:])
    kept = SettingsFile(settings_path("studio"), StudioSettings).load()
    language = install_language(kept.language or "en")
    with Logs("studio"):
        code = run_app(
            functools.partial(_compose, options=options),
            name="Teezu Studio",
            slug="teezu-studio",
            argv=["teezu-studio"],
            choice=preferences_of(kept, language).theme,
        )
    _answer({"ok": True, "seen": _left_behind()})
    return code


def _left_behind() -> list[str]:
    """Threads, timers and windows that outlived the app, besides those of this program."""
    gc.collect()
    ours = {"MainThread", "orders"}
    threads = [thread.name for thread in threading.enumerate() if thread.name not in ours]
    timers = [
        timer.objectName()
        for timer in gc.get_objects()
        if issubclass(type(timer), QTimer) and isValid(timer) and timer.isActive()
    ]
    windows = [type(window).__name__ for window in QApplication.topLevelWidgets()]
    return [*threads, *timers, *windows]


if __name__ == "__main__":
    raise SystemExit(main())
