"""Where files live that several server processes share: a folder, or an S3 store.

By default all stays in the data folder. With `TEEZU_STORE_URL` (`s3://bucket/prefix`, with
`TEEZU_STORE_ENDPOINT` for a store of one's own such as Garage or SeaweedFS, or `file:///folder`)
segments, thumbnails, evidence and backups go there, and every process can read them.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
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
        self._under_way: set[asyncio.Task[Any]] = set()
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

    async def aclose(self) -> None:
        """Wait for what is still under way; the store takes nothing back."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_TIMEOUT_S)

    async def put(self, key: str, content: bytes) -> None:
        """Keep the content under the key.

        Raises:
            Unavailable: the store does not take it.
        """
        async with _bounded(_TIMEOUT_S):
            await self._whole(_put(self._store, key, content))

    async def put_file(self, key: str, path: Path) -> None:
        """Keep a file's content, in parts where it is large.

        Raises:
            Unavailable: the store does not take it, or the file has gone.
        """
        async with _bounded(_FILE_TIMEOUT_S):
            await self._whole(_put(self._store, key, path))

    async def get(self, key: str) -> bytes | None:
        """The content under the key; None where there is none.

        Raises:
            Unavailable: the store does not answer.
        """
        async with _bounded(_TIMEOUT_S):
            return await self._whole(_get(self._store, key))

    async def get_file(self, key: str, path: Path) -> bool:
        """Write the content under the key to a file, piece by piece; False where there is none.

        Raises:
            Unavailable: the store does not answer, or the file cannot be written.
        """
        async with _bounded(_FILE_TIMEOUT_S):
            return await self._whole(_get_file(self._store, key, path))

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove what is there of these.

        Raises:
            Unavailable: the store does not answer.
        """
        for key in keys:
            async with _bounded(_TIMEOUT_S):
                await self._whole(_delete(self._store, key))

    async def under(self, prefix: str) -> list[Stored]:
        """All objects whose keys begin with this folder.

        Raises:
            Unavailable: the store does not answer.
        """
        async with _bounded(_TIMEOUT_S):
            found = await self._whole(_under(self._store, prefix))
        return sorted(found, key=lambda each: each.key)

    async def _whole[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Let the work come to its end even when who waits for it is cancelled.

        The library calls the loop from threads of its own: it must still be there.
        """
        task = asyncio.create_task(work, name="object store")
        self._under_way.add(task)
        task.add_done_callback(self._on_done)
        return await asyncio.shield(task)

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # told to who waits; when nobody does, nobody is to be told


async def _put(store: Store, key: str, content: bytes | Path) -> None:
    await obstore.put_async(store, key, content)


async def _get(store: Store, key: str) -> bytes | None:
    try:
        found = await obstore.get_async(store, key)
        return bytes(await found.bytes_async())
    except (NotFoundError, FileNotFoundError):
        return None


async def _get_file(store: Store, key: str, path: Path) -> bool:
    try:
        found = await obstore.get_async(store, key)
    except (NotFoundError, FileNotFoundError):
        return False
    with path.open("wb") as file:
        async for piece in found.stream():
            await asyncio.to_thread(file.write, piece)
    return True


async def _delete(store: Store, key: str) -> None:
    with suppress(NotFoundError, FileNotFoundError):
        await obstore.delete_async(store, key)


async def _under(store: Store, prefix: str) -> list[Stored]:
    found: list[Stored] = []
    async for chunk in obstore.list(store, prefix=prefix):
        found += [Stored(each["path"], each["size"], each["last_modified"]) for each in chunk]
    return found


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
