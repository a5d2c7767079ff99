"""A real server in the test's loop, and people to use it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.people import Town, town
from fakes.server import LocalServer, local_server, quick_settings


@pytest.fixture
async def local(tmp_path: Path) -> AsyncIterator[LocalServer]:
    """A server with every area on a free port, rate limits off."""
    async with local_server(quick_settings(tmp_path / "data")) as server:
        yield server


@pytest.fixture
async def people(local: LocalServer) -> AsyncIterator[Town]:
    """People of `local`."""
    async with town(local) as made:
        yield made
