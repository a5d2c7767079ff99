"""Reports by members."""

from shared.api.calls import Calls
from shared.schemas.common import Page
from shared.schemas.moderation import Report, ReportCreate


class Reports:
    """`/reports`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def create(self, report: ReportCreate, *, key: str | None = None) -> Report:
        """Report a message, a person or a stream."""
        return await self._calls.post("/reports", Report, body=report, key=key)

    async def mine(self, *, cursor: str | None = None, limit: int | None = None) -> Page[Report]:
        """What the signed-in person reported, and what became of it."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get("/reports/mine", Page[Report], params=params)
