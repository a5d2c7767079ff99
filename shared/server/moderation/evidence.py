"""A case's evidence in one sealed bundle: what it is about, the chat around it, the scores."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.clock import rfc3339
from shared.schemas.appeals import EvidenceBundle
from shared.server.core import Core
from shared.server.db.database import Tx, upsert
from shared.server.http.errors import not_found
from shared.server.http.sessions import Caller
from shared.server.moderation import audit
from shared.server.moderation.clips import clip_facts
from shared.server.moderation.log import case_or_none, locked_case
from shared.server.moderation.policies import POLICY_VERSION
from shared.server.moderation.reports import evidence_hash
from shared.server.moderation.review_tables import EvidenceRow
from shared.server.moderation.subjects import context_of
from shared.server.moderation.views import Case, evidence_of, summarise
from shared.server.streams.tables import StreamRow


async def seal(tx: Tx, case: Case) -> str:
    """Keep what a decision rests on, once; its hash, which the audit log names."""
    bundle = await _bundle(tx, case)
    values = {
        "case_id": case.id,
        "at": tx.now,
        "bundle": bundle,
        "sha256": evidence_hash(bundle),
        "on_hold": False,
    }
    statement = upsert(tx.db.dialect, EvidenceRow).values(**values)
    await tx.db.execute(statement.on_conflict_do_nothing(index_elements=[EvidenceRow.case_id]))
    return await sealed_hash(tx.db, case.id) or ""


async def sealed_hash(db: AsyncConnection, case_id: str) -> str | None:
    """The hash of the case's sealed bundle; None while there is none."""
    query = select(EvidenceRow.sha256).where(EvidenceRow.case_id == case_id)
    return (await db.execute(query)).scalar_one_or_none()


async def _bundle(tx: Tx, case: Case) -> dict[str, Any]:
    subject = await evidence_of(tx.db, case.id)
    row = await summarise(tx.db, case, tx.now)
    safety = None
    if case.stream_id is not None:
        query = select(StreamRow.safety_score).where(StreamRow.id == case.stream_id)
        safety = (await tx.db.execute(query)).scalar_one_or_none()
    return {
        "case_id": case.id,
        "subject_type": case.subject_type.value,
        "subject": subject,
        "chat": [m.model_dump(mode="json") for m in await context_of(tx.db, case, subject)],
        "reasons": [reason.value for reason in case.reasons],
        "report_count": case.report_count,
        "scores": {
            "priority": row.priority,
            "priority_parts": [part.model_dump(mode="json") for part in row.priority_parts],
            "stream_safety": safety,
        },
        "clip": await clip_facts(tx.db, case.id),
        "policy_version": POLICY_VERSION,
        "opened_at": rfc3339(case.opened_at),
        "sealed_at": rfc3339(tx.now),
    }


class Evidence:
    """Reads sealed evidence and forbids its erasure."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def of(self, case_id: str) -> EvidenceBundle:
        """The sealed bundle of a case that was decided at least once.

        Raises:
            Refused: there is no such case, or nothing is sealed yet.
        """
        async with self._core.db.read() as db:
            return await self._read(db, case_id)

    async def hold(self, caller: Caller, case_id: str, *, on_hold: bool) -> EvidenceBundle:
        """Put a hold on the evidence, or take it off; both are in the audit log.

        Raises:
            Refused: there is no such case, or nothing is sealed yet.
        """
        async with self._core.db.write() as tx:
            await locked_case(tx, case_id)
            before = await self._read(tx.db, case_id)
            if before.on_hold is on_hold:
                return before
            named = EvidenceRow.case_id == case_id
            values: dict[str, Any] = {"on_hold": on_hold}
            if not on_hold:  # what is kept for so many days is kept from now on
                values["released_at"] = tx.now
            await tx.db.execute(update(EvidenceRow).where(named).values(**values))
            await audit.append(
                tx,
                actor=caller.ref,
                action="evidence.held" if on_hold else "evidence.released",
                subject_type="case",
                subject_id=case_id,
                details={"sha256": before.sha256},
            )
            return before.model_copy(update={"on_hold": on_hold})

    async def _read(self, db: AsyncConnection, case_id: str) -> EvidenceBundle:
        if await case_or_none(db, case_id) is None:
            raise not_found()
        query = select(
            EvidenceRow.at, EvidenceRow.bundle, EvidenceRow.sha256, EvidenceRow.on_hold
        ).where(EvidenceRow.case_id == case_id)
        row = (await db.execute(query)).first()
        if row is None:
            raise not_found()
        return EvidenceBundle(
            case_id=case_id, at=row.at, bundle=row.bundle, sha256=row.sha256, on_hold=row.on_hold
        )
