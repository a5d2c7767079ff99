"""A demo platform for journeys through every real part."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.server import ServerProcess, server_process


@pytest.fixture
def demo_server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A fresh reference server with demo accounts, in a process of its own."""
    with server_process(tmp_path / "data", demo=True) as server:
        yield server
