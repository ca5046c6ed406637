"""A search in words for the register: what was asked for, and how it was narrowed."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from alerts.desk.views import QueueFilter


def asked_words(wanted: QueueFilter) -> str | None:
    """As in `张三 statuses=closed camera_id=plaza-east`; None where no words were asked for.

    Filters alone are no search: they are how the queue is looked at.
    """
    words = " ".join((wanted.text or "").split())
    if not words:
        return None
    narrowed = ((each.name, getattr(wanted, each.name)) for each in fields(wanted))
    told = (f"{name}={_told(value)}" for name, value in narrowed if name != "text" and value)
    return " ".join([words, *told])


def _told(value: object) -> str:
    if isinstance(value, frozenset):
        return ",".join(sorted(value))
    return value.isoformat() if isinstance(value, datetime) else str(value)
