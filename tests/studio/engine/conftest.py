"""Real engines for tests: started as the product starts them, ended with the test or module."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fakes.engines import engine, launch, runtime_dir
from fakes.shows import end_engine, put_to_rest

from studio.engine.client import EngineClient, launch_or_adopt
from studio.engine.launch import start_engine

__all__ = ["engine", "launch", "runtime_dir"]


@pytest.fixture(scope="module")
def module_runtime_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the engine that tests of one module share; it ends with the module."""
    folder, home = tmp_path_factory.mktemp("run"), str(tmp_path_factory.mktemp("home"))
    places = ("CONFIG_HOME", "DATA_HOME", "CACHE_HOME", "STATE_HOME", "RUNTIME_DIR")

    async def end() -> None:
        await end_engine(await launch_or_adopt(folder))

    with pytest.MonkeyPatch.context() as patch:
        for variable in ("HOME", *(f"XDG_{place}" for place in places)):
            patch.setenv(variable, home)
        start_engine(folder, idle_s=60.0)
        yield folder
        asyncio.run(end())


@pytest.fixture
async def rested_engine(module_runtime_dir: Path) -> AsyncIterator[EngineClient]:
    """The engine of the module, as if it were fresh: off air, nothing hidden, no sources.

    One that a test has broken or cannot be put to rest is ended; the next test gets another.
    """
    client = await launch_or_adopt(module_runtime_dir, name="test", idle_s=60.0)
    yield client
    if client.is_closed:
        await end_engine(client)
        pytest.fail("the engine did not survive the test", pytrace=False)
    try:
        await put_to_rest(client)
    except BaseException:
        await end_engine(client)
        raise
    await client.close()
