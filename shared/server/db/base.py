"""What every area's tables are made of: the declarative base and the column types."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from sqlalchemy import BigInteger, Dialect, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(TypeDecorator[datetime]):
    """A moment as whole milliseconds since 1970: exact, ordered, and the same on both engines."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Cut to milliseconds; a naive time is a defect and raises."""
        return None if value is None else (value - _EPOCH) // timedelta(milliseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """An aware UTC moment."""
        return None if value is None else _EPOCH + timedelta(milliseconds=value)


class Json(TypeDecorator[Any]):
    """A JSON value kept as compact text on both engines."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Compact JSON; None stays NULL."""
        if value is None:
            return None
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The value again."""
        return None if value is None else json.loads(value)


IdColumn = Annotated[str, mapped_column(String(36))]
"""A UUIDv7 that refers to something."""
IdKey = Annotated[str, mapped_column(String(36), primary_key=True)]
"""A UUIDv7 that is the row's key."""
MomentColumn = Annotated[datetime, mapped_column(Moment)]
"""A moment; write `MomentColumn | None` as `Mapped[datetime | None] = mapped_column(Moment)`."""
TokensColumn = Annotated[int, mapped_column(BigInteger)]
"""An amount of tokens."""


class Base(DeclarativeBase):
    """The base of all tables; names of constraints are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
