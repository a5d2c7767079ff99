"""Teezer, the creator's AI stand-in."""

from shared.api.calls import Calls
from shared.schemas.teezer import (
    Suggestions,
    SuggestRequest,
    Teezer,
    TeezerPatch,
    TeezerSchedule,
)


class TeezerApi:
    """`/users/{id}/teezer` and `/ai/suggest`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def read(self, user_id: str) -> Teezer:
        """A creator's Teezer as it is now."""
        return await self._calls.get(f"/users/{user_id}/teezer", Teezer)

    async def change(self, user_id: str, patch: TeezerPatch) -> Teezer:
        """Switch it on or off, or change its persona."""
        return await self._calls.patch(f"/users/{user_id}/teezer", Teezer, body=patch)

    async def put_schedule(self, user_id: str, schedule: TeezerSchedule) -> Teezer:
        """Replace the week's slots."""
        return await self._calls.put(f"/users/{user_id}/teezer/schedule", Teezer, body=schedule)

    async def train(self, user_id: str, *, key: str | None = None) -> Teezer:
        """Learn from the creator's own past messages."""
        return await self._calls.post(f"/users/{user_id}/teezer/train", Teezer, key=key)

    async def suggest(self, request: SuggestRequest, *, key: str | None = None) -> Suggestions:
        """Replies that the creator may edit and send."""
        return await self._calls.post("/ai/suggest", Suggestions, body=request, key=key)
