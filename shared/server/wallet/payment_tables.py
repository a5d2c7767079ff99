"""Payments from outside, and what their processor told about them later."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Moment


class PaymentRow(Base):
    """One payment by its processor's own id; its tokens came in `transaction_id`."""

    __tablename__ = "payments"
    __table_args__ = (
        Index("ix_payments_user_id", "user_id", "at"),
        CheckConstraint("uncollected >= 0 AND uncollected <= tokens", name="uncollected"),
    )

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    processor: Mapped[str] = mapped_column(String(24))
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    tokens: Mapped[int] = mapped_column(BigInteger)
    transaction_id: Mapped[str] = mapped_column(ForeignKey("ledger_transactions.id"), unique=True)
    state: Mapped[str] = mapped_column(String(16))
    """`settled`, `refunded` or `charged_back`."""
    uncollected: Mapped[int] = mapped_column(BigInteger)
    """Tokens that a reversal should have taken back, and that had been spent."""
    at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class PayoutHoldRow(Base):
    """Earnings of a person that wait until a question about them is settled."""

    __tablename__ = "payout_holds"
    __table_args__ = (Index("ix_payout_holds_user_id", "user_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
