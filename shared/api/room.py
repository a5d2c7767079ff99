"""Chat and discipline of one stream's room."""

from shared.api.calls import Calls
from shared.schemas.common import Done, Page
from shared.schemas.room import ChatMessage, ChatSend, Restriction, RestrictionRequest


class Room:
    """`/streams/{id}/chat`, `/mute`, `/ban`, `/restrictions`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def history(
        self, stream_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[ChatMessage]:
        """Stored messages, newest page first."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get(f"/streams/{stream_id}/chat", Page[ChatMessage], params=params)

    async def send(
        self, stream_id: str, text: str, *, reply_to: str | None = None, key: str | None = None
    ) -> ChatMessage:
        """Say something in the room."""
        body = ChatSend(text=text, reply_to=reply_to)
        return await self._calls.post(f"/streams/{stream_id}/chat", ChatMessage, body=body, key=key)

    async def delete(self, stream_id: str, message_id: str) -> None:
        """Take a message out of the room."""
        await self._calls.delete(f"/streams/{stream_id}/chat/{message_id}", Done)

    async def mute(
        self, stream_id: str, request: RestrictionRequest, *, key: str | None = None
    ) -> Restriction:
        """Silence a person in this room."""
        return await self._calls.post(
            f"/streams/{stream_id}/mute", Restriction, body=request, key=key
        )

    async def ban(
        self, stream_id: str, request: RestrictionRequest, *, key: str | None = None
    ) -> Restriction:
        """Keep a person out of this room."""
        return await self._calls.post(
            f"/streams/{stream_id}/ban", Restriction, body=request, key=key
        )

    async def restrictions(
        self, stream_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[Restriction]:
        """Mutes and bans in force."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get(
            f"/streams/{stream_id}/restrictions", Page[Restriction], params=params
        )
