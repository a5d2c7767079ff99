"""Live streams for those who watch over them, riskiest first."""

from collections.abc import Callable, Sequence

from sqlalchemy import select

from shared.schemas.common import Page
from shared.schemas.streams import SafetyHint, Stream
from shared.server.core import Core
from shared.server.http.sessions import Caller
from shared.server.moderation.places import Place, cut
from shared.server.moderation.priority import ReporterRecord, points_of
from shared.server.moderation.tables import CaseRow
from shared.server.moderation.transitions import CaseStage
from shared.server.moderation.views import cases, facts_of, reporter_records
from shared.server.streams.records import ON_AIR, record, selection
from shared.server.streams.service import StreamService
from shared.server.streams.tables import StreamRow

_MOST_STREAMS = 1000
_MOST_CASES = 2000


def _none(stream_id: str) -> Sequence[SafetyHint]:
    return ()


class Supervision:
    """What is on air, ordered by risk."""

    def __init__(self, core: Core, streams: StreamService) -> None:
        self._core = core
        self._streams = streams
        self.hints: Callable[[str], Sequence[SafetyHint]] = _none
        """What pictures of a stream suggest; automod answers."""

    async def page(self, caller: Caller, *, cursor: str | None, limit: int) -> Page[Stream]:
        """Streams on air by falling risk, newest first among equals.

        A stream's risk is its safety score or the priority of the gravest undecided case in its
        room, whichever is higher; that is what `safety_score` shows here.
        """
        now = self._core.clock.now()
        on_air = select(StreamRow.id).where(StreamRow.state.in_([state.value for state in ON_AIR]))
        undecided = CaseRow.stage != CaseStage.DECIDED.value
        query = selection().where(StreamRow.id.in_(on_air)).order_by(StreamRow.id.desc())
        async with self._core.db.read() as db:
            found = [record(row) for row in await db.execute(query.limit(_MOST_STREAMS))]
            open_cases = await cases(
                db, undecided, CaseRow.stream_id.in_(on_air), limit=_MOST_CASES
            )
            records = await reporter_records(db, [case.id for case in open_cases])
        risks: dict[str, float] = {}
        for case in open_cases:
            reporters = records.get(case.id, ReporterRecord())
            points = points_of(facts_of(case, reporters, now)).total
            stream_id = case.stream_id or ""
            risks[stream_id] = max(risks.get(stream_id, 0.0), points)
        placed: list[tuple[Place, Stream]] = []
        for newest_first, stream in enumerate(found):
            risk = max(stream.safety_score, risks.get(stream.id, 0.0))
            view = self._streams.view(stream, caller).model_copy(
                update={"safety_score": risk, "hints": list(self.hints(stream.id))}
            )
            placed.append(((False, -risk, f"{newest_first:06d}", stream.id), view))
        placed.sort(key=lambda entry: entry[0])
        items, more = cut(placed, cursor=cursor, limit=limit)
        return Page[Stream](items=items, next_cursor=more)
