"""Whether a server is there and well."""

from shared.api.calls import Calls
from shared.schemas.admin import Health


class ServerHealth:
    """`/health`, which stands outside the versioned path."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def read(self) -> Health:
        """The server's own word on its parts; one that is not well still answers."""
        return await self._calls.get("/health", Health, prefix="", welcome=frozenset({503}))

    async def metrics(self) -> str:
        """The server's figures in Prometheus' text format, for admins."""
        return (await self._calls.send("GET", "/metrics", prefix="")).text
