"""The hub and the audit chain, for admins."""

from shared.api.calls import Calls
from shared.schemas.admin import Hub
from shared.schemas.common import Page
from shared.schemas.moderation import AuditEntry, AuditVerdict


class Admin:
    """`/admin`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def hub(self) -> Hub:
        """The key figures now."""
        return await self._calls.get("/admin/hub", Hub)

    async def audit(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[AuditEntry]:
        """The audit chain from its first entry on."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get("/admin/audit", Page[AuditEntry], params=params)

    async def verify_audit(self) -> AuditVerdict:
        """What the server says of its own chain."""
        return await self._calls.get("/admin/audit/verify", AuditVerdict)
