"""Makes screenshots of the studio's main screens: real server, real engine, a lively room.

Run as `python tests/tools/screenshots.py FOLDER [--language nl]`; the pictures are meant to be
looked at. The window is on a private screen of 1280x720 unless told otherwise.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT), str(_ROOT / "tests")]

from fakes.display import running_screen  # noqa: E402
from fakes.server import ServerProcess, server_process  # noqa: E402
from tools.remote_pilot import RemotePilot, password_file, studio_window  # noqa: E402
from tools.waiting import stream_on_air  # noqa: E402

from shared.api import ApiClient  # noqa: E402
from shared.schemas.moods import Mood  # noqa: E402
from shared.schemas.wallet import TipRequest  # noqa: E402
from studio.engine.client import EngineClient  # noqa: E402
from studio.engine.protocol import Shutdown  # noqa: E402
from studio.engine.runtime import read_address  # noqa: E402

_SAID = (
    "Good evening from Ghent!",
    "The light is lovely tonight",
    "Could you play the slow one again, please?",
    "First time here, what a warm room",
    "@Luna Lumen that was beautiful",
)


def main() -> int:
    """Make all pictures; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", choices=("en", "nl"), default="en")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--film", type=Path, help="video file to broadcast, in place of a picture")
    parser.add_argument("--scale", type=float, default=1.0, help="of the display")
    given, _for_the_gallery = parser.parse_known_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    width, height = (int(part) for part in given.size.split("x"))
    with tempfile.TemporaryDirectory(prefix="tz-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        with (
            running_screen(
                size=(round(width * given.scale), round(height * given.scale)),
                home=home,
                window_manager=False,
            ) as screen,
            server_process(home / "server", demo=True) as server,
        ):
            env = {**screen.env, **_private(home), "LANG": "C.UTF-8"}
            env["QT_SCALE_FACTOR"] = str(given.scale)
            tour = _Tour(given.folder, env, server, home, given.language, (width, height))
            tour.run(given.film)
    return 0


def _private(home: Path) -> dict[str, str]:
    places = {"HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    for variable, folder in (
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_RUNTIME_DIR", "run"),
    ):
        (home / folder).mkdir(mode=0o700)
        places[variable] = str(home / folder)
    return places


