"""Achievements: reached once, from running totals, in the transaction that reaches them."""

from sqlalchemy import bindparam, select

from shared.ids import new_id
from shared.schemas.common import Page
from shared.schemas.notices import Notice, NoticeKind
from shared.schemas.realtime import EventType, user_room
from shared.schemas.stage import Achievement, AchievementKind
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.db.database import Tx, upsert
from shared.server.http.sessions import Caller
from shared.server.insights.tables import SupportRow
from shared.server.stage.tables import AchievementRow
from shared.server.streams.records import StreamRecord

BIG_TIP = 500
_K = AchievementKind
_TOTALS = select(SupportRow.given_tokens, SupportRow.given_count, SupportRow.received_tokens).where(
    SupportRow.user_id == bindparam("who")
)
_LOCALE = select(UserRow.locale).where(UserRow.id == bindparam("who"))
_HAD = select(AchievementRow.kind).where(AchievementRow.user_id == bindparam("who"))


_WORDS: dict[AchievementKind, tuple[str, str]] = {
    _K.FIRST_TIP: ("You gave your first tip.", "Je gaf je eerste tip."),
    _K.TIPS_100: ("You gave your hundredth tip.", "Je gaf je honderdste tip."),
    _K.GIVEN_1000: ("You gave 1,000 tokens in all.", "Je gaf in totaal 1.000 tokens."),
    _K.GIVEN_10000: ("You gave 10,000 tokens in all.", "Je gaf in totaal 10.000 tokens."),
    _K.BIG_TIP: ("You gave 500 tokens at once.", "Je gaf 500 tokens in één keer."),
    _K.FIRST_EARNED: ("You earned your first tokens.", "Je verdiende je eerste tokens."),
    _K.EARNED_1000: ("You were given 1,000 tokens in all.", "Je kreeg in totaal 1.000 tokens."),
    _K.EARNED_10000: (
        "You were given 10,000 tokens in all.",
        "Je kreeg in totaal 10.000 tokens.",
    ),
}
"""English, then Dutch."""


def reached(
    given_tokens: int, given_count: int, received_tokens: int, *, tip: int = 0
) -> set[AchievementKind]:
    """Everything that these totals and this one tip amount to."""
    conditions = {
        _K.FIRST_TIP: given_count >= 1,
        _K.TIPS_100: given_count >= 100,
        _K.GIVEN_1000: given_tokens >= 1000,
        _K.GIVEN_10000: given_tokens >= 10_000,
        _K.BIG_TIP: tip >= BIG_TIP,
        _K.FIRST_EARNED: received_tokens >= 1,
        _K.EARNED_1000: received_tokens >= 1000,
        _K.EARNED_10000: received_tokens >= 10_000,
    }
    return {kind for kind, holds in conditions.items() if holds}


class Achievements:
    """Everybody's achievements."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def of(self, user_id: str) -> Page[Achievement]:
        """A person's, first reached first."""
        query = (
            select(AchievementRow.kind, AchievementRow.at)
            .where(AchievementRow.user_id == user_id)
            .order_by(AchievementRow.at, AchievementRow.kind)
        )
        async with self._core.db.read() as db:
            rows = (await db.execute(query)).all()
        items = [Achievement(kind=AchievementKind(kind), at=at) for kind, at in rows]
        return Page[Achievement](items=items)

    async def spent(self, tx: Tx, caller: Caller, stream: StreamRecord, tokens: int) -> None:
        """See what a tip or gift made its sender and its creator reach."""
        await self._award(tx, caller.user_id, tip=tokens)
        await self._award(tx, stream.creator.id, tip=0)

    async def _award(self, tx: Tx, user_id: str, *, tip: int) -> None:
        row = (await tx.db.execute(_TOTALS, {"who": user_id})).first()
        if row is None:
            return
        before = set((await tx.db.execute(_HAD, {"who": user_id})).scalars())
        new = [
            kind
            for kind in sorted(reached(row[0], row[1], row[2], tip=tip))
            if kind.value not in before
        ]
        if not new:
            return
        is_dutch = (await tx.db.execute(_LOCALE, {"who": user_id})).scalar_one_or_none() == "nl"
        for kind in new:
            statement = upsert(tx.db.dialect, AchievementRow).values(
                user_id=user_id, kind=kind.value, at=tx.now
            )
            await tx.db.execute(statement.on_conflict_do_nothing())
            notice = Notice(
                id=new_id(),
                kind=NoticeKind.ACHIEVEMENT,
                text=_WORDS[kind][is_dutch],
                subject_type="user",
                subject_id=user_id,
                at=tx.now,
            )
            self._core.feed.publish(tx, user_room(user_id), EventType.NOTIFICATION_NEW, notice)
