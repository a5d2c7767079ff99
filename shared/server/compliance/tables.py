"""Compliance records, each kind in a table of its own that no other area reads."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Json, Moment


class _Record:
    """What every kind of record holds. Papers stay outside: only their SHA-256 is here."""

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(Integer)
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(String(36))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(Text)


class KycRow(_Record, Base):
    """Who somebody is."""

    __tablename__ = "compliance_kyc"
    __table_args__ = (Index("ix_compliance_kyc_state", "state", "id"),)


class AgeRow(_Record, Base):
    """That somebody is an adult."""

    __tablename__ = "compliance_age"
    __table_args__ = (Index("ix_compliance_age_state", "state", "id"),)


class Record2257Row(_Record, Base):
    """Records of performers that 18 U.S.C. 2257 asks for."""

    __tablename__ = "compliance_2257"
    __table_args__ = (Index("ix_compliance_2257_state", "state", "id"),)
