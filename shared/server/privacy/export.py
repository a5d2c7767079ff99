"""A person's data, gathered from every table that holds some."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import DeclarativeBase

from shared.schemas.privacy import ExportSection, UserExport
from shared.schemas.roles import Permission
from shared.server.accounts.security_tables import TwoFactorRow
from shared.server.accounts.service import AccountService
from shared.server.accounts.tables import FollowRow, SessionRow, UserRow
from shared.server.ai.tables import GeneratedTextRow
from shared.server.automod.tables import HeldMessageRow
from shared.server.compliance.tables import AgeRow, KycRow, Record2257Row
from shared.server.consent.tables import ConsentRow, SafeWordRow
from shared.server.core import Core
from shared.server.http.errors import forbidden
from shared.server.http.sessions import Caller
from shared.server.insights.tables import NotificationMarkRow, SupportRow
from shared.server.moderation.evidence_tables import TraceRow
from shared.server.moderation.review_tables import AppealRow
from shared.server.moderation.tables import ReportRow, StrikeRow
from shared.server.room.tables import ChatMessageRow, RestrictionRow
from shared.server.show.tables import MoodVoteRow, TipMenuItemRow
from shared.server.stage.tables import (
    AchievementRow,
    ActionVoteRow,
    DuelVoteRow,
    StageActionRow,
)
from shared.server.streams.tables import ScheduledStreamRow, StreamKeyRow, StreamRow
from shared.server.teezer.tables import TeezerRow
from shared.server.wallet.ledger import earnings_of, wallet_of
from shared.server.wallet.payment_tables import PaymentRow, PayoutHoldRow
from shared.server.wallet.tables import GiftRow, LedgerEntryRow, TipRow

MOST_ROWS = 10_000
"""Of each kind; whoever has more asks an admin for the rest."""
_SECRET = frozenset({"salt", "last_step"})
"""Left out, as is everything named a hash: they prove a secret or stand for one, and say nothing
of the person. A device or network is a row of `traces` with its dates."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows of one table that belong to a person by any of these columns."""

    name: str
    row: type[DeclarativeBase]
    owners: tuple[str, ...]


PARTS = (
    _Part("account", UserRow, ("id",)),
    _Part("sessions", SessionRow, ("user_id",)),
    _Part("second_factor", TwoFactorRow, ("user_id",)),
    _Part("follows", FollowRow, ("follower_id", "followed_id")),
    _Part("messages", ChatMessageRow, ("author_id",)),
    _Part("restrictions", RestrictionRow, ("user_id",)),
    _Part("tips", TipRow, ("sender_id",)),
    _Part("gifts", GiftRow, ("sender_id", "creator_id")),
    _Part("streams", StreamRow, ("creator_id",)),
    _Part("schedule", ScheduledStreamRow, ("creator_id",)),
    _Part("tip_menu", TipMenuItemRow, ("user_id",)),
    _Part("mood_votes", MoodVoteRow, ("user_id",)),
    _Part("duel_votes", DuelVoteRow, ("user_id",)),
    _Part("achievements", AchievementRow, ("user_id",)),
    _Part("support", SupportRow, ("user_id",)),
    _Part("consent", ConsentRow, ("user_id",)),
    _Part("teezer", TeezerRow, ("user_id",)),
    _Part("reports", ReportRow, ("reporter_id",)),
    _Part("strikes", StrikeRow, ("user_id",)),
    _Part("appeals", AppealRow, ("appellant_id",)),
    _Part("payout_holds", PayoutHoldRow, ("user_id",)),
    _Part("payments", PaymentRow, ("user_id",)),
    _Part("held_messages", HeldMessageRow, ("author_id",)),
    _Part("generated_texts", GeneratedTextRow, ("user_id",)),
    _Part("actions_asked_for", StageActionRow, ("requested_by",)),
    _Part("action_votes", ActionVoteRow, ("user_id",)),
    _Part("safe_word", SafeWordRow, ("user_id",)),
    _Part("stream_key", StreamKeyRow, ("user_id",)),
    _Part("notices_seen", NotificationMarkRow, ("user_id",)),
    _Part("traces", TraceRow, ("user_id",)),
    _Part("identity_records", KycRow, ("user_id",)),
    _Part("age_records", AgeRow, ("user_id",)),
    _Part("records_2257", Record2257Row, ("user_id",)),
)


class ExportService:
    """Gathers what is held of a person."""

    def __init__(self, core: Core, accounts: AccountService) -> None:
        self._core = core
        self._accounts = accounts

    async def export(self, caller: Caller, user_id: str) -> UserExport:
        """Everything of oneself; admins may gather anybody's.

        Raises:
            Refused: it is somebody else's, or there is no such person.
        """
        if caller.user_id != user_id and not caller.may(Permission.ADMINISTER_USERS):
            raise forbidden()
        async with self._core.db.survey() as db:
            user = await self._accounts.user(db, user_id)
            sections = {}
            for part in PARTS:
                table: Any = part.row.__table__
                mine = or_(*(table.c[owner] == user_id for owner in part.owners))
                sections[part.name] = await _section(db, table, mine)
            ledger: Any = LedgerEntryRow.__table__
            mine = ledger.c.account_id.in_((wallet_of(user_id), earnings_of(user_id)))
            sections["ledger"] = await _section(db, ledger, mine)
        return UserExport(at=self._core.clock.now(), user=user, sections=sections)


async def _section(db: AsyncConnection, table: Table, mine: ColumnElement[bool]) -> ExportSection:
    shown = [c for c in table.c if c.name not in _SECRET and not c.name.endswith("hash")]
    newest = [column.desc() for column in table.primary_key.columns]
    query = select(*shown).where(mine).order_by(*newest).limit(MOST_ROWS + 1)
    rows = (await db.execute(query)).mappings().all()
    items = [{str(k): _plain(v) for k, v in row.items()} for row in rows[:MOST_ROWS]]
    return ExportSection(items=items, is_complete=len(rows) <= MOST_ROWS)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
