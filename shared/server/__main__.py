"""The command `teezu-server`: serve, `simulate` an audience, or `restore` a backup."""

import argparse
import asyncio
import gc
import importlib
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.errors import AppError
from shared.server import logs
from shared.server.db.restoring import fetched, restore_all
from shared.server.serving import loop_factory, serve
from shared.server.settings import Settings

_SWITCH_INTERVAL_S = 0.0005
"""Database threads wait for the interpreter no longer than this behind a busy loop."""


def _address(text: str) -> tuple[str, int]:
    host, separator, port = text.rpartition(":")
    if not separator or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT, such as 127.0.0.1:8700")
    return host.strip("[]") or "127.0.0.1", int(port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="teezu-server",
        description="The Teezu reference server: accounts, rooms, money, ingest and playback.",
        epilog="`teezu-server simulate --help` tells how to fill a room with viewers; "
        "`teezu-server restore FILE --data DIR` puts a backup back.",
    )
    parser.add_argument("--data", type=Path, help="folder of everything to keep (default: data)")
    parser.add_argument(
        "--http",
        type=_address,
        default=("127.0.0.1", 8700),
        metavar="HOST:PORT",
        help="where to serve the API (default 127.0.0.1:8700; port 0 picks a free one)",
    )
    parser.add_argument(
        "--rtmp",
        type=_address,
        default=("127.0.0.1", 1935),
        metavar="HOST:PORT",
        help="where to take broadcasts (default 127.0.0.1:1935; port 0 picks a free one)",
    )
    parser.add_argument("--demo", action="store_true", default=None, help="make demo accounts")
    parser.add_argument(
        "--demo-size",
        choices=("small", "large"),
        help="with --demo: `large` makes half a year of a grown platform first, once",
    )
    parser.add_argument(
        "--limits",
        choices=("standard", "off"),
        help="`off` lifts the rate limits: for tests and benchmarks only",
    )
    parser.add_argument("--log-level", choices=("debug", "info", "warning"), default="info")
    return parser


def _restore(arguments: Sequence[str]) -> int:
    """Put a backup back; the replaced database is kept beside it."""
    parser = argparse.ArgumentParser(
        prog="teezu-server restore",
        description="Put a backup back: the database, the files of evidence, and the server's "
        "secret where it is gone. All of it is checked before anything is changed.",
    )
    parser.add_argument(
        "file",
        type=Path,
        help="the backup, such as data/backups/teezu-*.sqlite3, or its name in TEEZU_STORE_URL",
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="the server's data folder")
    options = parser.parse_args(arguments)
    os.umask(0o077)
    settings = Settings(data=options.data)
    try:
        with tempfile.TemporaryDirectory(prefix="teezu-restore-") as folder:
            file = fetched(options.file, settings, Path(folder))
            done = restore_all(file, settings, datetime.now(UTC))
    except AppError as error:
        print(f"teezu-server: {error}", file=sys.stderr)  # noqa: T201 - for the terminal
        return 2
    print(f"Restored {options.file}.")  # noqa: T201 - for the terminal
    for note in done.notes:
        print(note)  # noqa: T201 - for the terminal
    if done.kept is not None:
        print(f"The database it replaces is kept as {done.kept}.")  # noqa: T201 - for the terminal
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit code is 2 when the server cannot start."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["simulate"]:
        # A program of its own: serving needs none of it, and it none of the server.
        program = importlib.import_module("shared.server.simulator")
        return int(program.main(arguments[1:]))
    if arguments == ["ingest-worker"]:  # how a frozen server starts its own worker
        return int(importlib.import_module("shared.server.ingest.worker").main() or 0)
    if arguments[:1] == ["restore"]:
        return _restore(arguments[1:])
    options = _parser().parse_args(arguments)
    logs.set_up(options.log_level)
    os.umask(0o077)  # what we keep is for this account only
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    given: dict[str, Any] = {
        name: value
        for name in ("data", "demo", "demo_size", "limits")
        if (value := getattr(options, name)) is not None
    }
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(
                serve(Settings(**given), http=options.http, rtmp=options.rtmp, ready=sys.stdout)
            )
    except AppError as error:
        print(f"teezu-server: {error}", file=sys.stderr)  # noqa: T201 - for the terminal
        return 2
    finally:
        gc.freeze()  # all is closed; looking for garbage in what is left takes over a second
    return 0


if __name__ == "__main__":
    sys.exit(main())
