"""What the outbox remembers of each alert: its latest message and its evidence.

From it come the messages that no rule makes: evidence was stored, and the end of an alert whose
rule died with the node. Functions over an open transaction of the outbox.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from alerts.alert import Phase, Reason
from alerts.schema import AlertMessage, EvidenceKind, EvidenceReference, EvidenceState
from alerts.words import REASONS

KEEP_MESSAGES = 20_000
"""A finished alert is forgotten when as many messages came after it: a cooldown may reopen it."""
PRUNE_EVERY = 256

NextSequence = Callable[[sqlite3.Connection, str], int]


def current_id(database: sqlite3.Connection) -> UUID:
    """The outbox's identity as it stands in this transaction."""
    return UUID(database.execute("SELECT outbox_id FROM outbox").fetchone()[0])


def remember(
    database: sqlite3.Connection, message: AlertMessage, payload: bytes, place: int
) -> None:
    """Keep the alert's latest message; now and then forget alerts long finished."""
    has_ended = message.ended_at is not None
    database.execute(
        "INSERT INTO alerts VALUES (?, ?, ?, ?) ON CONFLICT (alert_id) DO UPDATE SET "
        "place = excluded.place, has_ended = excluded.has_ended, payload = excluded.payload",
        (str(message.alert_id), place, has_ended, payload),
    )
    if place % PRUNE_EVERY == 0:
        database.execute(
            "DELETE FROM alerts WHERE place < ? AND has_ended AND alert_id NOT IN "
            "(SELECT alert_id FROM evidence WHERE state = 'pending')",
            (place - KEEP_MESSAGES,),
        )


def expect_evidence(
    database: sqlite3.Connection, alert_id: UUID, kinds: Iterable[EvidenceKind]
) -> tuple[EvidenceReference, ...]:
    """Note that evidence of these kinds is being made for a raised alert."""
    database.executemany(
        "INSERT OR REPLACE INTO evidence (alert_id, kind, state) VALUES (?, ?, ?)",
        [(str(alert_id), kind, EvidenceState.PENDING) for kind in kinds],
    )
    return evidence_of(database, alert_id)


def evidence_of(database: sqlite3.Connection, alert_id: UUID) -> tuple[EvidenceReference, ...]:
    """The alert's evidence as it stands, the snapshot first."""
    rows = database.execute(
        "SELECT kind, state, sha256, bytes, media_type FROM evidence "
        "WHERE alert_id = ? ORDER BY kind DESC",
        (str(alert_id),),
    )
    return tuple(
        EvidenceReference(
            kind=EvidenceKind(kind),
            state=EvidenceState(state),
            sha256=sha256,
            bytes=size,
            media_type=media_type,
        )
        for kind, state, sha256, size, media_type in rows
    )


def with_evidence(
    database: sqlite3.Connection, alert_id: UUID, next_sequence: NextSequence
) -> AlertMessage | None:
    """`updated` with the evidence as it stands; None for an alert long forgotten.

    All else is as in the alert's latest message, `ended_at` too: an alert that has ended stays
    ended.
    """
    row = database.execute(
        "SELECT payload FROM alerts WHERE alert_id = ?", (str(alert_id),)
    ).fetchone()
    if row is None:
        return None
    latest = AlertMessage.model_validate_json(row[0])
    return latest.model_copy(
        update={
            "outbox_id": current_id(database),
            "sequence": next_sequence(database, latest.camera),
            "phase": Phase.UPDATED,
            "reason": Reason.EVIDENCE,
            "evidence": evidence_of(database, alert_id),
        }
    )


def open_alerts(
    database: sqlite3.Connection, next_sequence: NextSequence
) -> Iterator[AlertMessage]:
    """The `ended` message of every alert that has none, with its last known times."""
    rows = database.execute("SELECT payload FROM alerts WHERE NOT has_ended ORDER BY place")
    for (payload,) in rows.fetchall():
        latest = AlertMessage.model_validate_json(payload)
        why = REASONS[Reason.STREAM_ENDED]
        yield latest.model_copy(
            update={
                "outbox_id": current_id(database),
                "sequence": next_sequence(database, latest.camera),
                "phase": Phase.ENDED,
                "reason": Reason.STREAM_ENDED,
                "ended_at": latest.captured_at,
                "evidence": evidence_of(database, latest.alert_id),
                "text": latest.text.model_copy(
                    update={
                        "zh": f"{latest.text.zh[:1900]}；告警结束（{why.zh}）",
                        "en": f"{latest.text.en[:1900]}; alert ended ({why.en})",
                    }
                ),
            }
        )
