"""What the audience moves, and the consent log."""

from shared.api.calls import Calls
from shared.schemas.common import Done, Page
from shared.schemas.consent import ConsentCreate, ConsentEntry, SafeWord
from shared.schemas.stage import (
    Achievement,
    Duel,
    DuelCreate,
    DuelVote,
    Spin,
    SpinRequest,
    StageAction,
    StageAnswer,
    StageRequest,
    Unlockable,
    UnlockableCreate,
    Wheel,
)
from shared.schemas.streams import Stream


class Stage:
    """`/streams/{id}/actions`, `/unlockables`, `/duels`, `/spin`, `/consent`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def actions(self, stream_id: str) -> Page[StageAction]:
        """The queue of actions, first come first."""
        return await self._calls.get(f"/streams/{stream_id}/actions", Page[StageAction])

    async def request_action(
        self, stream_id: str, request: StageRequest, *, key: str | None = None
    ) -> StageAnswer:
        """Queue an action of one's own stream, or vote for a line of the tip menu."""
        path = f"/streams/{stream_id}/actions"
        return await self._calls.post(path, StageAnswer, body=request, key=key)

    async def action_done(self, stream_id: str, action_id: str) -> StageAction:
        """Tick an action off."""
        path = f"/streams/{stream_id}/actions/{action_id}/done"
        return await self._calls.post(path, StageAction)

    async def unlockables(self, stream_id: str) -> Page[Unlockable]:
        """What the room can open together."""
        return await self._calls.get(f"/streams/{stream_id}/unlockables", Page[Unlockable])

    async def create_unlockable(
        self, stream_id: str, request: UnlockableCreate, *, key: str | None = None
    ) -> Unlockable:
        """Offer something to unlock."""
        path = f"/streams/{stream_id}/unlockables"
        return await self._calls.post(path, Unlockable, body=request, key=key)

    async def duels(self, stream_id: str) -> Page[Duel]:
        """A room's running duel and the offers that stand."""
        return await self._calls.get(f"/streams/{stream_id}/duels", Page[Duel])

    async def challenge(
        self, stream_id: str, request: DuelCreate, *, key: str | None = None
    ) -> Duel:
        """Challenge another room, or answer its challenge."""
        path = f"/streams/{stream_id}/duels"
        return await self._calls.post(path, Duel, body=request, key=key)

    async def vote_duel(self, duel_id: str, stream_id: str, *, key: str | None = None) -> Duel:
        """Vote for one side."""
        request = DuelVote(stream_id=stream_id)
        return await self._calls.post(f"/duels/{duel_id}/vote", Duel, body=request, key=key)

    async def wheel(self, stream_id: str) -> Wheel:
        """The wheel and its odds."""
        return await self._calls.get(f"/streams/{stream_id}/spin", Wheel)

    async def spin(self, stream_id: str, tokens: int, *, key: str | None = None) -> Spin:
        """Spin it, for a tip."""
        request = SpinRequest(tokens=tokens)
        return await self._calls.post(f"/streams/{stream_id}/spin", Spin, body=request, key=key)

    async def achievements(self, user_id: str) -> Page[Achievement]:
        """What a person reached."""
        return await self._calls.get(f"/users/{user_id}/achievements", Page[Achievement])

    async def consent(
        self, stream_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[ConsentEntry]:
        """The consent log, newest first."""
        params = {"cursor": cursor, "limit": limit}
        path = f"/streams/{stream_id}/consent"
        return await self._calls.get(path, Page[ConsentEntry], params=params)

    async def log_consent(
        self, stream_id: str, request: ConsentCreate, *, key: str | None = None
    ) -> ConsentEntry:
        """Add an entry about oneself."""
        path = f"/streams/{stream_id}/consent"
        return await self._calls.post(path, ConsentEntry, body=request, key=key)

    async def set_safe_word(self, user_id: str, request: SafeWord) -> None:
        """Set one's own safe word."""
        await self._calls.put(f"/users/{user_id}/safe-word", Done, body=request)

    async def say_safe_word(self, stream_id: str, request: SafeWord) -> Stream:
        """Take one's own stream's picture away at once."""
        return await self._calls.post(f"/streams/{stream_id}/safe-word", Stream, body=request)
