"""Passwords: bcrypt in a few threads of its own, so that a burst of logins blocks nobody."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import bcrypt

MAX_BYTES = 72
"""bcrypt reads no further; a longer password is refused rather than cut."""


def hash_password(password: str, cost: int) -> str:
    """The password's bcrypt hash. Blocks for about 0.2 s at cost 12."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(cost)).decode()


class Passwords:
    """Hashes and verifies off the loop. Call `close` at the end."""

    def __init__(self, *, cost: int, threads: int) -> None:
        self._cost = cost
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="password")
        self._dummy: str | None = None

    async def hash(self, password: str) -> str:
        """The password's hash."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, hash_password, password, self._cost)

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Whether the password is right; as slow when there is no account as when there is."""
        if hashed is None:
            if self._dummy is None:
                self._dummy = await self.hash("nobody's password")
            await self._check(password, self._dummy)
            return False
        return await self._check(password, hashed)

    async def _check(self, password: str, hashed: str) -> bool:
        given = password.encode("utf-8", "replace")
        if len(given) > MAX_BYTES:
            given, hashed = given[:MAX_BYTES], hashed[:-1] + ("." if hashed[-1] != "." else "/")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, bcrypt.checkpw, given, hashed.encode())

    def close(self) -> None:
        """End the threads; what still hashes is waited for, what waits is dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)
