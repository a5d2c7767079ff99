"""Goals, tip menu and mood of a show."""

from shared.api.calls import Calls
from shared.schemas.common import Done
from shared.schemas.moods import Mood, MoodStrip, MoodVote
from shared.schemas.show import Goal, GoalCreate, GoalPatch, TipMenu, TipMenuPut


class Show:
    """`/streams/{id}/goals`, `/mood`, `/mood-vote` and `/users/{id}/tip-menu`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def create_goal(
        self, stream_id: str, goal: GoalCreate, *, key: str | None = None
    ) -> Goal:
        """Add a goal to the stream."""
        return await self._calls.post(f"/streams/{stream_id}/goals", Goal, body=goal, key=key)

    async def change_goal(self, stream_id: str, goal_id: str, patch: GoalPatch) -> Goal:
        """Change a goal at the version last seen."""
        return await self._calls.patch(f"/streams/{stream_id}/goals/{goal_id}", Goal, body=patch)

    async def delete_goal(self, stream_id: str, goal_id: str) -> None:
        """Take a goal away."""
        await self._calls.delete(f"/streams/{stream_id}/goals/{goal_id}", Done)

    async def tip_menu(self, user_id: str) -> TipMenu:
        """A creator's tip menu."""
        return await self._calls.get(f"/users/{user_id}/tip-menu", TipMenu)

    async def put_tip_menu(self, user_id: str, menu: TipMenuPut) -> TipMenu:
        """Replace the whole tip menu."""
        return await self._calls.put(f"/users/{user_id}/tip-menu", TipMenu, body=menu)

    async def mood(self, stream_id: str) -> MoodStrip:
        """The room's mood now."""
        return await self._calls.get(f"/streams/{stream_id}/mood", MoodStrip)

    async def vote_mood(self, stream_id: str, mood: Mood, *, key: str | None = None) -> MoodStrip:
        """Vote for the room's mood."""
        return await self._calls.post(
            f"/streams/{stream_id}/mood-vote", MoodStrip, body=MoodVote(mood=mood), key=key
        )
