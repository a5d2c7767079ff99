"""Taking back what was done: single actions, whole decisions, and what has run out by itself."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from shared.schemas.accounts import UserRef
from shared.schemas.common import ErrorCode
from shared.schemas.moderation import (
    Action,
    ActionEnd,
    ActionKind,
    CaseSummary,
    ReopenRequest,
    ReverseRequest,
    SubjectType,
)
from shared.schemas.notices import NoticeKind
from shared.schemas.realtime import MOD_ROOM, EventType
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, not_found
from shared.server.http.sessions import Caller
from shared.server.moderation import audit
from shared.server.moderation.actions import WITHOUT_PERSON, Actions, check_rank
from shared.server.moderation.details import actions_of
from shared.server.moderation.log import current_case, happened, locked_case, record
from shared.server.moderation.notices import notify, speaks_dutch
from shared.server.moderation.refusals import own_case
from shared.server.moderation.strikes import void_if_undone
from shared.server.moderation.subjects import person
from shared.server.moderation.tables import ActionRow, CaseRow, DecisionRow, ReportRow
from shared.server.moderation.transitions import CaseEvent, CaseStage
from shared.server.moderation.views import Case, summarise

_AT_ONCE = 50
_ENDED = {
    ActionEnd.EXPIRED: (
        "A measure against your account has ended by itself.",
        "Een maatregel tegen je account is vanzelf afgelopen.",
    ),
    ActionEnd.REVERSED: (
        "A measure against your account was taken back.",
        "Een maatregel tegen je account is teruggedraaid.",
    ),
    ActionEnd.OVERTURNED: (
        "A measure against your account was taken back after an appeal.",
        "Een maatregel tegen je account is na bezwaar teruggedraaid.",
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """An action that has not ended."""

    id: str
    decision_id: str
    kind: ActionKind
    undo: Mapping[str, Any]


class Reversals:
    """The inverse of every action, whoever asks for it."""

    def __init__(self, core: Core, actions: Actions) -> None:
        self._core = core
        self._actions = actions

    async def reverse(
        self, caller: Caller, action_id: str, body: ReverseRequest, key: str | None
    ) -> Action:
        """Take one action back.

        Raises:
            Refused: there is none, it has ended, or it is not this person's to take back.
        """

        async def work(tx: Tx) -> Action:
            case, action = await self._found(tx, action_id)
            if action is None:
                raise Refused(
                    ErrorCode.CONFLICT,
                    "This action has ended already; open the case again to see how.",
                    "Deze maatregel is al beëindigd; open de zaak opnieuw om te zien hoe.",
                )
            if action.kind is ActionKind.NO_VIOLATION:
                raise Refused(
                    ErrorCode.CONFLICT,
                    "Nothing was done here that could be undone; reopen the case instead.",
                    "Hier is niets gedaan om terug te draaien; heropen in plaats daarvan de zaak.",
                )
            if action.kind in WITHOUT_PERSON:
                _check_not_oneself(case, caller)
            else:
                check_rank(await person(tx.db, case.subject_user_id), caller)
            await self.end(tx, case, action, ActionEnd.REVERSED, by=caller.ref, reason=body.reason)
            await self.tell(tx, case.id)
            return (await actions_of(tx.db, ActionRow.id == action_id))[0]

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"reverse:{action_id}",
            key=key,
            body=body,
            answer=Action,
        )

    async def overturn(self, tx: Tx, case: Case, decision_id: str, *, by: UserRef) -> None:
        """Take back all that a decision did and that still stands; the case must be locked."""
        where = (ActionRow.decision_id == decision_id, ActionRow.ended_at.is_(None))
        query = select(*_COLUMNS).where(*where).order_by(ActionRow.id.desc())
        for row in (await tx.db.execute(query)).all():
            action = _standing(row)
            await self.end(tx, case, action, ActionEnd.OVERTURNED, by=by, reason="")
        # An action that expired before the appeal was judged was not right either.
        expired = (ActionRow.decision_id == decision_id, ActionRow.ended_how == ActionEnd.EXPIRED)
        overturned = {"ended_how": ActionEnd.OVERTURNED.value}
        await tx.db.execute(update(ActionRow).where(*expired).values(**overturned))
        await void_if_undone(tx, decision_id)

    async def expire(self) -> int:
        """End what has run out, in the name of the system; how many actions that were."""
        now = self._core.clock.now()
        query = (
            select(ActionRow.id)
            .where(ActionRow.until <= now, ActionRow.ended_at.is_(None))
            .order_by(ActionRow.until)
            .limit(_AT_ONCE)
        )
        async with self._core.db.read() as db:
            found = list((await db.execute(query)).scalars())
        for action_id in found:
            async with self._core.db.write() as tx:
                case, action = await self._found(tx, action_id)
                if action is not None:
                    await self.end(tx, case, action, ActionEnd.EXPIRED, by=None, reason="")
                    await self.tell(tx, case.id)
        return len(found)

    async def end(
        self,
        tx: Tx,
        case: Case,
        action: Standing,
        how: ActionEnd,
        *,
        by: UserRef | None,
        reason: str,
    ) -> None:
        """Run the inverse of an action of a locked case; nobody `by` is the system itself."""
        await self._actions.reverse(tx, action.kind, action.undo)
        await tx.db.execute(
            update(ActionRow)
            .where(ActionRow.id == action.id)
            .values(ended_at=tx.now, ended_how=how.value, ended_by=by.id if by else None)
        )
        await void_if_undone(tx, action.decision_id)
        # Who looks at the case sees by its version that there is something new.
        newer = {"version": CaseRow.version + 1, "updated_at": tx.now}
        await tx.db.execute(update(CaseRow).where(CaseRow.id == case.id).values(**newer))
        details: dict[str, Any] = {
            "case_id": case.id,
            "decision_id": action.decision_id,
            "action_id": action.id,
            "kind": action.kind.value,
        }
        if reason:
            digest = hashlib.sha256(reason.encode("utf-8", "surrogatepass")).hexdigest()
            details["reason_sha256"] = digest
        await record(
            tx,
            case.id,
            CaseEvent.REVERSED,
            actor_id=by.id if by else None,
            details={**details, "how": how.value, "reason": reason},
        )
        concerns_person = case.subject_user_id is not None
        await audit.append(
            tx,
            actor=by,
            action=f"action.{how.value}",
            subject_type=SubjectType.USER if concerns_person else case.subject_type,
            subject_id=case.subject_user_id or case.subject_id,
            details=details,
        )
        if case.subject_user_id is not None and action.kind is not ActionKind.NO_VIOLATION:
            text = _ENDED[how][await speaks_dutch(tx.db, case.subject_user_id)]
            kind, decision_id = NoticeKind.ACTION_ENDED, action.decision_id
            notify(self._core, tx, case.subject_user_id, kind, text, case, decision_id)

    async def reopen(
        self, caller: Caller, case_id: str, body: ReopenRequest, key: str | None
    ) -> CaseSummary:
        """Open a decided case again; what was done stands until it is taken back.

        Raises:
            Refused: it is not decided, it is about the caller, or its subject has an open case.
        """

        async def work(tx: Tx) -> CaseSummary:
            case = await locked_case(tx, case_id)
            _check_not_oneself(case, caller)
            await self.reopen_in(tx, case, by=caller.ref, reason=body.reason)
            return await self.tell(tx, case_id)

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"reopen:{case_id}",
            key=key,
            body=body,
            answer=CaseSummary,
        )

    async def reopen_in(self, tx: Tx, case: Case, *, by: UserRef, reason: str) -> None:
        """The same for a locked case within a transaction."""
        other = select(CaseRow.id).where(
            CaseRow.subject_type == case.subject_type.value,
            CaseRow.subject_id == case.subject_id,
            CaseRow.stage != CaseStage.DECIDED.value,
            CaseRow.id != case.id,
        )
        if (open_id := (await tx.db.execute(other)).scalar_one_or_none()) is not None:
            raise Refused(
                ErrorCode.CONFLICT,
                "There is an undecided case about the same subject; decide that one.",
                "Er is een open zaak over hetzelfde; beslis daarin.",
                meta={"case_id": open_id},
            )
        details = {"reason": reason}
        await happened(tx, case, CaseEvent.REOPENED, actor_id=by.id, details=details)
        replaced = (DecisionRow.case_id == case.id, DecisionRow.superseded_at.is_(None))
        await tx.db.execute(update(DecisionRow).where(*replaced).values(superseded_at=tx.now))
        await tx.db.execute(
            update(ReportRow).where(ReportRow.case_id == case.id).values(outcome=None)
        )
        digest = hashlib.sha256(reason.encode("utf-8", "surrogatepass")).hexdigest()
        await audit.append(
            tx,
            actor=by,
            action="case.reopened",
            subject_type="case",
            subject_id=case.id,
            details={"reason_sha256": digest},
        )

    async def _found(self, tx: Tx, action_id: str) -> tuple[Case, Standing | None]:
        """The action's case, locked, and the action unless it has ended."""
        of_case = (
            select(DecisionRow.case_id)
            .join(ActionRow, ActionRow.decision_id == DecisionRow.id)
            .where(ActionRow.id == action_id)
        )
        case_id = (await tx.db.execute(of_case)).scalar_one_or_none()
        if case_id is None:
            raise not_found()
        case = await locked_case(tx, case_id)
        where = (ActionRow.id == action_id, ActionRow.ended_at.is_(None))
        row = (await tx.db.execute(select(*_COLUMNS).where(*where))).first()
        return case, None if row is None else _standing(row)

    async def tell(self, tx: Tx, case_id: str) -> CaseSummary:
        """Show the moderators how the case stands now."""
        row = await summarise(tx.db, await current_case(tx, case_id), tx.now)
        self._core.feed.publish(tx, MOD_ROOM, EventType.CASE_UPDATED, row)
        return row


_COLUMNS = (ActionRow.id, ActionRow.decision_id, ActionRow.kind, ActionRow.undo)


def _standing(row: Any) -> Standing:
    return Standing(row.id, row.decision_id, ActionKind(row.kind), row.undo or {})


def _check_not_oneself(case: Case, caller: Caller) -> None:
    if case.subject_user_id == caller.user_id:
        raise own_case()
