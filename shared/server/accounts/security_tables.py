"""What guards an account besides its password: second factors, recovery codes, failed sign-ins."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.server.db.base import Base, Moment


class TwoFactorRow(Base):
    """A person's TOTP factor. The secret is not stored: it derives from the server's and `salt`."""

    __tablename__ = "two_factor"

    user_id: Mapped[str] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    salt: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    """Until a first code was given, sign-in asks for none."""
    last_step: Mapped[int] = mapped_column(BigInteger)
    """The time step of the last code taken: no code is taken twice."""


class RecoveryCodeRow(Base):
    """One recovery code, stored as SHA-256; it has 80 random bits of its own."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class LoginFailureRow(Base):
    """Failed sign-ins in a row for one e-mail, known or not; the e-mail is stored as a hash."""

    __tablename__ = "login_failures"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(Moment, index=True)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
