"""The double-entry ledger, and the tips and purchases it tells of."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Moment


class LedgerAccountRow(Base):
    """One account: `wallet:{user}`, `earnings:{user}`, `platform` or `processor`.

    `balance` repeats the sum of the account's entries and is checked against it. Only the
    processor, where tokens come from, may be below zero.
    """

    __tablename__ = "ledger_accounts"
    __table_args__ = (CheckConstraint("balance >= 0 OR id = 'processor'", name="not_below_zero"),)

    id: Mapped[str] = mapped_column(String(48), primary_key=True)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"), index=True)
    balance: Mapped[int] = mapped_column(BigInteger)


class LedgerTransactionRow(Base):
    """One movement: its entries sum to zero."""

    __tablename__ = "ledger_transactions"
    __table_args__ = (Index("ix_ledger_transactions_at", "at", "kind"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)
    reverses: Mapped[str | None] = mapped_column(String(36), unique=True)
    """The transaction that this one takes back; each at most once."""


class LedgerEntryRow(Base):
    """One line of one account; never changed, never removed."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("tokens <> 0", name="moves_something"),
        Index("ix_ledger_entries_account_id", "account_id", "id"),
        Index("ix_ledger_entries_kind", "kind", "at", "tokens"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    transaction_id: Mapped[str] = mapped_column(ForeignKey("ledger_transactions.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("ledger_accounts.id"))
    kind: Mapped[str] = mapped_column(String(16))
    tokens: Mapped[int] = mapped_column(BigInteger)
    balance_after: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(String(200))


class TipRow(Base):
    """One tip; its tokens moved in `transaction_id`."""

    __tablename__ = "tips"
    __table_args__ = (
        Index("ix_tips_stream_id", "stream_id", "id"),
        Index("ix_tips_sender_id", "sender_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    transaction_id: Mapped[str] = mapped_column(ForeignKey("ledger_transactions.id"), unique=True)
    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"))
    sender_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    tokens: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(String(200))
    goal_id: Mapped[str | None] = mapped_column(String(36), index=True)
    menu_item: Mapped[str | None] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Moment)


class GiftRow(Base):
    """Gifts of one kind that one person gave at once; their tokens moved in `transaction_id`."""

    __tablename__ = "gifts"
    __table_args__ = (
        Index("ix_gifts_creator_id", "creator_id", "id"),
        Index("ix_gifts_sender_id", "sender_id", "id"),
        Index("ix_gifts_stream_id", "stream_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    transaction_id: Mapped[str] = mapped_column(ForeignKey("ledger_transactions.id"), unique=True)
    stream_id: Mapped[str] = mapped_column(ForeignKey("streams.id"))
    creator_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    sender_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    gift: Mapped[str] = mapped_column(String(24))
    quantity: Mapped[int] = mapped_column(Integer)
    tokens: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(String(200))
    goal_id: Mapped[str | None] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(Moment)
