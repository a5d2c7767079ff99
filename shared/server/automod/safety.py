"""How safe a stream's room is: signals that add up and fade, and a case when they are too many."""

import asyncio
import logging
import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from shared.schemas.automod import AutomodRule, SafetyScore
from shared.schemas.moderation import CaseSummary, ReportReason
from shared.schemas.realtime import MOD_ROOM, EventType, user_room
from shared.schemas.streams import SafetyHint, Stream
from shared.server.automod.tables import SafetyRow
from shared.server.core import Core
from shared.server.db.database import Tx, upsert
from shared.server.moderation.priority import SEVERITY, gravest
from shared.server.moderation.reports import Reports
from shared.server.realtime.feed import FeedEvent
from shared.server.streams.records import ON_AIR
from shared.server.streams.service import StreamService
from shared.server.streams.tables import StreamRow

HALF_LIFE_S = 600.0
ESCALATES_AT = 60.0
MOST = 100.0
QUIET_FOR = timedelta(minutes=15)
"""How long after a case no further one is opened by signals alone."""
_FADE_EVERY_S = 30.0
_PANIC_WEIGHT = 30.0
_MOST_HINTED = 5000
_REPORT_SHARE = 1 / 3
"""A report weighs a third of its reason's severity."""

_log = logging.getLogger(__name__)

_REASONS = {
    AutomodRule.MINORS: ReportReason.MINOR_SAFETY,
    AutomodRule.NON_CONSENT: ReportReason.NON_CONSENSUAL,
    AutomodRule.COERCION: ReportReason.NON_CONSENSUAL,
    AutomodRule.THREAT: ReportReason.VIOLENCE,
    AutomodRule.HATE: ReportReason.HATE,
    AutomodRule.INSULT: ReportReason.HARASSMENT,
    AutomodRule.TOXIC: ReportReason.HARASSMENT,
    AutomodRule.CONTACT: ReportReason.PRIVACY,
}


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that speaks against a room's safety."""

    stream_id: str
    kind: str
    weight: float


def faded(score: float, seconds: float) -> float:
    """What is left of a score after so long."""
    return score * math.pow(0.5, max(0.0, seconds) / HALF_LIFE_S)


