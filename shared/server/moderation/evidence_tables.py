"""What evidence and ban evasion rest on: clips of broadcasts, and traces that accounts leave."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Moment


class ClipRow(Base):
    """A case's clip of the broadcast; its files are `ExhibitRow`s."""

    __tablename__ = "evidence_clips"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"))
    begins_at: Mapped[datetime] = mapped_column(Moment)
    duration_ms: Mapped[int] = mapped_column(Integer)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    stills: Mapped[int] = mapped_column(Integer)
    """How many pictures of it there are."""
    at: Mapped[datetime] = mapped_column(Moment)


class ExhibitRow(Base):
    """A file of a case's evidence; its content lies in the object store under its SHA-256."""

    __tablename__ = "evidence_files"
    __table_args__ = (Index("ix_evidence_files_sha256", "sha256"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    """`clip.mp4`, or `still-N.jpg`."""
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment)


class TraceRow(Base):
    """A salted hash of something an account was used with: a device, a network, a payment."""

    __tablename__ = "traces"
    __table_args__ = (Index("ix_traces_kind", "kind", "hash"),)

    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    hash: Mapped[str] = mapped_column(String(32), primary_key=True)
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)
