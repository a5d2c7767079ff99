"""Remote control: one action of the studio by name, for key pads, scripts and desktop shortcuts.

`teezu-studio do panic` reaches the engine that runs, with or without a window. `panic`, `freeze`,
`dump`, `chapter` and `keyframe` are the engine's own; every other action (`record`, `save-replay`,
`go-live` ... as the list of keys names them) is done by the window. It says nothing and returns 0
when it was passed on.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from shared.errors import AppError, InvalidInput, Unavailable
from studio.engine.client import EngineClient
from studio.engine.protocol import PROTOCOL_VERSION, PressAction
from studio.engine.runtime import default_runtime_dir, read_address

_TIMEOUT_S = 3.0


def main(argv: Sequence[str]) -> int:
    """Do one action; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="teezu-studio do", description="Do one action of the studio that runs."
    )
    parser.add_argument("action", help="panic, freeze, dump, chapter, record, go-live ...")
    parser.add_argument("--runtime-dir", metavar="D", type=Path, help="where the engine is found")
    given = parser.parse_args(list(argv))
    try:
        command = PressAction(action=given.action)
    except ValidationError:
        return _refuse(InvalidInput(f"There is no action {given.action}; see the list of keys."))
    try:
        asyncio.run(_press(command, given.runtime_dir or default_runtime_dir()))
    except AppError as error:
        return _refuse(error)
    return 0


async def _press(command: PressAction, folder: Path) -> None:
    address = read_address(folder)
    if address is None or address.protocol != PROTOCOL_VERSION:
        raise Unavailable("No studio runs here; start it first.", code="ENGINE_GONE")
    async with EngineClient(address, name="remote control") as client:
        await client.request(command, timeout_s=_TIMEOUT_S)


def _refuse(error: AppError) -> int:
    sys.stderr.write(f"{error.message}\n")
    return 3
