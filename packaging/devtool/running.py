"""`packaging/dev run`: the demo server and, on it, the studio, the console or a broadcast."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devtool.checks import prepare
from devtool.children import loading, run_python
from devtool.places import demo_folder
from devtool.screen import has_display
from devtool.server import DemoServer, demo_server
from devtool.terminal import CannotGoOn, say, show

_BROADCAST = (
    *("--source", "pattern", "--size", "1280x720", "--fps", "30", "--bitrate-kbps", "2500"),
    *("--duration", "30", "--json"),
)


def run(arguments: Sequence[str]) -> int:
    """Set up, have a server, open the app on it; the exit code is the app's."""
    unknown = set(arguments) - {"--console", "--headless"}
    if unknown:
        raise CannotGoOn("packaging/dev run takes --console or --headless, and nothing else.")
    console, headless = "--console" in arguments, "--headless" in arguments
    if console and headless:
        raise CannotGoOn("The console is a window: it cannot run with --headless.")
    if not has_display() and not headless:
        if console:
            raise CannotGoOn("The console needs a display, and there is none here (no DISPLAY).")
        say("There is no display here (no DISPLAY), so this broadcasts without a window.")
        headless = True
    prepare("run")
    if headless:
        with demo_server(demo_folder()) as server:
            return _broadcast(server)
    return _open_window("console" if console else "studio")


def _open_window(app: str) -> int:
    role = "admin" if app == "console" else "creator"
    with loading(app) as start, demo_server(demo_folder()) as server:
        say(f"Opening the {app} for the demo {role}.")
        accounts = ("--demo-accounts", str(server.accounts), "--demo-role", role)
        return start(["--server", server.url, *accounts])


def _broadcast(server: DemoServer) -> int:
    """Go live with the test pattern for 30 s and read its figures aloud."""
    email, password = server.account("creator")
    with _private_file(password) as file:
        account = ("--email", email, "--password-file", str(file))
        head = ("-m", "studio", "live", "--headless", "--server", server.url)
        return run_python([*head, *account, *_BROADCAST], read=_read_aloud)


def _read_aloud(lines: Iterable[str]) -> None:
    """Turn the JSON lines into sentences as they come; other lines pass as they are."""
    for line in lines:
        try:
            fields = json.loads(line)
        except ValueError:
            show(line.rstrip())
            continue
        if isinstance(fields, dict):
            show(sentence_of(fields))


def sentence_of(fields: dict[str, Any]) -> str:
    """One line for a person: the address, a second's figures, the summary, or what else came."""
    if "playlist" in fields:
        return f"On air. Watch at {fields['playlist'] or 'the studio: no address came yet'}"
    if "fps" not in fields:
        return ", ".join(f"{key} {value}" for key, value in fields.items())
    speed = f"{fields['fps']:.1f} fps, {fields.get('bitrate_kbps', 0):.0f} kbit/s"
    if not fields.get("summary"):
        return f"{fields.get('uptime_s', 0):4.0f} s   {speed}, {_troubles(fields)}"
    return (
        f"In all: {fields.get('frames')} frames, {speed}, {_troubles(fields)}, "
        f"{fields.get('cpu_s', 0):.1f} s of CPU, {fields.get('max_rss_mb', 0):.0f} MB of memory"
    )


_TROUBLES = (
    ("missed_render", "missed"),
    ("skipped_encode", "skipped"),
    ("dropped_network", "dropped"),
    ("reconnects", "reconnects"),
)


def _troubles(fields: dict[str, Any]) -> str:
    """What went wrong since the start, in words."""
    counted = [f"{fields[key]} {word}" for key, word in _TROUBLES if fields.get(key)]
    return ", ".join(counted) or "no frame lost"


@contextmanager
def _private_file(text: str) -> Iterator[Path]:
    """A file that only this user can read, gone afterwards."""
    handle, name = tempfile.mkstemp(prefix="teezu-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
