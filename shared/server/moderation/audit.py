"""The audit log: links are added inside the transaction of what they tell, and can be proved."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.audit import GENESIS_HASH, ChainVerifier, seal
from shared.schemas.accounts import UserRef
from shared.schemas.moderation import AuditEntry, AuditVerdict
from shared.server.db.database import Tx, upsert
from shared.server.moderation.tables import AuditHeadRow, AuditRow

SYSTEM_ID = "system"
_HEAD_ID = 1
_VERIFY_BATCH = 1000


async def append(
    tx: Tx,
    *,
    actor: UserRef | None,
    action: str,
    subject_type: str,
    subject_id: str,
    details: Mapping[str, Any],
) -> AuditEntry:
    """Add a link to the chain; without an actor the system itself did it.

    Details hold ids, kinds and hashes, no one's words: a link can never be removed again.
    """
    seq, head = await _locked_head(tx)
    entry = seal(
        AuditEntry(
            seq=seq + 1,
            at=tx.now,
            actor_id=actor.id if actor else SYSTEM_ID,
            actor=actor.display_name if actor else "System",
            action=action,
            subject_type=subject_type,
            subject_id=subject_id,
            details=dict(details),
            prev_hash=head,
            hash="",
        )
    )
    await tx.db.execute(insert(AuditRow).values(**entry.model_dump()))
    await tx.db.execute(
        update(AuditHeadRow)
        .where(AuditHeadRow.id == _HEAD_ID)
        .values(seq=entry.seq, hash=entry.hash)
    )
    return entry


async def _locked_head(tx: Tx) -> tuple[int, str]:
    """The last link's number and hash; nobody else can add one until this transaction ends."""
    statement = upsert(tx.db.dialect, AuditHeadRow).values(id=_HEAD_ID, seq=0, hash=GENESIS_HASH)
    statement = statement.on_conflict_do_update(
        index_elements=[AuditHeadRow.id], set_={"seq": AuditHeadRow.seq}
    ).returning(AuditHeadRow.seq, AuditHeadRow.hash)
    seq, head = (await tx.db.execute(statement)).one()
    return int(seq), str(head)


_COLUMNS = (
    AuditRow.seq,
    AuditRow.at,
    AuditRow.actor_id,
    AuditRow.actor,
    AuditRow.action,
    AuditRow.subject_type,
    AuditRow.subject_id,
    AuditRow.details,
    AuditRow.prev_hash,
    AuditRow.hash,
)


async def entries_after(
    db: AsyncConnection, seq: int, limit: int, *where: ColumnElement[bool]
) -> list[AuditEntry]:
    """At most `limit` links after `seq`, oldest first."""
    query = select(*_COLUMNS).where(AuditRow.seq > seq, *where).order_by(AuditRow.seq).limit(limit)
    return [_entry(row) for row in (await db.execute(query))]


async def entries_before(
    db: AsyncConnection, seq: int | None, limit: int, *where: ColumnElement[bool]
) -> list[AuditEntry]:
    """At most `limit` links before `seq` (None: from the newest on), newest first."""
    query = select(*_COLUMNS).where(*where).order_by(AuditRow.seq.desc()).limit(limit)
    if seq is not None:
        query = query.where(AuditRow.seq < seq)
    return [_entry(row) for row in (await db.execute(query))]


async def verify(db: AsyncConnection) -> AuditVerdict:
    """Follow the whole chain, a batch at a time, up to the head remembered beside it."""
    row = (await db.execute(select(AuditHeadRow.seq, AuditHeadRow.hash))).first()
    head_seq, head = (0, GENESIS_HASH) if row is None else (row[0], row[1])
    verifier = ChainVerifier()
    seq = 0
    while batch := await entries_after(db, seq, _VERIFY_BATCH, AuditRow.seq <= head_seq):
        for entry in batch:
            verifier.feed(entry)
        seq = batch[-1].seq
    verdict = verifier.verdict
    if verdict.ok and (seq, verdict.head) != (head_seq, head):
        # The chain is sound as far as it goes, but its end is gone, or the head was forged.
        return verdict.model_copy(update={"ok": False, "broken_at": seq + 1})
    return verdict


def _entry(row: Sequence[Any]) -> AuditEntry:
    return AuditEntry(
        seq=row[0],
        at=row[1],
        actor_id=row[2],
        actor=row[3],
        action=row[4],
        subject_type=row[5],
        subject_id=row[6],
        details=row[7],
        prev_hash=row[8],
        hash=row[9],
    )
