"""Public profiles."""

from shared.api.calls import Calls
from shared.schemas.accounts import Profile


class Profiles:
    """`/users/{id}/profile`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def read(self, user_id: str) -> Profile:
        """One person's profile."""
        return await self._calls.get(f"/users/{user_id}/profile", Profile)
