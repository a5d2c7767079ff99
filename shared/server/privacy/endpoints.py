"""Routes for a person's own data: have it all, have it gone."""

from typing import Annotated

from shared.schemas.common import ErrorCode, Id
from shared.schemas.privacy import Erasure, UserExport
from shared.server.http.routes import Access, Router, SignedIn, provided
from shared.server.privacy.erasure import ErasureService
from shared.server.privacy.export import ExportService

ROUTER = Router("privacy")
Erasing = Annotated[ErasureService, provided(ErasureService)]
Exporting = Annotated[ExportService, provided(ExportService)]
_OWN = (ErrorCode.NOT_FOUND, ErrorCode.FORBIDDEN)


@ROUTER.get(
    "/users/{user_id}/export", needs=Access.SIGNED_IN, errors=_OWN, summary="All data of a person"
)
async def export(user_id: Id, caller: SignedIn, exporting: Exporting) -> UserExport:
    """For the person themselves and for admins; secrets are left out."""
    return await exporting.export(caller, user_id)


@ROUTER.delete(
    "/users/{user_id}",
    needs=Access.SIGNED_IN,
    errors=(*_OWN, ErrorCode.CONFLICT),
    summary="Be forgotten",
)
async def erase(user_id: Id, caller: SignedIn, erasing: Erasing) -> Erasure:
    """Erases or pseudonymises everywhere, keeps what the law demands, and says which."""
    return await erasing.erase(caller, user_id)
