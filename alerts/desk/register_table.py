"""The table of the register; triggers of its migration refuse UPDATE and DELETE."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from alerts.desk.columns import Base
from alerts.desk.register_chain import time_text


class RegisterRecord(Base):
    """Who watched, exported or searched what, and why; see `alerts.desk.register_chain`.

    Empty words stand where a field does not apply. `previous` is unique: no two entries can follow
    the same one, whatever becomes of the lock under which they are written.
    """

    __tablename__ = "register"
    __table_args__ = (
        Index("ix_register_area", "area_id", "number"),
        Index("ix_register_actor", "actor", "number"),
        Index("ix_register_camera", "camera_id", "number"),
        Index("ix_register_case", "case_code", "number"),
    )

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(32))
    client: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(32))
    case_code: Mapped[str] = mapped_column(String(64))
    camera_id: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(Text)
    area_id: Mapped[str] = mapped_column(String(32))
    owner: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64))


def fields_of(record: RegisterRecord) -> dict[str, object]:
    """As it is hashed and exported."""
    return {
        "number": record.number,
        "at": time_text(record.at),
        "actor": record.actor,
        "role": record.role,
        "client": record.client,
        "action": record.action,
        "case": record.case_code,
        "camera": record.camera_id,
        "subject": record.subject,
        "area": record.area_id,
        "owner": record.owner,
        "reason": record.reason,
        "previous": record.previous,
        "hash": record.hash,
    }
