"""Routes for compliance records: handed in by people, decided by admins."""

from typing import Annotated

from fastapi import Query

from shared.schemas.administration import (
    ComplianceDecide,
    ComplianceKind,
    ComplianceRecord,
    ComplianceState,
    ComplianceSubmit,
)
from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, ErrorCode, Id, Page
from shared.schemas.roles import Permission
from shared.server.compliance.service import ComplianceService
from shared.server.http.routes import Access, IdempotencyKey, Router, SignedIn, provided

ROUTER = Router("compliance")
Vault = Annotated[ComplianceService, provided(ComplianceService)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]


@ROUTER.post(
    "/users/{user_id}/compliance/{kind}",
    needs=Access.SIGNED_IN,
    status_code=201,
    errors=(ErrorCode.FORBIDDEN, ErrorCode.CONFLICT, ErrorCode.IDEMPOTENCY_MISMATCH),
    summary="Hand in a record",
)
async def submit(
    user_id: Id,
    kind: ComplianceKind,
    body: ComplianceSubmit,
    caller: SignedIn,
    vault: Vault,
    key: IdempotencyKey = None,
) -> ComplianceRecord:
    """One's own; one of a kind may wait at a time."""
    return await vault.submit(caller, user_id, kind, body, key)


@ROUTER.get(
    "/admin/compliance/{kind}", needs=Permission.ADMINISTER_USERS, summary="A compliance queue"
)
async def queue(
    kind: ComplianceKind,
    caller: SignedIn,
    vault: Vault,
    state: ComplianceState = ComplianceState.OPEN,
    cursor: Id | None = None,
    limit: Limit = DEFAULT_PAGE,
) -> Page[ComplianceRecord]:
    """Oldest first. Who looked at which queue stands in the audit log."""
    return await vault.queue(caller, kind, state, cursor, limit)


@ROUTER.post(
    "/admin/compliance/{kind}/{record_id}/decide",
    needs=Permission.ADMINISTER_USERS,
    errors=(ErrorCode.NOT_FOUND, ErrorCode.VERSION_CONFLICT),
    summary="Decide a record",
)
async def decide(
    kind: ComplianceKind, record_id: Id, body: ComplianceDecide, caller: SignedIn, vault: Vault
) -> ComplianceRecord:
    """Never one's own; the person is told."""
    return await vault.decide(caller, kind, record_id, body)
