"""Statements of reasons in the shape of Art. 17 of the Digital Services Act."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.appeals import RestrictionScope, StatementMeasure, StatementOfReasons
from shared.schemas.moderation import ActionKind, Decision
from shared.schemas.roles import Permission
from shared.server.core import Core
from shared.server.http.errors import not_found
from shared.server.http.sessions import Caller
from shared.server.moderation.details import decisions_of
from shared.server.moderation.evidence import sealed_hash
from shared.server.moderation.log import case_or_none
from shared.server.moderation.policies import POLICY_VERSION, policy
from shared.server.moderation.tables import CaseEventRow, DecisionRow
from shared.server.moderation.views import Case

APPEAL_WITHIN = timedelta(days=183)
"""Art. 20(1): at least six months."""

_SCOPES = {
    ActionKind.DELETE_MESSAGE: RestrictionScope.VISIBILITY,
    ActionKind.WARN: RestrictionScope.NONE,
    ActionKind.TIMEOUT: RestrictionScope.SERVICE,
    ActionKind.MUTE: RestrictionScope.SERVICE,
    ActionKind.RESTRICT: RestrictionScope.SERVICE,
    ActionKind.SUSPEND_STREAM: RestrictionScope.VISIBILITY,
    ActionKind.HOLD_PAYOUT: RestrictionScope.MONETARY,
    ActionKind.BAN: RestrictionScope.ACCOUNT,
    ActionKind.NO_VIOLATION: RestrictionScope.NONE,
}
_TERRITORY = "everywhere"
_REDRESS = (
    (
        "Appeal in your account: somebody else than the first person judges it.",
        "Turn to a certified out-of-court dispute settlement body.",
        "Go to court.",
    ),
    (
        "Maak bezwaar in je account: iemand anders dan de eerste persoon beoordeelt het.",
        "Wend je tot een erkend orgaan voor buitengerechtelijke geschilbeslechting.",
        "Stap naar de rechter.",
    ),
)


class Statements:
    """Shows a decision's statement of reasons to whom it concerns, and to moderators."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def of(self, caller: Caller, decision_id: str, *, is_dutch: bool) -> StatementOfReasons:
        """The statement of a decision.

        Raises:
            Refused: there is none, or it is not this person's to read.
        """
        async with self._core.db.read() as db:
            found = await decisions_of(db, DecisionRow.id == decision_id)
            case = await case_or_none(db, found[0].case_id) if found else None
            if case is None:
                raise not_found()
            if case.subject_user_id != caller.user_id and not caller.may(Permission.MODERATE):
                raise not_found()
            automated = await _was_detected(db, case.id)
            sealed = await sealed_hash(db, case.id)
        return _statement(found[0], case, automated=automated, sealed=sealed, is_dutch=is_dutch)


def _statement(
    decision: Decision, case: Case, *, automated: bool, sealed: str | None, is_dutch: bool
) -> StatementOfReasons:
    ground = policy(decision.policy, is_dutch=is_dutch)
    return StatementOfReasons(
        id=decision.id,
        case_id=case.id,
        at=decision.at,
        subject_type=case.subject_type,
        subject_id=case.subject_id,
        measures=[
            StatementMeasure(
                action=action.kind,
                scope=_SCOPES[action.kind],
                territory=_TERRITORY,
                until=action.until,
                ended_at=action.ended_at,
                ended_how=action.ended_how,
            )
            for action in decision.actions
        ],
        facts=decision.statement,
        source="notice" if case.report_count else "own_initiative",
        automated_detection=automated,
        automated_decision=False,
        policy=decision.policy,
        policy_title=ground.title if ground else decision.policy,
        policy_text=ground.text if ground else "",
        policy_version=POLICY_VERSION,
        explanation=decision.statement,
        redress=list(_REDRESS[is_dutch]),
        appeal_until=decision.at + APPEAL_WITHIN,
        evidence_sha256=sealed,
    )


async def _was_detected(db: AsyncConnection, case_id: str) -> bool:
    """Whether the system itself opened the case."""
    first = select(CaseEventRow.actor_id).where(
        CaseEventRow.case_id == case_id, CaseEventRow.seq == 1
    )
    row = (await db.execute(first)).first()
    return row is not None and row[0] is None
