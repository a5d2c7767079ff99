"""Decisions: the decision, its actions, its statement, its audit link and its news, all or none."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.moderation import (
    Action,
    ActionKind,
    ActionRequest,
    DecideRequest,
    Decision,
    SubjectType,
)
from shared.schemas.notices import NoticeKind
from shared.schemas.realtime import MOD_ROOM, EventType
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import version_conflict
from shared.server.http.sessions import Caller
from shared.server.moderation import audit
from shared.server.moderation.actions import Actions, Carried, check_actions, keep_actions
from shared.server.moderation.evidence import seal
from shared.server.moderation.leases import check_lease
from shared.server.moderation.log import current_case, happened, locked_case
from shared.server.moderation.notices import notify
from shared.server.moderation.policies import POLICIES, policy
from shared.server.moderation.refusals import unknown_policy
from shared.server.moderation.reports import evidence_hash
from shared.server.moderation.second_looks import draw
from shared.server.moderation.strikes import add_strike
from shared.server.moderation.subjects import person
from shared.server.moderation.tables import DecisionRow, ReportRow
from shared.server.moderation.transitions import CaseEvent
from shared.server.moderation.views import DISMISSED, UPHELD, Case, evidence_of, summarise
from shared.server.streams.service import StreamService

_NOTICES = {
    UPHELD: {
        "en": "Thank you for your report: we looked at it and took action.",
        "nl": "Bedankt voor je melding: we hebben gekeken en ingegrepen.",
    },
    DISMISSED: {
        "en": "Thank you for your report: we looked at it and found no violation of our rules.",
        "nl": "Bedankt voor je melding: we hebben gekeken en geen overtreding gevonden.",
    },
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person decides: to do what, on which ground, with which words, under which lease."""

    actions: Sequence[ActionRequest]
    policy: str
    statement: str
    lease_token: int


