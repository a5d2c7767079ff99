"""What the audience moves: the StripSync queue, unlockables, duels and achievements."""

from datetime import datetime

from sqlalchemy import BigInteger, Float, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Moment

_OPEN = text("done_at IS NULL")


class StageActionRow(Base):
    """One timed action that tips, votes or the creator queued."""

    __tablename__ = "stage_actions"
    __table_args__ = (
        Index("ix_stage_actions_stream_id", "stream_id", "id"),
        Index("ix_stage_actions_open", "stream_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"))
    source: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(80))
    duration_s: Mapped[int] = mapped_column(Integer)
    tokens: Mapped[int] = mapped_column(BigInteger)
    requested_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    queued_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


class ActionVoteRow(Base):
    """A person's vote for a line of the tip menu; gone once the votes queued it."""

    __tablename__ = "action_votes"

    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"), primary_key=True)
    menu_item_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(Moment)


class UnlockableRow(Base):
    """Something a stream's room opens together by tipping `threshold_tokens`."""

    __tablename__ = "unlockables"
    __table_args__ = (Index("ix_unlockables_stream_id", "stream_id", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"))
    title: Mapped[str] = mapped_column(String(80))
    reveal: Mapped[str] = mapped_column(Text)
    threshold_tokens: Mapped[int] = mapped_column(BigInteger)
    raised_tokens: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)


class DuelRow(Base):
    """A mood duel of two rooms: offered, under way once the other side agreed, ended."""

    __tablename__ = "duels"
    __table_args__ = (
        Index("ix_duels_stream_id", "stream_id", "state"),
        Index("ix_duels_rival_stream_id", "rival_stream_id", "state"),
        Index("ix_duels_state", "state", "ends_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"))
    rival_stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"))
    state: Mapped[str] = mapped_column(String(12))
    mood: Mapped[str] = mapped_column(String(16))
    rival_mood: Mapped[str | None] = mapped_column(String(16))
    duration_s: Mapped[int] = mapped_column(Integer)
    score: Mapped[float] = mapped_column(Float)
    rival_score: Mapped[float] = mapped_column(Float)
    offered_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    """Of an offer: until when it stands."""


class DuelVoteRow(Base):
    """A person's one vote in a duel."""

    __tablename__ = "duel_votes"

    duel_id: Mapped[str] = mapped_column(
        ForeignKey("duels.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    stream_id: Mapped[str] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(Moment)


class AchievementRow(Base):
    """A person reached something, once."""

    __tablename__ = "achievements"

    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
