"""Where files live that several server processes share: a folder, or an S3 store.

By default all stays in the data folder. With `TEEZU_STORE_URL` (`s3://bucket/prefix`, with
`TEEZU_STORE_ENDPOINT` for a store of one's own such as Garage or SeaweedFS, or `file:///folder`)
segments, thumbnails, evidence and backups go there, and every process can read them.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, MemoryStore, S3Store

from shared.errors import InvalidInput, Unavailable
from shared.server.settings import Settings

FOLDER = "objects"
_TIMEOUT_S = 30.0
_FILE_TIMEOUT_S = 900.0
_CLIENT: Any = {"timeout": timedelta(seconds=20), "connect_timeout": timedelta(seconds=5)}
_RETRY: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}

type Store = LocalStore | MemoryStore | S3Store


@dataclass(frozen=True, slots=True)
class Stored:
    """One object in the store."""

    key: str
    size_bytes: int
    at: datetime


class Objects:
    """Objects by their keys, such as `evidence/CASE.json`; a key is never a person's words."""

    def __init__(self, store: Store, *, is_shared: bool) -> None:
        self._store = store
        self.is_shared = is_shared
        """Whether other processes see it, too."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The store that the settings name.

        Raises:
            InvalidInput: the address is none of a store we speak to.
        """
        url = settings.store_url
        if not url:
            folder = settings.data / FOLDER
            return cls(LocalStore(folder, mkdir=True, automatic_cleanup=True), is_shared=False)
        scheme = url.partition("://")[0]
        try:
            if scheme == "file":
                return cls(
                    LocalStore.from_url(url, mkdir=True, automatic_cleanup=True), is_shared=True
                )
            if scheme == "memory":
                return cls(MemoryStore(), is_shared=True)
            if scheme == "s3":
                return cls(_s3(settings), is_shared=True)
        except (BaseError, ValueError) as error:
            raise _unusable() from error
        raise _unusable()

    async def put(self, key: str, content: bytes) -> None:
        """Keep the content under the key.

        Raises:
            Unavailable: the store does not take it.
        """
        async with _bounded(_TIMEOUT_S):
            await obstore.put_async(self._store, key, content)

    async def put_file(self, key: str, path: Path) -> None:
        """Keep a file's content, in parts where it is large.

        Raises:
            Unavailable: the store does not take it, or the file has gone.
        """
        async with _bounded(_FILE_TIMEOUT_S):
            await obstore.put_async(self._store, key, path)

    async def get(self, key: str) -> bytes | None:
        """The content under the key; None where there is none.

        Raises:
            Unavailable: the store does not answer.
        """
        async with _bounded(_TIMEOUT_S):
            try:
                found = await obstore.get_async(self._store, key)
                return bytes(await found.bytes_async())
            except (NotFoundError, FileNotFoundError):
                return None

    async def get_file(self, key: str, path: Path) -> bool:
        """Write the content under the key to a file, piece by piece; False where there is none.

        Raises:
            Unavailable: the store does not answer, or the file cannot be written.
        """
        async with _bounded(_FILE_TIMEOUT_S):
            try:
                found = await obstore.get_async(self._store, key)
            except (NotFoundError, FileNotFoundError):
                return False
            with path.open("wb") as file:
                async for piece in found.stream():
                    await asyncio.to_thread(file.write, piece)
            return True

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove what is there of these.

        Raises:
            Unavailable: the store does not answer.
        """
        for key in keys:
            async with _bounded(_TIMEOUT_S):
                try:
                    await obstore.delete_async(self._store, key)
                except (NotFoundError, FileNotFoundError):
                    continue

    async def under(self, prefix: str) -> list[Stored]:
        """All objects whose keys begin with this folder.

        Raises:
            Unavailable: the store does not answer.
        """
        found: list[Stored] = []
        async with _bounded(_TIMEOUT_S):
            async for chunk in obstore.list(self._store, prefix=prefix):
                found += [
                    Stored(each["path"], each["size"], each["last_modified"]) for each in chunk
                ]
        return sorted(found, key=lambda each: each.key)


def _s3(settings: Settings) -> S3Store:
    config: Any = {"region": settings.store_region}
    client: Any = dict(_CLIENT)
    if settings.store_endpoint:
        config["endpoint"] = settings.store_endpoint
        client["allow_http"] = settings.store_endpoint.startswith("http://")
    if settings.store_access_key.get_secret_value():
        config["access_key_id"] = settings.store_access_key.get_secret_value()
        config["secret_access_key"] = settings.store_secret_key.get_secret_value()
    return S3Store.from_url(
        settings.store_url, config=config, client_options=client, retry_config=_RETRY
    )


def _unusable() -> InvalidInput:
    return InvalidInput(
        "TEEZU_STORE_URL names no store we can use; give s3://BUCKET/PREFIX or file:///FOLDER.",
        code="STORE_UNUSABLE",
    )


@asynccontextmanager
async def _bounded(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except (BaseError, OSError, TimeoutError) as error:
        # The error's own words may hold addresses and keys: its kind is enough.
        raise Unavailable(
            f"The object store does not answer as it should ({type(error).__name__}); "
            "check TEEZU_STORE_URL, its keys and the network.",
            code="STORE_UNAVAILABLE",
        ) from None
