"""Seconds from the start of the process to a window that shows the cached state and can be used.

Each round starts the product as a person does, on a private screen, with the last evening in its
cache; the window counts once it is exposed, shows the cached state, and its loop is free again.
Rounds alternate between a server that answers and one that cannot be reached.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

_NOBODY = "http://127.0.0.1:9"
_START_S = 60.0


def main() -> int:
    """Run the rounds; the last line is one JSON object."""
    if sys.argv[1:2] == ["--inside"]:
        return _inside(sys.argv[2:])
    # Not at the top: the studio that is measured must not pay for a server's imports.
    from fakes.display import running_screen
    from fakes.server import server_process

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tz-bench-", ignore_cleanup_errors=True) as name,
        running_screen(size=(1280, 720), home=Path(name), window_manager=False) as screen,
        server_process(Path(name) / "server", demo=True) as server,
    ):
        home = Path(name)
        env = {**screen.env, **_private(home), "LANG": "C.UTF-8"}
        _write_cache(home / "cache" / "teezu-studio")
        (home / "run" / "engine").mkdir(mode=0o700)
        try:
            _once(server.url, env, home)  # compiles what was never imported here
            up, away = [], []
            for _ in range(given.rounds):
                up.append(_once(server.url, env, home))
                away.append(_once(_NOBODY, env, home))
                _say(f"server up {up[-1][0]:.3f} s, away {away[-1][0]:.3f} s")
        finally:
            _end_engine(home / "run" / "engine")
    _say(
        json.dumps(
            {
                "bench": "startup",
                "p50_s": _median(up, 0),
                "unreachable_p50_s": _median(away, 0),
                "cpu_p50_s": _median(up + away, 1),
                "max_s": round(max(up + away)[0], 3),
                "best_s": round(min(up + away)[0], 3),
                "rounds": given.rounds,
                "machine": f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}",
            }
        )
    )
    return 0


def _once(server: str, env: Mapping[str, str], home: Path) -> tuple[float, float]:
    """Start the studio and end it again; the seconds until it could be used, and its CPU's."""
    command = [sys.executable, __file__, "--inside", "--server", server]
    command += ["--runtime-dir", str(home / "run" / "engine")]
    began = time.monotonic()
    process = subprocess.Popen(command, env=dict(env), stdout=subprocess.PIPE, text=True)
    watchdog = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import os,time\ntime.sleep({_START_S})\nos.kill({process.pid}, 9)\n",
        ]
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the studio ended before its window could be used")
        at, cpu_s = map(float, line.split())
        process.terminate()
        process.communicate(timeout=_START_S)
    finally:
        watchdog.kill()
        watchdog.wait()
        if process.poll() is None:
            process.kill()
            process.wait()
    return at - began, cpu_s


def _inside(arguments: list[str]) -> int:
    """The product itself; tells when its window is exposed, filled and free."""
    from studio.__main__ import _services
    from studio.app import main as run_window

    def load() -> object:
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication

        qt = QApplication.instance()
        assert qt is not None
        QTimer.singleShot(0, qt, _tell_when_usable)
        return _services()

    return run_window(arguments, load)  # type: ignore[arg-type]


def _tell_when_usable() -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from studio.main_window import STUDIO, StudioWindow

    (window,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, StudioWindow))
    handle = window.windowHandle()
    if handle is None or not handle.isExposed():
        QTimer.singleShot(1, _tell_when_usable)
        return
    assert window.page == STUDIO, "the cached state is on screen"
    assert window.cockpit.feed.chat.row_count > 10
    # The expose event has painted the window; this runs once the loop is free after it.
    QTimer.singleShot(0, lambda: _say(f"{time.monotonic()} {time.process_time()}"))


def _write_cache(folder: Path) -> None:
    """The last evening, as the studio keeps it."""
    from shared.schemas.room import ChatMessage
    from studio.desk.memory import LastState, Memory

    at = datetime(2026, 11, 19, 22, 0, tzinfo=UTC)
    author = {
        "id": "0192d3b4-5c6d-7e8f-9a0b-000000000009",
        "display_name": "Noor",
        "role": "member",
    }
    messages = tuple(
        ChatMessage.model_validate(
            {
                "id": f"0192d3b4-5c6d-7e8f-9a0b-{number:012d}",
                "stream_id": "0192d3b4-5c6d-7e8f-9a0b-000000000000",
                "author": author,
                "text": f"What a lovely evening, number {number}",
                "at": at,
            }
        )
        for number in range(60)
    )
    folder.mkdir(parents=True, exist_ok=True)
    Memory(folder).keep_last_state(
        LastState(user_id=author["id"], name="Mila", role="creator", messages=messages)
    )


def _private(home: Path) -> dict[str, str]:
    places = {"HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    for variable, folder in (
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_RUNTIME_DIR", "run"),
    ):
        (home / folder).mkdir(mode=0o700, exist_ok=True)
        places[variable] = str(home / folder)
    return places


def _end_engine(runtime: Path) -> None:
    from studio.engine.client import EngineClient
    from studio.engine.protocol import Shutdown
    from studio.engine.runtime import read_address

    address = read_address(runtime)

    async def end() -> None:
        if address is not None:
            async with EngineClient(address, name="benchmark") as client:
                await client.request(Shutdown(force=True))

    asyncio.run(end())


def _median(runs: list[tuple[float, float]], part: int) -> float:
    return round(statistics.median(run[part] for run in runs), 3)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
