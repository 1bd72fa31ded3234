"""Column types that mean the same on SQLite, MySQL and MariaDB."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, String
from sqlalchemy.dialects.mysql import DATETIME, LONGBLOB, VARCHAR
from sqlalchemy.types import TypeDecorator


class InstantType(TypeDecorator[datetime]):
    """A point in time, stored in UTC to the microsecond; naive values are refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:  # noqa: ANN401 - SQLAlchemy's signature
        """Use MySQL's fractional seconds; its plain DATETIME rounds them away."""
        kind = DATETIME(fsp=6) if dialect.name in {"mysql", "mariadb"} else DateTime()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware value into naive UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


def code(length: int) -> String:
    """Return the type of ids, keys and code words: ASCII, told apart by case and by byte."""
    binary = VARCHAR(length, charset="ascii", collation="ascii_bin")
    return String(length).with_variant(binary, "mysql", "mariadb")


def counter() -> BigInteger:
    """Return the type of counts and sizes."""
    return BigInteger().with_variant(Integer(), "sqlite")


def document() -> LargeBinary:
    """Return the type of JSON documents: bytes, as we wrote them."""
    return LargeBinary().with_variant(LONGBLOB(), "mysql", "mariadb")
