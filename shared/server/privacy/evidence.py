"""What an erasure means for evidence: it goes with the person, unless a hold or a case keeps it."""

from sqlalchemy import ColumnElement, String, cast, select

from shared.server.db.database import Tx
from shared.server.moderation.retention import Pruned, prune_in
from shared.server.moderation.review_tables import EvidenceRow
from shared.server.moderation.tables import CaseRow


async def erase_evidence(tx: Tx, user_id: str) -> Pruned:
    """Remove the evidence about a person that nothing keeps."""
    return await prune_in(tx, CaseRow.subject_user_id == user_id, "erased")


def about(user_id: str) -> ColumnElement[bool]:
    """Evidence about this person."""
    cases = select(CaseRow.id).where(CaseRow.subject_user_id == user_id)
    return EvidenceRow.case_id.in_(cases) & EvidenceRow.pruned_at.is_(None)


def about_others(user_id: str) -> ColumnElement[bool]:
    """Sealed evidence about others in which this person is named."""
    others = select(CaseRow.id).where(CaseRow.subject_user_id.is_distinct_from(user_id))
    return EvidenceRow.case_id.in_(others) & cast(EvidenceRow.bundle, String).contains(user_id)
