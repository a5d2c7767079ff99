"""The consent log, and creators' safe words."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Moment


class ConsentRow(Base):
    """One entry of a stream's consent log; rows are only ever added."""

    __tablename__ = "consent_entries"
    __table_args__ = (Index("ix_consent_entries_stream_id", "stream_id", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    scope: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class SafeWordRow(Base):
    """A creator's safe word as a keyed hash; nobody can read it back."""

    __tablename__ = "safe_words"

    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    word_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)
