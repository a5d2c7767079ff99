"""Goals, tip menus and the mood strip."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Json, Moment


class GoalRow(Base):
    """One goal of a stream."""

    __tablename__ = "goals"
    __table_args__ = (Index("ix_goals_stream_id", "stream_id", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"))
    title: Mapped[str] = mapped_column(String(80))
    target_tokens: Mapped[int] = mapped_column(BigInteger)
    raised_tokens: Mapped[int] = mapped_column(BigInteger)
    reached_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer, server_default="0")
    """Its place among the stream's goals; a move changes it without the others' versions."""
    milestones: Mapped[list[dict[str, Any]]] = mapped_column(Json, server_default="[]")
    """Steps on the way (`title`, `tokens`, `reached_at`), the lowest first."""
    advance_percent: Mapped[int | None] = mapped_column(Integer)
    """By how much the target of the goal that follows on this one is higher; None: none follows."""


class TipMenuItemRow(Base):
    """One line of a creator's tip menu."""

    __tablename__ = "tip_menu_items"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(80))
    tokens: Mapped[int] = mapped_column(BigInteger)
    duration_s: Mapped[int | None] = mapped_column(Integer)


class MoodRow(Base):
    """A room's mood weights as they were at `at`; all halve every 60 s since."""

    __tablename__ = "mood_strips"

    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"), primary_key=True)
    weights: Mapped[dict[str, float]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Moment)


class MoodVoteRow(Base):
    """A person's last vote in a room: it says which mood their tips count for."""

    __tablename__ = "mood_votes"

    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    mood: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)
