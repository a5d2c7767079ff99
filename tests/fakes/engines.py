"""Fixtures of real engines: started as the product starts them, ended with the test.

A conftest that imports them offers them to its folder.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.shows import Launch, end_engine

from studio.engine.client import EngineClient, launch_or_adopt

__all__ = ["engine", "launch", "runtime_dir"]


@pytest.fixture
def runtime_dir(tmp_path: Path) -> Path:
    """The folder of one engine."""
    return tmp_path / "run"


@pytest.fixture
async def launch(runtime_dir: Path) -> AsyncIterator[Launch]:
    """Start or adopt the engine of `runtime_dir`; what was started ends with the test."""
    clients: list[EngineClient] = []

    async def start(**options: object) -> EngineClient:
        client = await launch_or_adopt(runtime_dir, **{"name": "test", "idle_s": 30.0, **options})
        clients.append(client)
        return client

    yield start
    for client in {client.pid: client for client in clients}.values():
        await end_engine(client)
    for client in clients:
        await client.close()


@pytest.fixture
async def engine(launch: Launch) -> EngineClient:
    """A fresh engine, connected."""
    return await launch()
