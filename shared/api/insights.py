"""A creator's figures and advice."""

from shared.api.calls import Calls
from shared.schemas.insights import CoachAnswer, CoachRequest, Dashboard, Insights


class InsightsApi:
    """`/users/{id}/dashboard`, `/users/{id}/insights`, `/ai/content-coach`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def dashboard(self, user_id: str) -> Dashboard:
        """Private figures: one's own, or anybody's for admins."""
        return await self._calls.get(f"/users/{user_id}/dashboard", Dashboard)

    async def read(self, user_id: str) -> Insights:
        """What worked so far."""
        return await self._calls.get(f"/users/{user_id}/insights", Insights)

    async def coach(self, request: CoachRequest) -> CoachAnswer:
        """Advice on a title and its tags."""
        return await self._calls.post("/ai/content-coach", CoachAnswer, body=request)
