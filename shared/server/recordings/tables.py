"""Recordings of ended streams, and the segments they are made of."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Moment


class RecordingRow(Base):
    """What is kept of one stream; its totals are those of its segments."""

    __tablename__ = "recordings"
    __table_args__ = (Index("ix_recordings_creator_id", "creator_id", "stream_id"),)

    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"), primary_key=True)
    creator_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    begins_at: Mapped[datetime] = mapped_column(Moment)
    duration_ms: Mapped[int] = mapped_column(BigInteger)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
    """Since then nobody can play it; evidence may keep its files longer."""
    purged_at: Mapped[datetime | None] = mapped_column(Moment)
    """When its files were removed."""


class RecordedSegmentRow(Base):
    """One segment; its file and its epoch's init segment lie in the object store."""

    __tablename__ = "recorded_segments"

    stream_id: Mapped[str] = mapped_column(
        ForeignKey("recordings.stream_id", ondelete="CASCADE"), primary_key=True
    )
    epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    serial: Mapped[int] = mapped_column(Integer, primary_key=True)
    begins_at: Mapped[datetime] = mapped_column(Moment)
    duration_ms: Mapped[int] = mapped_column(Integer)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
