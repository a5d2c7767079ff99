"""Reports, cases, their event log, decisions and the audit chain."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Float, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Json, Moment

_UNDECIDED = text("stage <> 'decided'")
_IN_FORCE = text("superseded_at IS NULL")


class CaseRow(Base):
    """The projection of a case's event log; its row lock orders everything done to the case.

    There is at most one undecided case per subject. `lease_token` rises with every claim and is
    never set back. `stage_version` is the version of the last change other than a further report.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "uq_cases_undecided_subject",
            "subject_type",
            "subject_id",
            unique=True,
            sqlite_where=_UNDECIDED,
            postgresql_where=_UNDECIDED,
        ),
        Index("ix_cases_stage_base_priority", "stage", "base_priority"),
        Index("ix_cases_decided_at", "decided_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[str] = mapped_column(String(36))
    subject_user_id: Mapped[str | None] = mapped_column(String(36), index=True)
    subject_label: Mapped[str] = mapped_column(String(200))
    stream_id: Mapped[str | None] = mapped_column(String(36), index=True)
    stage: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer)
    stage_version: Mapped[int] = mapped_column(Integer)
    reasons: Mapped[list[str]] = mapped_column(Json)
    report_count: Mapped[int] = mapped_column(Integer)
    base_priority: Mapped[float] = mapped_column(Float)
    """The severity's points: what the queue is cut by before the rest is computed."""
    evidence: Mapped[dict[str, Any]] = mapped_column(Json)
    """The subject as it was when first reported; never changed."""
    evidence_hash: Mapped[str] = mapped_column(String(64))
    lease_token: Mapped[int] = mapped_column(Integer)
    lease_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)


class ReportRow(Base):
    """One person's report; who reports a case again changes nothing."""

    __tablename__ = "reports"
    __table_args__ = (
        Index("uq_reports_case_id_reporter_id", "case_id", "reporter_id", unique=True),
        Index("ix_reports_reporter_id_at", "reporter_id", "at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    reporter_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(20))


class CaseEventRow(Base):
    """What happened to a case, in order; rows are only ever added."""

    __tablename__ = "case_events"
    __table_args__ = (Index("ix_case_events_actor_id_event", "actor_id", "event", "at"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    event: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str | None] = mapped_column(String(36))
    """None is the system itself."""
    at: Mapped[datetime] = mapped_column(Moment)
    details: Mapped[dict[str, Any]] = mapped_column(Json)


class DecisionRow(Base):
    """A decision with its statement of reasons; a case has one that no later one replaced."""

    __tablename__ = "decisions"
    __table_args__ = (
        Index(
            "uq_decisions_case_id_in_force",
            "case_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
        Index("ix_decisions_at", "at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    by_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    lease_token: Mapped[int] = mapped_column(Integer)
    policy: Mapped[str] = mapped_column(String(80))
    statement: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    superseded_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the case was opened again."""


class ActionRow(Base):
    """One action that a decision carried out, what its inverse needs, and how it ended."""

    __tablename__ = "actions"
    __table_args__ = (Index("ix_actions_until", "until"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    target_type: Mapped[str] = mapped_column(String(16))
    target_id: Mapped[str] = mapped_column(String(36))
    until: Mapped[datetime | None] = mapped_column(Moment)
    undo: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Ids of what the action made: its inverse undoes exactly these."""
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_how: Mapped[str | None] = mapped_column(String(12))
    """`expired`, `reversed` or `overturned`."""
    ended_by: Mapped[str | None] = mapped_column(String(36))
    """None is the system itself."""


class StrikeRow(Base):
    """What a decision against a person counts, until it expires or the decision is undone."""

    __tablename__ = "strikes"
    __table_args__ = (Index("ix_strikes_user_id", "user_id", "expires_at"),)

    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    policy: Mapped[str] = mapped_column(String(80))
    points: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    voided_at: Mapped[datetime | None] = mapped_column(Moment)


class AuditRow(Base):
    """One link of the audit chain; rows are only ever added, which triggers enforce."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_subject", "subject_type", "subject_id", "seq"),
        Index("ix_audit_entries_actor_id", "actor_id", "seq"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[str] = mapped_column(String(36))
    actor: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[str] = mapped_column(String(36))
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditHeadRow(Base):
    """The chain's last link; its row lock orders writers and tells of a tail cut off."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
