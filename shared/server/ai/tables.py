"""A log of every text that a model generated: what for, by which model, and what became of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Moment


class GeneratedTextRow(Base):
    """One generated text; a refused one is kept by its hash only."""

    __tablename__ = "generated_texts"
    __table_args__ = (Index("ix_generated_texts_user_id", "user_id", "at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    """Whose request it was."""
    purpose: Mapped[str] = mapped_column(String(24))
    provider: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    """Empty when the guardrails refused it."""
    sha256: Mapped[str] = mapped_column(String(64))
    harm: Mapped[str | None] = mapped_column(String(20))
    took_ms: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment)
