"""Figures kept up as things happen, so that nobody has to add up a whole table."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base


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
