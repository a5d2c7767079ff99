"""Teezer's switches and schedules, and a log of every text it said."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Json, Moment


class TeezerRow(Base):
    """A creator's Teezer; without a row it is off and untrained."""

    __tablename__ = "teezers"

    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    enabled: Mapped[bool] = mapped_column(Boolean)
    persona: Mapped[str] = mapped_column(Text)
    timezone: Mapped[str] = mapped_column(String(64))
    slots: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    trained_messages: Mapped[int] = mapped_column(Integer)
    trained_at: Mapped[datetime | None] = mapped_column(Moment)
    learns_since: Mapped[datetime | None] = mapped_column(Moment)
    """What was said before is never learnt again."""


class TeezerReplyRow(Base):
    """One text a machine said in a creator's room, and where it came from."""

    __tablename__ = "teezer_replies"
    __table_args__ = (Index("ix_teezer_replies_user_id", "user_id", "at"),)

    message_id: Mapped[str] = mapped_column(ForeignKey("chat_messages.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    question_id: Mapped[str] = mapped_column(ForeignKey("chat_messages.id"), unique=True)
    provider: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(16))
    harm: Mapped[str | None] = mapped_column(String(20))
    score: Mapped[float] = mapped_column(Float)
    took_ms: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment)
