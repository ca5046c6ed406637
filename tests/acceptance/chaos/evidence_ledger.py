"""Evidence that messages speak of against what the desk knows and what lies in its store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from tests.acceptance.chaos.held import Held, Piece
from tests.acceptance.chaos.kept import Kept
from tests.acceptance.chaos.stored import Stored

RANK = {"pending": 0, "failed": 1, "stored": 2}
Pieces = Mapping[tuple[UUID, str], Piece]


def compare_evidence(accepted: Sequence[Kept], held: Held, stored: Stored) -> tuple[str, ...]:
    """Findings in words, of a node that has had time to settle everything; none is promised."""
    told = last_told(accepted)
    return (
        *(f"{sha256} is served and is something else" for sha256 in sorted(stored.spoilt)),
        *_not_in_store(told, stored),
        *_stored_unsaid(told, stored),
        *_otherwise_at_desk(told, held),
    )


def last_told(accepted: Sequence[Kept]) -> Pieces:
    """By alert and kind, what its messages say in the end."""
    told: dict[tuple[UUID, str], Piece] = {}
    for message in accepted:
        for kind, piece in message.evidence.items():
            known = told.get((message.alert_id, kind))
            if known is None or RANK[piece.state] >= RANK[known.state]:
                told[message.alert_id, kind] = piece
    return told


def _not_in_store(told: Pieces, stored: Stored) -> Iterator[str]:
    for (alert_id, kind), piece in told.items():
        if piece.state == "pending":
            yield f"the {kind} of alert {alert_id} is pending for ever"
        elif piece.state == "stored" and piece.sha256 not in stored.sizes:
            yield f"the {kind} of alert {alert_id} is said to be stored and is not"
        elif piece.state == "stored" and stored.sizes[str(piece.sha256)] != piece.size:
            yield f"the {kind} of alert {alert_id} is said to have {piece.size} bytes"


def _stored_unsaid(told: Pieces, stored: Stored) -> Iterator[str]:
    said = {piece.sha256 for piece in told.values() if piece.state == "stored"}
    for sha256 in sorted(stored.sizes.keys() - said):
        yield f"{sha256} lies in the store, and no message says so"


def _otherwise_at_desk(told: Pieces, held: Held) -> Iterator[str]:
    for (alert_id, kind), piece in told.items():
        alert = held.alerts.get(alert_id)  # that it is missing is found elsewhere
        if alert is not None and held.evidence.get((alert.case_id, kind)) != piece:
            found = held.evidence.get((alert.case_id, kind))
            yield f"the {kind} of alert {alert_id}: the desk knows {found}, not {piece}"
