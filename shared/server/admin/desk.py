"""Routes for admins: people, settings, announcements, exports, backups and health."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import StreamingResponse

from shared.schemas.administration import (
    AdminHealth,
    AdminUser,
    AdminUserPatch,
    Announcement,
    AnnouncementCreate,
    Backup,
    Config,
    ConfigPatch,
    ExportKind,
    RefundRequest,
)
from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, PLAIN_TEXT, ErrorCode, Id, Page
from shared.schemas.gifts import Refund
from shared.schemas.roles import Permission, Role
from shared.server.admin.announcements import AnnouncementService
from shared.server.admin.backups import BackupService
from shared.server.admin.config import ConfigService
from shared.server.admin.exports import ExportDesk
from shared.server.admin.refunds import RefundDesk
from shared.server.admin.users import UserDesk
from shared.server.http.routes import Access, IdempotencyKey, Router, SignedIn, provided

ROUTER = Router("admin")
Users = Annotated[UserDesk, provided(UserDesk)]
Settings = Annotated[ConfigService, provided(ConfigService)]
Speaker = Annotated[AnnouncementService, provided(AnnouncementService)]
Exports = Annotated[ExportDesk, provided(ExportDesk)]
Backups = Annotated[BackupService, provided(BackupService)]
Refunds = Annotated[RefundDesk, provided(RefundDesk)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
Words = Annotated[str | None, Query(min_length=2, max_length=100, pattern=PLAIN_TEXT)]


@ROUTER.get("/admin/users", needs=Permission.ADMINISTER_USERS, summary="People")
async def users(
    desk: Users,
    q: Words = None,
    role: Role | None = None,
    cursor: Id | None = None,
    limit: Limit = DEFAULT_PAGE,
) -> Page[AdminUser]:
    """Newest first; `q` is part of a name or e-mail."""
    return await desk.users(query=q, role=role, cursor=cursor, limit=limit)


@ROUTER.patch(
    "/admin/users/{user_id}",
    needs=Permission.ADMINISTER_USERS,
    errors=(ErrorCode.NOT_FOUND,),
    summary="Change a person",
)
async def change_user(
    user_id: Id, body: AdminUserPatch, caller: SignedIn, desk: Users
) -> AdminUser:
    """Only people and roles below one's own rank; a new role ends all their sessions."""
    return await desk.change(caller, user_id, body)


@ROUTER.get("/admin/config", needs=Permission.CONFIG_LIMITED, summary="The settings in force")
async def config(settings: Settings) -> Config:
    """With the version that a change must name."""
    return settings.current()


@ROUTER.patch(
    "/admin/config",
    needs=Permission.CONFIG_LIMITED,
    errors=(ErrorCode.VERSION_CONFLICT,),
    summary="Change settings",
)
async def change_config(body: ConfigPatch, caller: SignedIn, settings: Settings) -> Config:
    """In force at once, kept over restarts. The fee is for super admins only."""
    return await settings.change(caller, body)


@ROUTER.get("/admin/announcements", needs=Permission.CONFIG_LIMITED, summary="All announcements")
async def announcements(
    speaker: Speaker, cursor: Id | None = None, limit: Limit = DEFAULT_PAGE
) -> Page[Announcement]:
    """Newest first, those that are over included."""
    return await speaker.all(cursor, limit)


@ROUTER.post(
    "/admin/announcements",
    needs=Permission.CONFIG_LIMITED,
    status_code=201,
    errors=(ErrorCode.IDEMPOTENCY_MISMATCH,),
    summary="Announce something",
)
async def announce(
    body: AnnouncementCreate, caller: SignedIn, speaker: Speaker, key: IdempotencyKey = None
) -> Announcement:
    """Staff and every open room hear it at once."""
    return await speaker.publish(caller, body, key)


@ROUTER.get("/announcements", needs=Access.SIGNED_IN, summary="What is announced")
async def in_force(
    speaker: Speaker, cursor: Id | None = None, limit: Limit = DEFAULT_PAGE
) -> Page[Announcement]:
    """Announcements that are not over, newest first."""
    return await speaker.in_force(cursor, limit)


@ROUTER.get(
    "/admin/export/{what}",
    needs=Permission.AUDIT_EXPORT,
    response_class=StreamingResponse,
    summary="Export a table",
)
async def export(what: ExportKind, caller: SignedIn, exports: Exports) -> StreamingResponse:
    """CSV with a header line; that it was exported is in the audit log."""
    return StreamingResponse(
        await exports.export(caller, what),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{what.value}.csv"'},
    )


@ROUTER.post(
    "/admin/backup",
    needs=Permission.ADMINISTER_USERS,
    status_code=201,
    errors=(ErrorCode.CONFLICT,),
    summary="Back up now",
)
async def back_up(caller: SignedIn, backups: Backups) -> Backup:
    """A checked copy of the database, made while it runs."""
    return await backups.make(caller)


@ROUTER.get("/admin/backups", needs=Permission.ADMINISTER_USERS, summary="The backups")
async def list_backups(backups: Backups) -> Page[Backup]:
    """Newest first; `teezu-server restore FILE --data DIR` puts one back."""
    return await backups.all()


@ROUTER.get("/admin/health", needs=Permission.ADMINISTER_USERS, summary="How the server is")
async def health(backups: Backups) -> AdminHealth:
    """Part by part, with sizes and the newest backup."""
    return await backups.health()


@ROUTER.post(
    "/admin/refunds",
    needs=Permission.ADMINISTER_USERS,
    status_code=201,
    errors=(ErrorCode.NOT_FOUND, ErrorCode.CONFLICT, ErrorCode.IDEMPOTENCY_MISMATCH),
    summary="Take a tip or gift back",
)
async def refund(
    body: RefundRequest, caller: SignedIn, refunds: Refunds, key: IdempotencyKey = None
) -> Refund:
    """By new entries that undo the old ones, once; the sender is told."""
    return await refunds.refund(caller, body, key)
