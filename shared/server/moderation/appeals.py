"""Appeals: filed by whom a decision concerns, judged by somebody else than who made it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.appeals import Appeal, AppealCreate, AppealDecide, AppealState
from shared.schemas.common import ErrorCode, Page
from shared.schemas.moderation import ActionKind, SubjectType
from shared.schemas.notices import NoticeKind
from shared.schemas.realtime import MOD_ROOM, EventType, user_room
from shared.schemas.roles import Permission, Role
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, not_found
from shared.server.http.sessions import Caller
from shared.server.moderation import audit
from shared.server.moderation.details import actions_of
from shared.server.moderation.log import locked_case
from shared.server.moderation.notices import notify, speaks_dutch
from shared.server.moderation.refusals import not_the_first, own_case
from shared.server.moderation.reversals import Reversals
from shared.server.moderation.review_tables import AppealRow
from shared.server.moderation.statements import APPEAL_WITHIN
from shared.server.moderation.tables import ActionRow, CaseRow, DecisionRow, ReportRow
from shared.server.moderation.transitions import CaseStage
from shared.server.moderation.views import DISMISSED, Case

_FILED = (
    "Your appeal has arrived; somebody else than the first person will judge it.",
    "Je bezwaar is binnen; iemand anders dan de eerste persoon beoordeelt het.",
)
_JUDGED = {
    AppealState.UPHELD: (
        "Your appeal was judged: the decision stands. {statement}",
        "Je bezwaar is beoordeeld: het besluit blijft staan. {statement}",
    ),
    AppealState.OVERTURNED: (
        "Your appeal was judged: the decision was taken back. {statement}",
        "Je bezwaar is beoordeeld: het besluit is teruggedraaid. {statement}",
    ),
}
_TO_DECIDER = {
    AppealState.UPHELD: (
        "A decision of yours was upheld on appeal. {statement}",
        "Een besluit van jou is in bezwaar gehandhaafd. {statement}",
    ),
    AppealState.OVERTURNED: (
        "A decision of yours was overturned on appeal. {statement}",
        "Een besluit van jou is in bezwaar vernietigd. {statement}",
    ),
}


class Appeals:
    """Files, lists and judges appeals."""

    def __init__(self, core: Core, reversals: Reversals) -> None:
        self._core = core
        self._reversals = reversals

    async def file(self, caller: Caller, body: AppealCreate, key: str | None) -> Appeal:
        """Appeal against a decision; once a person and decision.

        Raises:
            Refused: the decision does not concern the caller, is too old, or was appealed before.
        """

        async def work(tx: Tx) -> Appeal:
            return await self._file(tx, caller, body)

        try:
            return await self._core.once.run(
                work, actor=caller.user_id, scope="appeals", key=key, body=body, answer=Appeal
            )
        except IntegrityError as error:
            raise _twice() from error

    async def _file(self, tx: Tx, caller: Caller, body: AppealCreate) -> Appeal:
        query = select(DecisionRow.case_id, DecisionRow.by_id, DecisionRow.at).where(
            DecisionRow.id == body.decision_id
        )
        row = (await tx.db.execute(query)).first()
        if row is None:
            raise not_found()
        case = await locked_case(tx, row.case_id)
        if not await _concerns(tx.db, case, caller.user_id):
            raise not_found()
        if tx.now > row.at + APPEAL_WITHIN:
            raise Refused(
                ErrorCode.CONFLICT,
                "The six months for an appeal are over; you can still go to court.",
                "De zes maanden voor bezwaar zijn voorbij; je kunt nog naar de rechter.",
            )
        mine = (AppealRow.decision_id == body.decision_id, AppealRow.appellant_id == caller.user_id)
        if (await tx.db.execute(select(AppealRow.id).where(*mine))).first() is not None:
            raise _twice()
        appeal_id = new_id()
        await tx.db.execute(
            insert(AppealRow).values(
                id=appeal_id,
                decision_id=body.decision_id,
                decider_id=row.by_id,
                appellant_id=caller.user_id,
                text=body.text,
                state=AppealState.OPEN.value,
                at=tx.now,
            )
        )
        text = _FILED[await speaks_dutch(tx.db, caller.user_id)]
        kind = NoticeKind.APPEAL_FILED
        notify(self._core, tx, caller.user_id, kind, text, case, body.decision_id)
        appeal = await self._one(tx.db, appeal_id)
        self._announce(tx, appeal)
        return _for(caller, appeal)

    async def page(
        self, caller: Caller, *, state: AppealState | None, cursor: str | None, limit: int
    ) -> Page[Appeal]:
        """All appeals for moderators, one's own for others; oldest first, which waited longest."""
        where: list[ColumnElement[bool]] = []
        if not caller.may(Permission.MODERATE):
            where.append(AppealRow.appellant_id == caller.user_id)
        if state is not None:
            where.append(AppealRow.state == state.value)
        if cursor is not None:
            where.append(AppealRow.id > cursor)
        async with self._core.db.read() as db:
            found = await _appeals(db, where, limit + 1)
        more = found[limit - 1].id if len(found) > limit else None
        return Page[Appeal](
            items=[_for(caller, appeal) for appeal in found[:limit]], next_cursor=more
        )

    async def judge(
        self, caller: Caller, appeal_id: str, body: AppealDecide, key: str | None
    ) -> Appeal:
        """Uphold a decision or take all of it back.

        Raises:
            Refused: there is no such open appeal, or it is not this person's to judge.
        """

        async def work(tx: Tx) -> Appeal:
            return await self._judge(tx, caller, appeal_id, body)

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"appeal:{appeal_id}",
            key=key,
            body=body,
            answer=Appeal,
        )

    async def _judge(self, tx: Tx, caller: Caller, appeal_id: str, body: AppealDecide) -> Appeal:
        before = await self._one(tx.db, appeal_id)
        case = await locked_case(tx, before.case_id)
        before = await self._one(tx.db, appeal_id)
        if before.decider is not None and before.decider.id == caller.user_id:
            raise not_the_first()
        if caller.user_id in (before.appellant.id, case.subject_user_id):
            raise own_case()
        if before.state is not AppealState.OPEN:
            raise Refused(
                ErrorCode.CONFLICT,
                "This appeal was judged already; load the list again.",
                "Dit bezwaar is al beoordeeld; laad de lijst opnieuw.",
                meta={"state": before.state.value},
            )
        # The database refuses the row if the second person were the first after all.
        await tx.db.execute(
            update(AppealRow)
            .where(AppealRow.id == appeal_id)
            .values(
                state=body.outcome.value,
                reviewer_id=caller.user_id,
                statement=body.statement,
                reviewed_at=tx.now,
            )
        )
        if body.outcome is AppealState.OVERTURNED:
            await self._overturn(tx, case, before, caller)
        await audit.append(
            tx,
            actor=caller.ref,
            action=f"appeal.{body.outcome.value}",
            subject_type=SubjectType.USER,
            subject_id=before.appellant.id,
            details={
                "appeal_id": appeal_id,
                "decision_id": before.decision_id,
                "case_id": case.id,
            },
        )
        await self._tell(tx, case, before, body)
        after = await self._one(tx.db, appeal_id)
        self._announce(tx, after)
        return after

    async def _overturn(self, tx: Tx, case: Case, appeal: Appeal, caller: Caller) -> None:
        if any(action.kind is not ActionKind.NO_VIOLATION for action in appeal.actions):
            await self._reversals.overturn(tx, case, appeal.decision_id, by=caller.ref)
            reports = ReportRow.case_id == case.id
            await tx.db.execute(update(ReportRow).where(reports).values(outcome=DISMISSED))
        elif case.stage is CaseStage.DECIDED and not await self._is_waiting(tx.db, case):
            reason = "An appeal against the finding of no violation was granted."
            await self._reversals.reopen_in(tx, case, by=caller.ref, reason=reason)
            await self._reversals.tell(tx, case.id)

    async def _is_waiting(self, db: AsyncConnection, case: Case) -> bool:
        """Whether a newer case about the same subject is undecided anyway."""
        query = select(CaseRow.id).where(
            CaseRow.subject_type == case.subject_type.value,
            CaseRow.subject_id == case.subject_id,
            CaseRow.stage != CaseStage.DECIDED.value,
        )
        return (await db.execute(query)).first() is not None

    async def _tell(self, tx: Tx, case: Case, appeal: Appeal, body: AppealDecide) -> None:
        people = [(appeal.appellant.id, _JUDGED[body.outcome])]
        if appeal.decider is not None:
            people.append((appeal.decider.id, _TO_DECIDER[body.outcome]))
        for user_id, texts in people:
            text = texts[await speaks_dutch(tx.db, user_id)].format(statement=body.statement)
            kind = NoticeKind.APPEAL_DECIDED
            notify(self._core, tx, user_id, kind, text, case, appeal.decision_id)

    async def _one(self, db: AsyncConnection, appeal_id: str) -> Appeal:
        found = await _appeals(db, [AppealRow.id == appeal_id], 1)
        if not found:
            raise not_found()
        return found[0]

    def _announce(self, tx: Tx, appeal: Appeal) -> None:
        self._core.feed.publish(tx, MOD_ROOM, EventType.APPEAL_UPDATED, appeal)
        own = user_room(appeal.appellant.id)
        self._core.feed.publish(tx, own, EventType.APPEAL_UPDATED, _masked(appeal))


