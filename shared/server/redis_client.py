"""The Redis client, for what several processes share; only imported where it is used."""

from typing import Any

from shared.errors import Unavailable


def redis_client() -> Any:
    """The Redis client's module.

    Raises:
        Unavailable: it is not installed.
    """
    try:
        import redis.asyncio
    except ImportError:
        raise Unavailable(
            "TEEZU_REDIS_URL is set, but the Python package redis is not installed; "
            "install it or unset the variable.",
            code="REDIS_MISSING",
        ) from None
    return redis.asyncio
