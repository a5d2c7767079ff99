"""Reading what was done: single cases, the moderators' log and the audit chain."""

from sqlalchemy import ColumnElement

from shared.schemas.common import ErrorCode, Page
from shared.schemas.moderation import AuditEntry, AuditVerdict, CaseDetail
from shared.schemas.roles import Permission
from shared.server.core import Core
from shared.server.http.errors import Refused, not_found
from shared.server.http.sessions import Caller
from shared.server.moderation import audit
from shared.server.moderation.details import case_detail
from shared.server.moderation.log import case_or_none
from shared.server.moderation.tables import AuditRow
from shared.server.moderation.views import summarise


class Trail:
    """Reads cases and the audit chain."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def case(self, case_id: str) -> CaseDetail:
        """One case with everything around it.

        Raises:
            Refused: there is no such case.
        """
        now = self._core.clock.now()
        async with self._core.db.read() as db:
            case = await case_or_none(db, case_id)
            if case is None:
                raise not_found()
            return await case_detail(db, case, await summarise(db, case, now), now)

    async def log(self, caller: Caller, *, cursor: str | None, limit: int) -> Page[AuditEntry]:
        """Links of the chain, newest first; only one's own where one may not read all."""
        where: list[ColumnElement[bool]] = []
        if not caller.may(Permission.AUDIT_READ):
            where.append(AuditRow.actor_id == caller.user_id)
        before = _seq(cursor) if cursor is not None else None
        async with self._core.db.read() as db:
            found = await audit.entries_before(db, before, limit + 1, *where)
        return _page(found, limit)

    async def chain(self, *, cursor: str | None, limit: int) -> Page[AuditEntry]:
        """The whole chain from its first link on, so that whoever reads it can verify it."""
        after = _seq(cursor) if cursor is not None else 0
        async with self._core.db.read() as db:
            found = await audit.entries_after(db, after, limit + 1)
        return _page(found, limit)

    async def verify(self) -> AuditVerdict:
        """Whether the chain is whole and untouched."""
        async with self._core.db.read() as db:
            return await audit.verify(db)


def _page(found: list[AuditEntry], limit: int) -> Page[AuditEntry]:
    more = str(found[limit - 1].seq) if len(found) > limit else None
    return Page[AuditEntry](items=found[:limit], next_cursor=more)


def _seq(cursor: str) -> int:
    if cursor.isascii() and cursor.isdigit() and len(cursor) < 16:
        return int(cursor)
    raise Refused(
        ErrorCode.NOT_FOUND,
        "This page does not exist; load the log from its beginning.",
        "Deze pagina bestaat niet; laad het logboek vanaf het begin.",
    )
