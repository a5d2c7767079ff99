"""Taking a stream off the air at once: a case of its own, opened and decided in one step."""

from sqlalchemy import insert

from shared.ids import new_id
from shared.schemas.moderation import (
    ActionKind,
    ActionRequest,
    Decision,
    ReportReason,
    SubjectType,
    SuspendRequest,
)
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.sessions import Caller
from shared.server.moderation.actions import Carried
from shared.server.moderation.decisions import Decisions, Ruling
from shared.server.moderation.log import current_case, record
from shared.server.moderation.policies import POLICIES, policy
from shared.server.moderation.priority import SEVERITY, gravest
from shared.server.moderation.refusals import unknown_policy
from shared.server.moderation.reports import evidence_hash
from shared.server.moderation.subjects import find_subject
from shared.server.moderation.tables import CaseRow
from shared.server.moderation.transitions import CaseEvent, CaseStage
from shared.server.streams.service import StreamService


class Suspension:
    """What a moderator who watches does when it cannot wait for a report."""

    def __init__(self, core: Core, decisions: Decisions, streams: StreamService) -> None:
        self._core = core
        self._decisions = decisions
        self._streams = streams

    async def suspend(
        self, caller: Caller, stream_id: str, body: SuspendRequest, key: str | None
    ) -> Decision:
        """Suspend a stream; whatever is reported about it stays open and is decided apart.

        Raises:
            Refused: there is no such stream, it is over, or its creator is not below the caller.
        """
        carried = Carried()

        async def work(tx: Tx) -> Decision:
            nonlocal carried
            decision, carried = await self._decide(tx, caller, stream_id, body)
            return decision

        decision = await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"suspend:{stream_id}",
            key=key,
            body=body,
            answer=Decision,
        )
        for stream in carried.suspended:
            self._streams.ended(stream)
        return decision

    async def _decide(
        self, tx: Tx, caller: Caller, stream_id: str, body: SuspendRequest
    ) -> tuple[Decision, Carried]:
        await self._streams.require_open(tx.db, stream_id)
        ground = policy(body.policy)
        if ground is None:
            raise unknown_policy([entry.id for entry in POLICIES])
        case_id = await self._open(tx, stream_id, gravest(ground.reasons))
        case = await current_case(tx, case_id)
        action = ActionRequest(kind=ActionKind.SUSPEND_STREAM, duration_s=body.duration_s)

        async def projected(decision: Decision) -> None:
            details = {"decision_id": decision.id, "own_initiative": True}
            await record(tx, case_id, CaseEvent.DECIDED, actor_id=caller.user_id, details=details)

        ruling = Ruling([action], body.policy, body.statement, lease_token=0)
        return await self._decisions.decide_in(tx, caller, case, ruling, projected)

    async def _open(self, tx: Tx, stream_id: str, reason: ReportReason) -> str:
        """A case that is decided the moment it exists, so that none other stands in its way."""
        subject = await find_subject(tx.db, SubjectType.STREAM, stream_id)
        case_id = new_id()
        await tx.db.execute(
            insert(CaseRow).values(
                id=case_id,
                subject_type=subject.type.value,
                subject_id=subject.id,
                subject_user_id=subject.user.id if subject.user else None,
                subject_label=subject.label[:200],
                stream_id=subject.stream_id,
                stage=CaseStage.DECIDED.value,
                version=1,
                stage_version=1,
                reasons=[reason.value],
                report_count=0,
                base_priority=SEVERITY[reason],
                evidence=dict(subject.evidence),
                evidence_hash=evidence_hash(subject.evidence),
                lease_token=0,
                opened_at=tx.now,
                updated_at=tx.now,
                decided_at=tx.now,
            )
        )
        return case_id
