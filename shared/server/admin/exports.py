"""Tables for auditors and bookkeepers as CSV, a page at a time, in constant memory."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from shared.schemas.administration import ExportKind
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.http.sessions import Caller
from shared.server.moderation import audit
from shared.server.moderation.tables import AuditRow, ReportRow
from shared.server.streams.tables import StreamRow
from shared.server.wallet.tables import LedgerEntryRow, TipRow

_PAGE = 1000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class _Table:
    """The columns of an export; the first is its key and its order."""

    columns: tuple[InstrumentedAttribute[Any], ...]


_U, _S, _T, _L, _R, _A = UserRow, StreamRow, TipRow, LedgerEntryRow, ReportRow, AuditRow
_TABLES: dict[ExportKind, _Table] = {
    ExportKind.USERS: _Table(
        (_U.id, _U.email, _U.display_name, _U.role, _U.is_banned, _U.created_at, _U.erased_at)
    ),
    ExportKind.STREAMS: _Table(
        (_S.id, _S.creator_id, _S.title, _S.state, _S.started_at, _S.ended_at, _S.peak_viewers)
    ),
    ExportKind.TIPS: _Table(
        (_T.id, _T.transaction_id, _T.stream_id, _T.sender_id, _T.tokens, _T.at)
    ),
    ExportKind.LEDGER: _Table(
        (_L.id, _L.transaction_id, _L.account_id, _L.kind, _L.tokens, _L.balance_after, _L.at)
    ),
    ExportKind.REPORTS: _Table((_R.id, _R.case_id, _R.reporter_id, _R.reason, _R.outcome, _R.at)),
    ExportKind.AUDIT: _Table(
        (_A.seq, _A.at, _A.actor_id, _A.action, _A.subject_type, _A.subject_id, _A.hash)
    ),
}


def _cell(value: Any) -> Any:
    """A value as text; what a spreadsheet would run as a formula gets a quote before it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


class ExportDesk:
    """Writes tables out."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def export(self, caller: Caller, what: ExportKind) -> AsyncIterator[bytes]:
        """The lines of a table as they are read; that it was exported is in the audit log."""
        async with self._core.db.write() as tx:
            await audit.append(
                tx,
                actor=caller.ref,
                action="data.exported",
                subject_type="export",
                subject_id=what.value,
                details={},
            )
        return self._lines(_TABLES[what])

    async def _lines(self, table: _Table) -> AsyncIterator[bytes]:
        key = table.columns[0]
        yield _csv([[column.key for column in table.columns]])
        last: Any = None
        while True:
            query = select(*table.columns).order_by(key).limit(_PAGE)
            if last is not None:
                query = query.where(key > last)
            async with self._core.db.survey() as db:
                rows = (await db.execute(query)).all()
            if not rows:
                return
            last = rows[-1][0]
            yield _csv([[_cell(value) for value in row] for row in rows])


def _csv(rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
