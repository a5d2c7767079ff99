"""The feed log: what every room said, in order."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Moment

_NOTICE = text("type = 'notification.new'")


class FeedRoomRow(Base):
    """The last sequence number of a room; its row lock orders the room's transactions."""

    __tablename__ = "feed_rooms"

    room: Mapped[str] = mapped_column(String(60), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)


class FeedEventRow(Base):
    """One event; `data` is the JSON that goes over the wire, kept as it was first encoded."""

    __tablename__ = "feed_events"
    __table_args__ = (
        Index("ix_feed_events_at", "at"),
        Index(
            "ix_feed_events_notices",
            "room",
            "at",
            sqlite_where=_NOTICE,
            postgresql_where=_NOTICE,
        ),
        {"sqlite_with_rowid": False},
    )

    room: Mapped[str] = mapped_column(String(60), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)
    data: Mapped[str] = mapped_column(Text)
