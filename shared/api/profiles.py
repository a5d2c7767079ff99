"""Public profiles."""

from shared.api.calls import Calls
from shared.schemas.accounts import Profile, ProfilePatch, UserRef
from shared.schemas.administration import ComplianceKind, ComplianceRecord, ComplianceSubmit
from shared.schemas.common import Done, Page
from shared.schemas.privacy import Erasure, UserExport
from shared.schemas.streams import ContentItem


class Profiles:
    """`/users/{id}/profile` and `/follow`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def read(self, user_id: str) -> Profile:
        """One person's profile."""
        return await self._calls.get(f"/users/{user_id}/profile", Profile)

    async def change(self, user_id: str, patch: ProfilePatch) -> Profile:
        """Change one's own profile."""
        return await self._calls.patch(f"/users/{user_id}/profile", Profile, body=patch)

    async def follow(self, user_id: str) -> None:
        """Follow a person; again changes nothing."""
        await self._calls.post(f"/users/{user_id}/follow", Done)

    async def followers(
        self, user_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[UserRef]:
        """Who follows a person: one's own, or anybody's for admins."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get(f"/users/{user_id}/followers", Page[UserRef], params=params)

    async def content(
        self, user_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[ContentItem]:
        """What a creator made, newest first, as far as the caller may see it."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get(f"/users/{user_id}/content", Page[ContentItem], params=params)

    async def unfollow(self, user_id: str) -> None:
        """Follow no more."""
        await self._calls.delete(f"/users/{user_id}/follow", Done)

    async def export(self, user_id: str) -> UserExport:
        """Everything held of a person: oneself, or anybody for admins."""
        return await self._calls.get(f"/users/{user_id}/export", UserExport)

    async def erase(self, user_id: str) -> Erasure:
        """Be forgotten; the answer says what was erased and what must be kept."""
        return await self._calls.delete(f"/users/{user_id}", Erasure)

    async def submit_compliance(
        self, user_id: str, kind: ComplianceKind, request: ComplianceSubmit
    ) -> ComplianceRecord:
        """Hand in one's own compliance record."""
        path = f"/users/{user_id}/compliance/{kind.value}"
        return await self._calls.post(path, ComplianceRecord, body=request)
