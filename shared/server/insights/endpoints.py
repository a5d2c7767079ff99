"""Routes for a creator's figures and advice."""

from typing import Annotated

from shared.schemas.common import ErrorCode, Id
from shared.schemas.insights import CoachAnswer, CoachRequest, Dashboard, Insights
from shared.schemas.roles import Permission
from shared.schemas.streams import StreamStats
from shared.server.http.routes import Router, SignedIn, provided
from shared.server.insights.service import InsightService

ROUTER = Router("insights")
Figures = Annotated[InsightService, provided(InsightService)]


@ROUTER.get(
    "/streams/{stream_id}/stats",
    needs=Permission.STREAM_LIMITED,
    errors=(ErrorCode.NOT_FOUND,),
    summary="What a stream brought",
)
async def stats(stream_id: Id, caller: SignedIn, figures: Figures) -> StreamStats:
    """For its creator and admins."""
    return await figures.stats(caller, stream_id)


@ROUTER.get("/users/{user_id}/dashboard", needs=Permission.STREAM_LIMITED, summary="My dashboard")
async def dashboard(user_id: Id, caller: SignedIn, figures: Figures) -> Dashboard:
    """Earnings, supporters, hours and plans; for oneself and admins."""
    return await figures.dashboard(caller, user_id)


@ROUTER.get("/users/{user_id}/insights", needs=Permission.STREAM_LIMITED, summary="My insights")
async def insights(user_id: Id, caller: SignedIn, figures: Figures) -> Insights:
    """Best times and tags so far, and how much that rests on; for oneself and admins."""
    return await figures.insights(caller, user_id)


@ROUTER.post("/ai/content-coach", needs=Permission.STREAM_LIMITED, summary="Advice on a title")
async def coach(body: CoachRequest, caller: SignedIn, figures: Figures) -> CoachAnswer:
    """By fixed rules over one's own figures; nothing leaves the server."""
    return await figures.coach(caller, body)