class _Tour:
    """Walks through the studio and takes the pictures."""

    def __init__(
        self,
        folder: Path,
        env: Mapping[str, str],
        server: ServerProcess,
        home: Path,
        language: str,
        size: tuple[int, int],
    ) -> None:
        self._folder = folder
        self._env = env
        self._server = server
        self._home = home
        self._language = language
        self._size = size
        self._runtime = home / "run" / "engine"
        self._runtime.mkdir(mode=0o700)

    def run(self, film: Path | None) -> None:
        """Take all pictures, each in both looks."""
        settings = self._home / "config" / "teezu-studio" / "studio.json"
        settings.parent.mkdir(parents=True)
        settings.write_text(f'{{"language": "{self._language}"}}')
        creator = self._server.account("creator")
        place = ("--server", self._server.url, "--runtime-dir", str(self._runtime))
        with studio_window(self._env, *place) as pilot:
            pilot.order("resize", width=self._size[0], height=self._size[1])
            pilot.until(lambda s: s["page"] == "sign-in", "the sign-in page")
            self._both(pilot, "sign-in")
            pilot.order("close")  # else the next start would tell of a crash
            pilot.ended()
        secret = password_file(self._home, creator.password)
        account = ("--email", creator.email, "--password-file", str(secret))
        try:
            with studio_window(self._env, *place, *account) as pilot:
                pilot.order("resize", width=self._size[0], height=self._size[1])
                self._walk(pilot, film)
        finally:
            self._end_engine()

    def _walk(self, pilot: RemotePilot, film: Path | None) -> None:
        pilot.until(lambda s: s["line"].startswith("\N{BLACK CIRCLE}") and s["has_picture"], "in")
        pilot.until(lambda s: s["teezer_status"], "Teezer is known")
        pilot.order("dismiss_notice")
        self._both(pilot, "off-air")
        pilot.order("open_wizard")
        for page in ("look", "camera", "microphone", "machine"):
            self._both(pilot, f"wizard-{page}")
            if page != "machine":
                pilot.order("press", name="wizardNext")
        pilot.order("close_panels")
        pilot.order("arrange", preset="setting up")
        self._both(pilot, "setting-up")
        for dock in ("mixer", "goals", "schedule", "prompts", "mood"):
            pilot.order("show_dock", name=dock)
            self._both(pilot, f"dock-{dock.replace(' ', '-')}")
        pilot.order("arrange", preset="plain")
        if film is not None:
            pilot.order("add", kind="file", value=str(film), name="Camera")
        else:
            pilot.order("add", kind="pattern", name="Test picture")
        pilot.until(lambda s: s["can_go_live"], "ready")
        pilot.order("add", kind="text", value="Welcome to my show")
        pilot.until(lambda s: len(s["sources"]) == 2, "two sources")
        pilot.order("type_into", name="streamTitle", text="Piano by candlelight")
        pilot.order("press", name="prepareShow")
        pilot.until(lambda s: s["can_start"], "a clear checklist")
        self._both(pilot, "go-live")
        pilot.order("close_panels")
        pilot.order("press", name="goLive")
        pilot.until(lambda s: s["badge"].startswith("LIVE"), "on air")
        with self._audience():
            asyncio.run(self._chatter())
            pilot.until(lambda s: len(s["chat"]) > 12 and s["mood"], "a lively room", deadline_s=80)
            pilot.order("dismiss_notice")
            self._both(pilot, "on-air")
            pilot.order("arrange", preset="on air")
            pilot.order("show_dock", name="leaderboard")
            self._both(pilot, "on-air-docks")
            pilot.order("arrange", preset="plain")
        pilot.order("act", action="studio-mode")
        self._both(pilot, "studio-mode")
        pilot.order("act", action="studio-mode")
        for action in ("outputs", "keys", "notices", "safe-word"):
            pilot.order("act", action=action)
            self._both(pilot, action)
            pilot.order("close_panels")
        pilot.order("open_preferences")
        self._both(pilot, "preferences")
        pilot.order("close_panels")
        pilot.order("press", name="panic")
        pilot.until(lambda s: s["panic"] not in ("Panic", "Paniek"), "the slate")
        self._both(pilot, "panic")
        pilot.order("close")
        pilot.until(lambda s: s["close_question"], "the question")
        self._both(pilot, "close-question")
        pilot.order("close_panels")
        pilot.order("press", name="goLive")
        pilot.until(lambda s: s["end_question"], "asked")
        self._both(pilot, "end-question")
        pilot.order("press", name="endYes")
        pilot.until(lambda s: s["summary"], "the figures")
        self._both(pilot, "ended")
        pilot.order("close_panels")
        self._server.kill()
        pilot.until(lambda s: "Connected" not in s["line"] and "Verbonden" not in s["line"], "away")
        pilot.until(lambda s: s["notice"], "told")
        self._both(pilot, "line-down")

    @contextmanager
    def _audience(self) -> Iterator[None]:
        """Viewers of the server's own simulator while the block lasts."""
        creator = self._server.account("creator").display_name
        accounts = self._server.data / "demo-accounts.json"
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "shared.server", "simulate", "--http", self._server.url),
                *("--creator", creator, "--viewers", "8", "--messages-per-s", "2"),
                *("--tips-per-min", "20", "--duration", "90", "--accounts", str(accounts)),
            ],
            cwd=_ROOT,
            stdout=subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)

    async def _chatter(self) -> None:
        """Words and tips of our own, so that the pictures read well."""
        member = self._server.account("member")
        async with ApiClient(self._server.url) as client:
            await client.auth.login(member.email, member.password)
            stream = await stream_on_air(client, self._server.account("creator").id)
            await client.wallet.purchase(2000)
            for text in _SAID:
                await client.room.send(stream, text)
            await client.wallet.tip(stream, TipRequest(tokens=150, text="For the piano!"))
            await client.show.vote_mood(stream, Mood.ROMANTIC)

    def _both(self, pilot: RemotePilot, name: str) -> None:
        """One picture in each look."""
        threading.Event().wait(0.4)  # the picture only; nothing depends on it
        pilot.order("shot", path=str(self._folder / f"{name}-dark.png"))
        pilot.order("set_scheme", scheme="light")
        pilot.order("shot", path=str(self._folder / f"{name}-light.png"))
        pilot.order("set_scheme", scheme="dark")

    def _end_engine(self) -> None:
        address = read_address(self._runtime)

        async def end() -> None:
            if address is not None:
                async with EngineClient(address, name="screenshots") as client:
                    await client.request(Shutdown(force=True))

        asyncio.run(end())


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    raise SystemExit(main())
