"""Streams and the keys that publish them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Json, Moment

_OPEN = text("ended_at IS NULL")


class StreamRow(Base):
    """One broadcast, from its announcement to its end."""

    __tablename__ = "streams"
    __table_args__ = (
        # A creator has one open stream; the database itself says so.
        Index(
            "uq_streams_open",
            "creator_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_streams_state", "state"),
        Index("ix_streams_creator_id", "creator_id", "started_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    creator_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str] = mapped_column(String(120))
    tags: Mapped[list[str]] = mapped_column(Json)
    mood: Mapped[str] = mapped_column(String(16))
    audience: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(Moment)
    state_at: Mapped[datetime] = mapped_column(Moment)
    """When `state` last changed."""
    live_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    peak_viewers: Mapped[int] = mapped_column(Integer)
    safety_score: Mapped[float] = mapped_column(Float)
    media: Mapped[dict[str, Any] | None] = mapped_column(Json)
    keep_recording: Mapped[bool] = mapped_column(Boolean, server_default=false())
    """Whether its creator wants a recording of it."""


class ViewerMinuteRow(Base):
    """How many watched a stream in a minute on air, as they were counted last in it."""

    __tablename__ = "viewer_minutes"

    stream_id: Mapped[str] = mapped_column(
        ForeignKey("streams.id", ondelete="CASCADE"), primary_key=True
    )
    minute: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """Whole minutes since the stream was first on air."""
    viewers: Mapped[int] = mapped_column(Integer)


class StreamKeyRow(Base):
    """A creator's stream key: its generation, and the SHA-256 of what it derives to."""

    __tablename__ = "stream_keys"

    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    generation: Mapped[int] = mapped_column(Integer)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)


class ScheduledStreamRow(Base):
    """A stream that its creator plans."""

    __tablename__ = "scheduled_streams"
    __table_args__ = (Index("ix_scheduled_streams_creator_id", "creator_id", "starts_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    creator_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(120))
    tags: Mapped[list[str]] = mapped_column(Json)
    mood: Mapped[str] = mapped_column(String(16))
    audience: Mapped[str] = mapped_column(String(16))
    starts_at: Mapped[datetime] = mapped_column(Moment)
    duration_min: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(Moment)
