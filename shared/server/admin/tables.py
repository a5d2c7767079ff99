"""What admins set and say: settings that outlive a restart, and announcements."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Json, Moment


class ConfigRow(Base):
    """All settings that differ from what the operator started the server with; one row."""

    __tablename__ = "config"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer)
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    by_id: Mapped[str] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(Moment)


class AnnouncementRow(Base):
    """A sentence to everybody, until it is over."""

    __tablename__ = "announcements"
    __table_args__ = (Index("ix_announcements_until", "until"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[str] = mapped_column(String(36))
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
