"""What stands between a message and its room: held messages, room modes, safety scores."""

from datetime import datetime

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Json, Moment


class HeldMessageRow(Base):
    """A message that waits for a person to release or deny it; the room has not seen it."""

    __tablename__ = "held_messages"
    __table_args__ = (Index("ix_held_messages_stream_id", "stream_id", "state", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"))
    author_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(Text)
    reply_to: Mapped[str | None] = mapped_column(String(36))
    rule: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(12))
    by_id: Mapped[str | None] = mapped_column(String(36))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    message_id: Mapped[str | None] = mapped_column(String(36))
    """What it became when it was released."""


class RoomModeRow(Base):
    """How strict one stream's room is; no row is the ordinary way."""

    __tablename__ = "room_modes"

    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"), primary_key=True)
    slow_s: Mapped[int] = mapped_column(Integer)
    is_shielded: Mapped[bool] = mapped_column(Boolean)
    by_id: Mapped[str] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(Moment)


class SafetyRow(Base):
    """The signals of one stream's room, added up as they fade."""

    __tablename__ = "safety"

    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"), primary_key=True)
    score: Mapped[float] = mapped_column(Float)
    """As it was at `at`; since then it has faded."""
    at: Mapped[datetime] = mapped_column(Moment)
    signals: Mapped[dict[str, int]] = mapped_column(Json)
    escalated_at: Mapped[datetime | None] = mapped_column(Moment)
