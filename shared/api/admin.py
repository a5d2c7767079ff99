"""What admins read and set: hub, audit chain, people, settings, announcements, backups."""

from collections.abc import Callable

from shared.api.calls import Calls
from shared.schemas.admin import Hub
from shared.schemas.administration import (
    AdminHealth,
    AdminUser,
    AdminUserPatch,
    Announcement,
    AnnouncementCreate,
    Backup,
    ComplianceDecide,
    ComplianceKind,
    ComplianceRecord,
    ComplianceState,
    Config,
    ConfigPatch,
    ExportKind,
    RefundRequest,
)
from shared.schemas.common import Page
from shared.schemas.gifts import Refund
from shared.schemas.moderation import AuditEntry, AuditVerdict
from shared.schemas.roles import Role


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

    async def users(
        self,
        query: str | None = None,
        *,
        role: Role | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[AdminUser]:
        """People whose name or e-mail holds `query`, newest first."""
        params = {"q": query, "role": role, "cursor": cursor, "limit": limit}
        return await self._calls.get("/admin/users", Page[AdminUser], params=params)

    async def change_user(self, user_id: str, patch: AdminUserPatch) -> AdminUser:
        """Change somebody below one's own rank."""
        return await self._calls.patch(f"/admin/users/{user_id}", AdminUser, body=patch)

    async def config(self) -> Config:
        """The settings in force."""
        return await self._calls.get("/admin/config", Config)

    async def change_config(self, patch: ConfigPatch) -> Config:
        """Change settings."""
        return await self._calls.patch("/admin/config", Config, body=patch)

    async def announcements(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[Announcement]:
        """All announcements, newest first."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get("/admin/announcements", Page[Announcement], params=params)

    async def announce(
        self, request: AnnouncementCreate, *, key: str | None = None
    ) -> Announcement:
        """Say something to everybody."""
        return await self._calls.post("/admin/announcements", Announcement, body=request, key=key)

    async def export(self, what: ExportKind) -> bytes:
        """A whole table as CSV."""
        return (await self._calls.send("GET", f"/admin/export/{what.value}")).content

    async def receive_export(self, what: ExportKind, take: Callable[[bytes], None]) -> None:
        """A whole table as CSV, piece by piece: it may be longer than memory."""
        await self._calls.receive(f"/admin/export/{what.value}", take)

    async def back_up(self) -> Backup:
        """Make a backup now."""
        return await self._calls.post("/admin/backup", Backup)

    async def backups(self) -> Page[Backup]:
        """The backups there are, newest first."""
        return await self._calls.get("/admin/backups", Page[Backup])

    async def health(self) -> AdminHealth:
        """How the server is, part by part."""
        return await self._calls.get("/admin/health", AdminHealth)

    async def compliance(
        self,
        kind: ComplianceKind,
        *,
        state: ComplianceState | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[ComplianceRecord]:
        """One compliance queue, oldest first."""
        params = {"state": state, "cursor": cursor, "limit": limit}
        path = f"/admin/compliance/{kind.value}"
        return await self._calls.get(path, Page[ComplianceRecord], params=params)

    async def decide_compliance(
        self, kind: ComplianceKind, record_id: str, request: ComplianceDecide
    ) -> ComplianceRecord:
        """Approve or reject a record."""
        path = f"/admin/compliance/{kind.value}/{record_id}/decide"
        return await self._calls.post(path, ComplianceRecord, body=request)

    async def refund(self, request: RefundRequest, *, key: str | None = None) -> Refund:
        """Take a tip or gift back."""
        return await self._calls.post("/admin/refunds", Refund, body=request, key=key)
