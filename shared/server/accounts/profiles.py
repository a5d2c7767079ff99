"""Routes for public profiles and following."""

from typing import Annotated

from fastapi import Query

from shared.schemas.accounts import Profile, ProfilePatch, UserRef
from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, Done, ErrorCode, Id, Page
from shared.schemas.roles import Permission
from shared.server.accounts.people import People
from shared.server.core import Core
from shared.server.http.errors import forbidden
from shared.server.http.routes import Access, Router, SignedIn, provided

ROUTER = Router("profiles")
Everybody = Annotated[People, provided(People)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
Parts = Annotated[Core, provided(Core)]


@ROUTER.get(
    "/users/{user_id}/profile",
    needs=Permission.VIEW_SAFE,
    errors=(ErrorCode.NOT_FOUND,),
    summary="A public profile",
)
async def profile(user_id: Id, people: Everybody, core: Parts) -> Profile:
    """What everybody may see of a person."""
    async with core.db.read() as db:
        return await people.profile(db, user_id)


@ROUTER.patch(
    "/users/{user_id}/profile",
    needs=Access.SIGNED_IN,
    errors=(ErrorCode.NOT_FOUND, ErrorCode.FORBIDDEN),
    summary="Change my profile",
)
async def change_profile(
    user_id: Id, body: ProfilePatch, caller: SignedIn, people: Everybody, core: Parts
) -> Profile:
    """Only one's own."""
    if user_id != caller.user_id:
        raise forbidden()
    await people.change_profile(caller, body)
    async with core.db.read() as db:
        return await people.profile(db, user_id)


@ROUTER.post(
    "/users/{user_id}/follow",
    needs=Permission.FOLLOW,
    errors=(ErrorCode.NOT_FOUND,),
    summary="Follow a person",
)
async def follow(user_id: Id, caller: SignedIn, people: Everybody) -> Done:
    """Following again changes nothing."""
    await people.follow(caller, user_id)
    return Done()


@ROUTER.delete("/users/{user_id}/follow", needs=Permission.FOLLOW, summary="Follow no more")
async def unfollow(user_id: Id, caller: SignedIn, people: Everybody) -> Done:
    """Not following changes nothing."""
    await people.unfollow(caller, user_id)
    return Done()


@ROUTER.get(
    "/users/{user_id}/followers",
    needs=Access.SIGNED_IN,
    errors=(ErrorCode.FORBIDDEN,),
    summary="Who follows me",
)
async def followers(
    user_id: Id,
    caller: SignedIn,
    people: Everybody,
    cursor: Id | None = None,
    limit: Limit = DEFAULT_PAGE,
) -> Page[UserRef]:
    """Newest accounts first; for oneself and for admins."""
    return await people.followers(caller, user_id, cursor, limit)
