"""A real server in the test's loop, people to use it, and a folder that makes nobody wait."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fakes.people import Town, town
from fakes.postgres import Postgres, running_postgres
from fakes.server import LocalServer, local_server, quick_settings

_MEMORY = Path("/dev/shm")
_ENOUGH_BYTES = 2 * 1024**3
"""A container's folder in memory may have 64 MB, which some tests fill."""


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a server waits for the disk at every commit.

    What a write waits for is proven in db/test_durable.py, on whatever disk there is.
    """
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ENOUGH_BYTES:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="tz-", dir=_MEMORY, ignore_cleanup_errors=True) as name:
        yield Path(name)


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL; every test or module asks it for a database of its own."""
    with running_postgres() as server:
        yield server
