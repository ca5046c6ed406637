"""The desk's tables about tokens of integrators and about failed log-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from alerts.desk.columns import Base
from alerts.desk.tables import OfficerRecord


class ApiTokenRecord(Base):
    """A token; `token_hash` is its SHA-256, the token itself is kept nowhere.

    `hint` is how it begins, so that people can tell one from another; `scopes` are separated by
    spaces; `used_at` is coarse.
    """

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(16))
    scopes: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    officer: Mapped[OfficerRecord] = relationship()


class LockoutRecord(Base):
    """Failed log-ins of one account or address; `key` is the SHA-256 of what it is about.

    Hashed, for people type their password into the field of the name, too.
    """

    __tablename__ = "lockouts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    last_at: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int]
    locked_until: Mapped[datetime | None]