class Safety:
    """Keeps each stream's safety score."""

    def __init__(self, core: Core, streams: StreamService, reports: Reports) -> None:
        self._core = core
        self._streams = streams
        self._reports = reports
        self._signals: asyncio.Queue[Signal] = asyncio.Queue(10_000)
        self._hints: OrderedDict[str, tuple[SafetyHint, ...]] = OrderedDict()
        core.feed.listen(self._watch)
        core.feed.listen_everywhere(self._learn)

    async def signal(self, tx: Tx, signal: Signal) -> SafetyScore:
        """Add a signal to its stream's score; at the threshold the moderators get a case."""
        statement = upsert(tx.db.dialect, SafetyRow).values(
            stream_id=signal.stream_id, score=0.0, at=tx.now, signals={}
        )
        await tx.db.execute(statement.on_conflict_do_nothing(index_elements=[SafetyRow.stream_id]))
        query = (
            select(SafetyRow.score, SafetyRow.at, SafetyRow.signals, SafetyRow.escalated_at)
            .where(SafetyRow.stream_id == signal.stream_id)
            .with_for_update()
        )
        row = (await tx.db.execute(query)).one()
        before = faded(row.score, (tx.now - row.at).total_seconds())
        score = min(MOST, round(before + signal.weight, 1))
        signals = {**row.signals, signal.kind: row.signals.get(signal.kind, 0) + 1}
        escalates = score >= ESCALATES_AT and (
            row.escalated_at is None or row.escalated_at <= tx.now - QUIET_FOR
        )
        await tx.db.execute(
            update(SafetyRow)
            .where(SafetyRow.stream_id == signal.stream_id)
            .values(
                score=score,
                at=tx.now,
                signals=signals,
                escalated_at=tx.now if escalates else row.escalated_at,
            )
        )
        await self._show(tx, signal.stream_id, score)
        if escalates:
            reason = gravest(reason for rule, reason in _REASONS.items() if rule.value in signals)
            details = {"score": score, "signals": signals}
            await self._reports.open_by_system(tx, signal.stream_id, reason, details)
        found = SafetyScore(
            stream_id=signal.stream_id,
            score=score,
            signals=signals,
            hints=list(self.hints(signal.stream_id)),
            is_escalated=escalates,
            at=tx.now,
        )
        await self._tell(tx, found)
        return found

    async def _show(self, tx: Tx, stream_id: str, score: float) -> None:
        named = StreamRow.id == stream_id
        await tx.db.execute(update(StreamRow).where(named).values(safety_score=score))

    async def _tell(self, tx: Tx, found: SafetyScore) -> None:
        self._core.feed.publish(tx, MOD_ROOM, EventType.SAFETY_SCORE, found)
        stream = await self._streams.require(tx.db, found.stream_id)
        own = user_room(stream.creator.id)
        self._core.feed.publish(tx, own, EventType.SAFETY_SCORE, found)

    def hints(self, stream_id: str) -> tuple[SafetyHint, ...]:
        """What pictures of a stream suggest now, whichever process looked at them."""
        return self._hints.get(stream_id, ())

    async def hint(self, tx: Tx, stream_id: str, hints: Sequence[SafetyHint]) -> None:
        """Tell those who keep order what pictures suggest; the score stays what it is."""
        query = select(SafetyRow.score, SafetyRow.at, SafetyRow.signals).where(
            SafetyRow.stream_id == stream_id
        )
        row = (await tx.db.execute(query)).first()
        score = 0.0 if row is None else _now(row.score, row.at, tx.now)
        signals = {} if row is None else row.signals
        found = SafetyScore(
            stream_id=stream_id, score=score, signals=signals, hints=list(hints), at=tx.now
        )
        await self._tell(tx, found)

    def _learn(self, room: str, events: Sequence[FeedEvent]) -> None:
        if room != MOD_ROOM:
            return
        for event in events:
            if event.type is EventType.SAFETY_SCORE:
                found = SafetyScore.model_validate_json(event.data)
                self._hints[found.stream_id] = tuple(found.hints)
                self._hints.move_to_end(found.stream_id)
                if len(self._hints) > _MOST_HINTED:
                    self._hints.popitem(last=False)

    def note(self, signal: Signal) -> None:
        """Add a signal soon, outside of any transaction; dropped when too many wait."""
        if not self._signals.full():
            self._signals.put_nowait(signal)

    def _watch(self, room: str, events: Sequence[FeedEvent]) -> None:
        """Reports and panics are signals, too; runs on the loop and only notes them."""
        if room != MOD_ROOM:
            return
        for event in events:
            signal = _signal_of(event)
            if signal is not None:
                self.note(signal)

    async def take(self) -> None:
        """Take in noted signals until cancelled."""
        while True:
            noted = await self._signals.get()
            try:
                async with self._core.db.write() as tx:
                    await self.signal(tx, noted)
            except SQLAlchemyError:
                _log.exception("a safety signal was lost")

    async def fade_on(self) -> None:
        """Let scores fade until cancelled."""
        while True:
            await asyncio.sleep(_FADE_EVERY_S)
            try:
                await self.fade()
            except SQLAlchemyError:
                _log.exception("safety scores did not fade")

    async def fade(self) -> int:
        """Bring the scores of streams on air up to now; how many changed by a point or more."""
        on_air = [state.value for state in ON_AIR]
        query = (
            select(SafetyRow.stream_id, SafetyRow.score, SafetyRow.at, SafetyRow.signals)
            .add_columns(StreamRow.safety_score)
            .join(StreamRow, StreamRow.id == SafetyRow.stream_id)
            .where(StreamRow.state.in_(on_air), StreamRow.safety_score > 0)
        )
        now = self._core.clock.now()
        async with self._core.db.read() as db:
            rows = (await db.execute(query)).all()
        changed = [row for row in rows if row.safety_score - _now(row.score, row.at, now) >= 1]
        for row in changed:
            score = _now(row.score, row.at, now)
            async with self._core.db.write() as tx:
                await self._show(tx, row.stream_id, score)
                found = SafetyScore(
                    stream_id=row.stream_id,
                    score=score,
                    signals=row.signals,
                    hints=list(self.hints(row.stream_id)),
                    at=tx.now,
                )
                await self._tell(tx, found)
        return len(changed)


def _now(score: float, at: datetime, now: datetime) -> float:
    return round(faded(score, (now - at).total_seconds()), 1)


def _signal_of(event: FeedEvent) -> Signal | None:
    if event.type is EventType.STREAM_PANICKED:
        return Signal(Stream.model_validate_json(event.data).id, "panic", _PANIC_WEIGHT)
    if event.type is EventType.REPORT_FILED:
        case = CaseSummary.model_validate_json(event.data)
        if case.stream_id is not None and case.report_count:
            weight = round(SEVERITY[gravest(case.reasons)] * _REPORT_SHARE, 1)
            return Signal(case.stream_id, "report", weight)
    return None
