"""What is said in rooms, and who may not."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Moment


class ChatMessageRow(Base):
    """One message. Deleted ones stay as evidence; rooms no longer show them."""

    __tablename__ = "chat_messages"
    __table_args__ = (
        Index("ix_chat_messages_stream_id", "stream_id", "id"),
        Index("ix_chat_messages_author_id", "author_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"))
    author_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    is_ai: Mapped[bool] = mapped_column(Boolean)
    reply_to: Mapped[str | None] = mapped_column(String(36))
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_by: Mapped[str | None] = mapped_column(String(36))


class RestrictionRow(Base):
    """A mute or ban in one room, or everywhere where `stream_id` is NULL.

    Against a creator's room it holds for all their streams: `creator_id` says whose.
    """

    __tablename__ = "restrictions"
    __table_args__ = (Index("ix_restrictions_user_id", "user_id", "kind"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    stream_id: Mapped[str | None] = mapped_column(ForeignKey("streams.id"), index=True)
    creator_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"), index=True)
    by_id: Mapped[str] = mapped_column(String(36))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
