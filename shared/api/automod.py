"""Keeping a room calm: slow mode, shield mode, messages that wait."""

from shared.api.calls import Calls
from shared.schemas.automod import ChatMode, HeldMessage, ShieldRequest, SlowModeRequest
from shared.schemas.common import Page


class Automod:
    """What of `/streams` and `/moderation` stands between a message and its room."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def slow_mode(self, stream_id: str, seconds: int) -> ChatMode:
        """How long a person waits between two messages; 0 is not at all."""
        return await self._calls.post(
            f"/streams/{stream_id}/slow-mode", ChatMode, body=SlowModeRequest(seconds=seconds)
        )

    async def shield(self, stream_id: str, *, enabled: bool) -> ChatMode:
        """Raise the shield or lower it."""
        return await self._calls.post(
            f"/streams/{stream_id}/shield", ChatMode, body=ShieldRequest(enabled=enabled)
        )

    async def held(
        self, stream_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[HeldMessage]:
        """Messages that wait in a room, oldest first."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get(f"/streams/{stream_id}/held", Page[HeldMessage], params=params)

    async def held_anywhere(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[HeldMessage]:
        """Messages that wait in all rooms, for moderators."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get("/moderation/held", Page[HeldMessage], params=params)

    async def release(self, stream_id: str, held_id: str) -> HeldMessage:
        """Let a message into its room."""
        return await self._calls.post(f"/streams/{stream_id}/held/{held_id}/release", HeldMessage)

    async def deny(self, stream_id: str, held_id: str) -> HeldMessage:
        """Keep a message out of its room."""
        return await self._calls.post(f"/streams/{stream_id}/held/{held_id}/deny", HeldMessage)
