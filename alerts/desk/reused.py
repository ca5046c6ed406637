"""Messages under a number that was received before, but about an alert nobody has heard of.

A node's machine that was rolled back as a whole gives numbers a second time before its outbox
can know. The number says "twice", the alert says "new": an alert may not be lost, so it counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.desk.tables import AlertRecord
from alerts.schema import AlertMessage


def worth_applying(
    session: Session, messages: Sequence[AlertMessage], is_new: Sequence[bool]
) -> list[AlertMessage]:
    """The new ones and, each once, those of alerts that are neither new here nor in the store."""
    fresh = {each.alert_id for each, new in zip(messages, is_new, strict=True) if new}
    doubtful = {each.alert_id for each in messages} - fresh
    if doubtful:
        query = select(AlertRecord.alert_id).where(AlertRecord.alert_id.in_(doubtful))
        doubtful -= set(session.scalars(query))
    chosen: list[AlertMessage] = []
    reused: set[tuple[object, ...]] = set()
    for message, new in zip(messages, is_new, strict=True):
        identity = (message.outbox_id, message.camera, message.sequence)
        if new:
            chosen.append(message)
        elif message.alert_id in doubtful and identity not in reused:
            reused.add(identity)
            chosen.append(message)
    return chosen
