"""Second opinions and what they rest on: appeals, second looks, sealed evidence."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Json, Moment


class AppealRow(Base):
    """A complaint against a decision; the database itself wants another person to judge it."""

    __tablename__ = "appeals"
    __table_args__ = (
        CheckConstraint(
            "reviewer_id IS NULL OR (reviewer_id <> decider_id AND reviewer_id <> appellant_id)",
            name="second_person",
        ),
        CheckConstraint("(state = 'open') = (reviewer_id IS NULL)", name="reviewed"),
        Index("uq_appeals_decision_id_appellant_id", "decision_id", "appellant_id", unique=True),
        Index("ix_appeals_state", "state", "id"),
        Index("ix_appeals_appellant_id", "appellant_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.id"))
    decider_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    """Who made the decision, copied here for the constraint."""
    appellant_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(Moment)
    reviewer_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    statement: Mapped[str | None] = mapped_column(Text)
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)


class SecondLookRow(Base):
    """A decision drawn for a second look by somebody else."""

    __tablename__ = "second_looks"
    __table_args__ = (
        CheckConstraint("reviewer_id IS NULL OR reviewer_id <> decider_id", name="second_person"),
        Index("ix_second_looks_reviewer_id", "reviewer_id"),
    )

    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    decider_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    drawn_at: Mapped[datetime] = mapped_column(Moment)
    reviewer_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    agrees: Mapped[bool | None] = mapped_column(Boolean)
    note: Mapped[str | None] = mapped_column(Text)
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)


class EvidenceRow(Base):
    """A case's evidence, sealed by the SHA-256 of its canonical JSON; a hold forbids erasing it."""

    __tablename__ = "evidence"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    bundle: Mapped[dict[str, Any]] = mapped_column(Json)
    sha256: Mapped[str] = mapped_column(String(64))
    on_hold: Mapped[bool] = mapped_column(Boolean)
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the last hold ended; what is kept for so many days is kept from then on."""
    pruned_at: Mapped[datetime | None] = mapped_column(Moment)
    """When its words and files were removed; what is left names them by their hashes."""
