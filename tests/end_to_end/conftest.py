"""A demo platform and a private engine's folder for journeys through every real part."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from fakes.server import ServerProcess, server_process

from studio.engine.runtime import read_address

_END_S = 10.0


@pytest.fixture
def demo_server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A fresh reference server with demo accounts, in a process of its own."""
    with server_process(tmp_path / "data", demo=True) as server:
        yield server


@pytest.fixture
def engine_folder(tmp_path: Path) -> Iterator[Path]:
    """A runtime folder; the engine that a window started there is ended after the test.

    An engine outlives its window by design, so the windows of a test leave theirs behind.
    """
    folder = tmp_path / "run"
    yield folder
    address = read_address(folder)
    if address is None:
        return
    try:
        engine = psutil.Process(address.pid)
    except psutil.NoSuchProcess:
        return
    engine.terminate()
    try:
        engine.wait(_END_S)
    except psutil.TimeoutExpired:
        engine.kill()
        raise
