"""Figures kept up as things happen, so that nobody has to add up a whole table."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Moment


class SupportRow(Base):
    """What a person gave and got by tips and gifts, less what was taken back."""

    __tablename__ = "support_totals"

    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    given_tokens: Mapped[int] = mapped_column(BigInteger)
    given_count: Mapped[int] = mapped_column(BigInteger)
    received_tokens: Mapped[int] = mapped_column(BigInteger)
    received_count: Mapped[int] = mapped_column(BigInteger)


class PairRow(Base):
    """What one person gave one creator over all streams."""

    __tablename__ = "support_pairs"

    creator_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sender_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    tokens: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int] = mapped_column(BigInteger)


class HourFigureRow(Base):
    """What came together in one whole hour (counted since 1970) that is over."""

    __tablename__ = "hour_figures"

    figure: Mapped[str] = mapped_column(String(16), primary_key=True)
    hour: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    total: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int] = mapped_column(BigInteger)


class ProcessRow(Base):
    """One server process over this database, and when it last said that it runs."""

    __tablename__ = "server_processes"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class PresenceRow(Base):
    """Somebody who has a socket in a room, at one process."""

    __tablename__ = "presences"

    room: Mapped[str] = mapped_column(String(60), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    process: Mapped[str] = mapped_column(String(36), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(Moment)


class NotificationMarkRow(Base):
    """Until when a person has seen their notifications: they were there."""

    __tablename__ = "notification_marks"

    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    seen_at: Mapped[datetime] = mapped_column(Moment)
