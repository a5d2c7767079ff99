"""A moderator at the real console, from sign-in to a decided case, as a process of its own.

    PYTHONPATH=.:tests python -m tools.console_journey URL ACCOUNTS ROLE

Says on standard output, one JSON object a line, what it sees and when (the machine's monotonic
clock): `ready`, `seen` once a report stands in the queue, `claimed`; then waits for a line on
standard input, decides (delete, ban for good), says `gone`, and closes the window.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import Qt
from tools.console_pilot import ConsolePilot
from tools.waiting import until

from console.app import Options, compose
from console.screens import CaseScreen, QueueScreen
from shared.qt.loop import App, run_app
from shared.qt.sign_in_flow import demo_credentials
from shared.settings import AppSettings, SettingsFile


def say(what: str, **facts: object) -> None:
    """Tell whoever started this."""
    sys.stdout.write(json.dumps({"what": what, "at": time.monotonic(), **facts}) + "\n")
    sys.stdout.flush()


async def moderate(app: App) -> None:
    """Wait for a report, claim it, wait for the word, decide it."""
    try:
        pilot = await ConsolePilot.board()
        await pilot.enter()
        await until(lambda: pilot.workspace.rail.connection_words == "Connected", "the feed")
        queue, case = pilot.screen(QueueScreen), pilot.screen(CaseScreen)
        await until(lambda: queue.shown, "the demo's cases")
        before = {case.id for case in queue.shown}
        say("ready", screens=pilot.workspace.names)
        await until(lambda: {case.id for case in queue.shown} - before, "the report in the queue")
        new = next(case for case in queue.shown if case.id not in before)
        say("seen", label=new.subject_label, case=new.id)
        queue.choose(new.id)
        pilot.key(Qt.Key.Key_C)
        await until(lambda: case.decision.claim.words.startswith("Yours"), "the claim")
        say("claimed", title=case.title)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        for key in (Qt.Key.Key_1, Qt.Key.Key_4, Qt.Key.Key_Return):
            pilot.key(key)
        await until(lambda: case.decision.is_confirming, "the question")
        pilot.key(Qt.Key.Key_Return)
        await until(
            lambda: (
                pilot.workspace.current == "queue" and {case.id for case in queue.shown} == before
            ),
            "the queue without it",
        )
        notice = pilot.window.bar.notice
        say("gone", notice=notice.sentence if notice is not None else "")
        if folder := os.environ.get("TEEZU_JOURNEY_SHOTS"):
            pilot.shot(Path(folder) / "console-journey.png")
        pilot.window.close()
    finally:
        app.request_close()


def main() -> int:
    """Run the console with a pilot at its keys; returns the app's exit code."""
    url, accounts, role = sys.argv[1], Path(sys.argv[2]), sys.argv[3]

    async def start(app: App) -> int:
        with tempfile.TemporaryDirectory(prefix="tz-") as folder:
            settings = SettingsFile(Path(folder) / "console.json", AppSettings)
            options = Options(url, demo_credentials(accounts, role))
            app.scope.start(moderate(app), name="moderator")
            return await compose(app, options=options, settings=settings)

    return run_app(start, name="Teezu Console", slug="teezu-console", argv=["teezu-console"])


if __name__ == "__main__":
    raise SystemExit(main())
