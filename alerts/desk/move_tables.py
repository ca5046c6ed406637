"""The tables behind the moves of cases: what belongs together, and the clock of limits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from alerts.desk.columns import Base


class CaseLinkRecord(Base):
    """Two cases that belong together: `from_id` was merged into, split off or related to `to_id`.

    `kind` is a `LinkKind`; `actor` the log-in name of whoever said so.
    """

    __tablename__ = "case_links"
    __table_args__ = (UniqueConstraint("from_id", "to_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class ClockRecord(Base):
    """One row, `id` 1: how far the wall clock has been set since the desk started."""

    __tablename__ = "limit_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    ahead_s: Mapped[int]
