"""Routes for admins: the hub's figures and the audit chain."""

from typing import Annotated

from fastapi import Query

from shared.schemas.admin import Hub
from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, Page
from shared.schemas.moderation import AuditEntry, AuditVerdict
from shared.schemas.roles import Permission
from shared.server.admin.hub import HubService
from shared.server.http.routes import Router, provided
from shared.server.moderation.trail import Trail

ROUTER = Router("admin")

_Hub = Annotated[HubService, provided(HubService)]
_Trail = Annotated[Trail, provided(Trail)]
_Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
_Cursor = Annotated[str | None, Query(max_length=400)]


@ROUTER.get("/admin/hub", needs=Permission.ADMINISTER_USERS, summary="The figures now")
async def hub(service: _Hub) -> Hub:
    """Users, streams, revenue, reports and the mood of the live rooms, at most a second old."""
    return await service.hub()


@ROUTER.get("/admin/audit", needs=Permission.AUDIT_READ, summary="The audit chain")
async def audit(
    trail: _Trail, cursor: _Cursor = None, limit: _Limit = DEFAULT_PAGE
) -> Page[AuditEntry]:
    """From its first link on, so that whoever reads it can verify it without trusting us."""
    return await trail.chain(cursor=cursor, limit=limit)


@ROUTER.get("/admin/audit/verify", needs=Permission.AUDIT_READ, summary="Is the chain whole?")
async def verify(trail: _Trail) -> AuditVerdict:
    """What the server itself finds when it follows the whole chain."""
    return await trail.verify()
