"""Keeps what could not be handled, within bounds."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from alerts.desk.bus_tables import RefusedRecord
from alerts.desk.intake import MAX_PAYLOAD, RefusedMessage

MAX_REFUSED = 1000
"""The newest are kept; all are counted."""


def keep_refused(
    session: Session, topic: str, payload: bytes, refused: RefusedMessage, at: datetime
) -> None:
    """Set the message aside; the same topic and bytes again only count up."""
    topic = topic.replace("\0", "")[:1000]
    digest = hashlib.sha256(topic.encode() + b"\0" + payload).hexdigest()
    query = select(RefusedRecord).where(RefusedRecord.sha256 == digest)
    record = session.scalars(query).one_or_none()
    if record is None:
        record = RefusedRecord(sha256=digest, topic=topic, count=0, first_at=at)
        record.payload, record.size = payload[:MAX_PAYLOAD], len(payload)
        session.add(record)
    record.kind, record.detail = refused.kind.value, refused.detail.replace("\0", "")
    record.count, record.last_at = record.count + 1, at


def forget_oldest(session: Session) -> None:
    """Keep `MAX_REFUSED`; called once a batch."""
    session.flush()
    surplus = session.scalar(select(func.count()).select_from(RefusedRecord)) or 0
    if surplus > MAX_REFUSED:
        oldest = (
            select(RefusedRecord.id)
            .order_by(RefusedRecord.last_at, RefusedRecord.id)
            .limit(surplus - MAX_REFUSED)
        )
        session.execute(delete(RefusedRecord).where(RefusedRecord.id.in_(oldest)))