class Decisions:
    """Decides cases under a lease."""

    def __init__(self, core: Core, actions: Actions, streams: StreamService) -> None:
        self._core = core
        self._actions = actions
        self._streams = streams

    async def decide(
        self, caller: Caller, case_id: str, body: DecideRequest, key: str | None
    ) -> Decision:
        """Decide a case; the same key and body again give the first decision again.

        Reports that joined since the version seen do not stand in the way; anything else does.

        Raises:
            Refused: the lease is lost, the case changed, or the decision does not fit it.
        """

        carried = Carried()

        async def work(tx: Tx) -> Decision:
            nonlocal carried
            decision, carried = await self._decide(tx, caller, case_id, body)
            return decision

        decision = await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"decide:{case_id}",
            key=key,
            body=body,
            answer=Decision,
        )
        for stream in carried.suspended:
            self._streams.ended(stream)
        return decision

    async def _decide(
        self, tx: Tx, caller: Caller, case_id: str, body: DecideRequest
    ) -> tuple[Decision, Carried]:
        case = await locked_case(tx, case_id)
        check_lease(case, caller, body.lease_token, tx)
        if not case.stage_version <= body.version <= case.version:
            current = await summarise(tx.db, case, tx.now)
            raise version_conflict(current.model_dump(mode="json"))
        token = body.lease_token

        async def projected(decision: Decision) -> None:
            details = {"decision_id": decision.id, "token": token}
            await happened(tx, case, CaseEvent.DECIDED, actor_id=caller.user_id, details=details)

        return await self.decide_in(
            tx, caller, case, Ruling(body.actions, body.policy, body.statement, token), projected
        )

    async def decide_in(
        self,
        tx: Tx,
        caller: Caller,
        case: Case,
        ruling: Ruling,
        projected: Callable[[Decision], Awaitable[None]],
    ) -> tuple[Decision, Carried]:
        """Make a decision about a locked case; `projected` brings the case itself up to it.

        After the commit, call `StreamService.ended` for each suspended stream.

        Raises:
            Refused: the decision does not fit the case, or is not this person's to make.
        """
        ground = policy(ruling.policy)
        if ground is None:
            raise unknown_policy([entry.id for entry in POLICIES])
        subject_user = await person(tx.db, case.subject_user_id)
        check_actions(ruling.actions, case, subject_user, caller)
        carried = await self._actions.carry_out(
            tx,
            ruling.actions,
            case=case,
            subject_user=subject_user,
            by=caller.ref,
            reason=ruling.policy,
        )
        decision = Decision(
            id=new_id(),
            case_id=case.id,
            by=caller.ref,
            at=tx.now,
            actions=carried.actions,
            policy=ruling.policy,
            statement=ruling.statement,
        )
        await self._keep(tx, case, decision, carried, ruling.lease_token)
        if subject_user is not None and _outcome(decision.actions) == UPHELD:
            await add_strike(tx, decision_id=decision.id, user_id=subject_user.id, policy=ground)
        await draw(
            tx,
            decision_id=decision.id,
            decider_id=caller.user_id,
            percent=self._core.settings.second_look_percent,
        )
        await projected(decision)
        await self._tell(tx, case, decision, subject_user)
        return decision, carried

    async def _keep(
        self, tx: Tx, case: Case, decision: Decision, carried: Carried, lease_token: int
    ) -> None:
        await tx.db.execute(
            insert(DecisionRow).values(
                id=decision.id,
                case_id=case.id,
                by_id=decision.by.id,
                lease_token=lease_token,
                policy=decision.policy,
                statement=decision.statement,
                at=tx.now,
            )
        )
        await keep_actions(tx, decision.id, carried)
        await tx.db.execute(
            update(ReportRow)
            .where(ReportRow.case_id == case.id)
            .values(outcome=_outcome(decision.actions))
        )
        is_about_person = case.subject_user_id is not None
        await audit.append(
            tx,
            actor=decision.by,
            action="case.decided",
            subject_type=SubjectType.USER if is_about_person else case.subject_type,
            subject_id=case.subject_user_id or case.subject_id,
            details={
                **_for_audit(case, decision, lease_token, await evidence_of(tx.db, case.id)),
                "bundle_sha256": await seal(tx, case),
            },
        )

    async def _tell(
        self, tx: Tx, case: Case, decision: Decision, subject_user: UserRef | None
    ) -> None:
        row = await summarise(tx.db, await current_case(tx, case.id), tx.now)
        self._core.feed.publish(tx, MOD_ROOM, EventType.CASE_UPDATED, row)
        outcome = _outcome(decision.actions)
        query = (
            select(UserRow.id, UserRow.locale)
            .join(ReportRow, ReportRow.reporter_id == UserRow.id)
            .where(ReportRow.case_id == case.id)
            .order_by(UserRow.id)
        )
        for reporter_id, locale in await tx.db.execute(query):
            text = _NOTICES[outcome]["nl" if locale == "nl" else "en"]
            notify(self._core, tx, reporter_id, NoticeKind.REPORT_DECIDED, text, case, decision.id)
        if subject_user is not None and outcome == UPHELD:
            text = decision.statement
            notify(
                self._core, tx, subject_user.id, NoticeKind.ACTION_TAKEN, text, case, decision.id
            )


def _outcome(actions: Sequence[Action]) -> str:
    if any(action.kind is ActionKind.NO_VIOLATION for action in actions):
        return DISMISSED
    return UPHELD


def _for_audit(
    case: Case, decision: Decision, lease_token: int, evidence: Mapping[str, Any]
) -> dict[str, Any]:
    """Ids, kinds and hashes: the words themselves stay where they can be forgotten."""
    statement = decision.statement.encode("utf-8", "surrogatepass")
    return {
        "case_id": case.id,
        "decision_id": decision.id,
        "lease_token": lease_token,
        "policy": decision.policy,
        "actions": [action.model_dump(mode="json") for action in decision.actions],
        "statement_sha256": hashlib.sha256(statement).hexdigest(),
        "evidence_sha256": evidence_hash(evidence),
    }
