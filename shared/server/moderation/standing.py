"""What is known about something that could be reported: its standing, strikes and open cases."""

from sqlalchemy import func, or_, select

from shared.schemas.moderation import SubjectType, SubjectView
from shared.server.core import Core
from shared.server.moderation.details import history_of
from shared.server.moderation.priority import ReporterRecord
from shared.server.moderation.strikes import strikes_of
from shared.server.moderation.subjects import find_subject, restrictions_of
from shared.server.moderation.tables import CaseRow, ReportRow
from shared.server.moderation.transitions import CaseStage
from shared.server.moderation.views import DISMISSED, UPHELD, cases, summarise
from shared.server.wallet import holds

_MOST_OPEN = 20


class Standing:
    """Reads what moderators need to know of a subject, reported or not."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def of(self, type_: SubjectType, subject_id: str) -> SubjectView:
        """A message, person or stream as it stands now.

        Raises:
            Refused: there is none.
        """
        now = self._core.clock.now()
        async with self._core.db.read() as db:
            subject = await find_subject(db, type_, subject_id)
            user = subject.user
            user_id = user.id if user else None
            about = CaseRow.subject_id == subject.id
            if user_id is not None:
                about = or_(about, CaseRow.subject_user_id == user_id)
            undecided = CaseRow.stage != CaseStage.DECIDED.value
            found = await cases(db, about, undecided, limit=_MOST_OPEN)
            strikes = await strikes_of(db, user_id, now)
            counted = select(func.coalesce(func.sum(CaseRow.report_count), 0)).where(about)
            outcomes = select(ReportRow.outcome, func.count()).where(
                ReportRow.reporter_id == user_id, ReportRow.outcome.is_not(None)
            )
            known = {
                str(outcome): int(count)
                for outcome, count in await db.execute(outcomes.group_by(ReportRow.outcome))
            }
            record = ReporterRecord(known.get(UPHELD, 0), known.get(DISMISSED, 0))
            return SubjectView(
                subject_type=type_,
                subject_id=subject_id,
                label=subject.label,
                user=user,
                stream_id=subject.stream_id,
                strikes=strikes,
                strike_points=sum(strike.points for strike in strikes),
                restrictions=await restrictions_of(db, user, now),
                is_payout_held=user_id is not None and await holds.is_held(db, user_id, now),
                history=await history_of(db, user_id),
                open_cases=[await summarise(db, case, now) for case in found],
                times_reported=int((await db.execute(counted)).scalar_one()),
                reporter_accuracy=round(record.accuracy, 3) if record.decided else None,
            )