def _twice() -> Refused:
    return Refused(
        ErrorCode.CONFLICT,
        "You appealed against this decision before; wait for its outcome.",
        "Je hebt al bezwaar gemaakt tegen dit besluit; wacht op de uitkomst.",
    )


async def _concerns(db: AsyncConnection, case: Case, user_id: str) -> bool:
    """Whether the person is who it is about, or reported it (Art. 20 knows both)."""
    if case.subject_user_id == user_id:
        return True
    reported = (ReportRow.case_id == case.id) & (ReportRow.reporter_id == user_id)
    return bool((await db.execute(select(exists().where(reported)))).scalar())


def _for(caller: Caller, appeal: Appeal) -> Appeal:
    return appeal if caller.may(Permission.MODERATE) else _masked(appeal)


def _masked(appeal: Appeal) -> Appeal:
    """Without the names of moderators."""
    return appeal.model_copy(update={"decider": None, "reviewer": None})


async def _appeals(
    db: AsyncConnection, where: Sequence[ColumnElement[bool]], limit: int
) -> list[Appeal]:
    appellant, decider, reviewer = aliased(UserRow), aliased(UserRow), aliased(UserRow)
    query = (
        select(
            *AppealRow.__table__.columns,
            DecisionRow.case_id,
            DecisionRow.policy,
            DecisionRow.statement.label("decision_statement"),
            CaseRow.subject_type,
            CaseRow.subject_id,
            CaseRow.subject_label,
            appellant.display_name.label("appellant_name"),
            appellant.role.label("appellant_role"),
            decider.display_name.label("decider_name"),
            decider.role.label("decider_role"),
            reviewer.display_name.label("reviewer_name"),
            reviewer.role.label("reviewer_role"),
        )
        .join(DecisionRow, DecisionRow.id == AppealRow.decision_id)
        .join(CaseRow, CaseRow.id == DecisionRow.case_id)
        .join(appellant, appellant.id == AppealRow.appellant_id)
        .join(decider, decider.id == AppealRow.decider_id)
        .outerjoin(reviewer, reviewer.id == AppealRow.reviewer_id)
        .where(*where)
        .order_by(AppealRow.id)
        .limit(limit)
    )
    return [
        _appeal(row, await actions_of(db, ActionRow.decision_id == row.decision_id))
        for row in (await db.execute(query)).all()
    ]


def _appeal(row: Any, actions: list[Any]) -> Appeal:
    def ref(which: str) -> UserRef:
        return UserRef(
            id=getattr(row, f"{which}_id"),
            display_name=getattr(row, f"{which}_name"),
            role=Role(getattr(row, f"{which}_role")),
        )

    return Appeal(
        id=row.id,
        decision_id=row.decision_id,
        case_id=row.case_id,
        subject_type=SubjectType(row.subject_type),
        subject_id=row.subject_id,
        subject_label=row.subject_label,
        appellant=ref("appellant"),
        text=row.text,
        state=AppealState(row.state),
        at=row.at,
        policy=row.policy,
        decision_statement=row.decision_statement,
        actions=actions,
        statement=row.statement,
        reviewed_at=row.reviewed_at,
        decider=ref("decider"),
        reviewer=ref("reviewer") if row.reviewer_id else None,
    )
