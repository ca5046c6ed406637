"""The desk's table of commands from other platforms, with what was replied to each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from alerts.desk.columns import Base


class CommandRecord(Base):
    """A command that was carried out or refused for good; `reply` is the JSON of its reply.

    `digest` is of what was asked, so that a number used for something else is noticed.
    """

    __tablename__ = "commands"

    integrator: Mapped[str] = mapped_column(String(64), primary_key=True)
    command_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    reply: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)
