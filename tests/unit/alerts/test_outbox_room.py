"""The outbox when it is full: news of alerts goes, the alerts never, and the numbers are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.alert import Phase, Reason
from alerts.errors import OutboxFullError
from alerts.evidence.ledger import EvidenceLedger
from alerts.outbox import Outbox
from alerts.outbox_room import DroppedRange
from alerts.schema import AlertMessage, EvidenceKind, EvidenceState, Receipt
from tests.unit.alerts.builders import alert, compose

Kind = tuple[Phase, Reason | None]
RAISED: Kind = (Phase.RAISED, None)
CHANGED: Kind = (Phase.UPDATED, Reason.CHANGED)
STORED: Kind = (Phase.UPDATED, Reason.EVIDENCE)
REOPENED: Kind = (Phase.UPDATED, Reason.REOPENED)
ENDED: Kind = (Phase.ENDED, Reason.GONE)
LIMIT = 8_000
"""Room for some eight messages."""


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.db", max_bytes=LIMIT) as opened:
        yield opened


def store(outbox: Outbox, *kinds: Kind) -> None:
    for phase, reason in kinds:
        outbox.commit([alert(phase, reason=reason)], compose)


def held(outbox: Outbox) -> list[AlertMessage]:
    due = outbox.due(0.0, 1000)
    return [AlertMessage.model_validate_json(item.payload) for item in due]


def kinds(outbox: Outbox) -> list[Kind]:
    return [(message.phase, message.reason) for message in held(outbox)]


def fill(outbox: Outbox, kind: Kind) -> None:
    """Until one more would not fit."""
    store(outbox, kind)
    size = outbox.standing().bytes // outbox.standing().messages
    while outbox.standing().bytes + size <= LIMIT:
        store(outbox, kind)


@pytest.mark.parametrize(
    ("first", "then"),
    [(STORED, CHANGED), (REOPENED, CHANGED), (STORED, REOPENED), (RAISED, STORED)],
)
def test_what_matters_least_is_dropped_first(outbox: Outbox, first: Kind, then: Kind) -> None:
    store(outbox, then, first, then)
    fill(outbox, first)
    store(outbox, first, first)
    assert then not in kinds(outbox)
    assert outbox.standing().dropped == 2
    assert outbox.dropped(10) == [DroppedRange("gate", 1, 1), DroppedRange("gate", 3, 3)]


def test_of_the_same_kind_the_oldest_is_dropped(outbox: Outbox) -> None:
    store(outbox, RAISED)
    fill(outbox, CHANGED)
    last = held(outbox)[-1].sequence
    store(outbox, CHANGED, CHANGED)
    assert [message.sequence for message in held(outbox)] == [1, *range(4, last + 3)]
    assert outbox.dropped(10) == [DroppedRange("gate", 2, 3)]


def test_what_was_raised_or_has_ended_is_never_dropped_and_waits(outbox: Outbox) -> None:
    fill(outbox, RAISED)
    before = held(outbox)
    for kind in (RAISED, ENDED):
        with pytest.raises(OutboxFullError, match="never dropped"):
            store(outbox, kind)
    assert held(outbox) == before
    assert outbox.dropped(10) == []


def test_an_alert_that_waited_gets_the_next_number_when_there_is_room(outbox: Outbox) -> None:
    fill(outbox, RAISED)
    last = held(outbox)[-1].sequence
    with pytest.raises(OutboxFullError):
        store(outbox, ENDED)
    outbox.receive(Receipt(outbox_id=outbox.outbox_id, received={"gate": ((1, last),)}))
    store(outbox, ENDED)
    assert [message.sequence for message in held(outbox)] == [last + 1]


def test_an_update_for_which_there_is_no_room_is_accepted_and_dropped_at_once(
    outbox: Outbox,
) -> None:
    fill(outbox, RAISED)
    last = held(outbox)[-1].sequence
    store(outbox, CHANGED)
    assert outbox.dropped(10) == [DroppedRange("gate", last + 1, last + 1)]


def test_a_full_outbox_does_not_keep_a_node_from_starting(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db") as roomy:
        store(roomy, *[RAISED] * 3)
    with Outbox(tmp_path / "outbox.db", max_bytes=100) as cramped:
        assert len(cramped.end_orphans()) == 1
        assert len(held(cramped)) == 4


def test_a_receipt_that_covers_a_dropped_number_confirms_it(outbox: Outbox) -> None:
    fill(outbox, CHANGED)
    store(outbox, CHANGED, CHANGED)
    assert outbox.dropped(10) == [DroppedRange("gate", 1, 2)]
    outbox.receive(Receipt(outbox_id=outbox.outbox_id, received={"gate": ((1, 1),)}))
    assert outbox.dropped(10) == [DroppedRange("gate", 1, 2)]
    outbox.receive(Receipt(outbox_id=outbox.outbox_id, received={"gate": ((1, 2),)}))
    assert outbox.dropped(10) == []


def test_what_became_of_evidence_is_said_again_once_there_is_room(outbox: Outbox) -> None:
    store(outbox, RAISED)
    EvidenceLedger(outbox.file).settle(
        held(outbox)[0].alert_id, EvidenceKind.SNAPSHOT, EvidenceState.STORED
    )
    fill(outbox, ENDED)
    store(outbox, ENDED)
    assert STORED not in kinds(outbox)
    last = held(outbox)[-1].sequence
    outbox.receive(Receipt(outbox_id=outbox.outbox_id, received={"gate": ((1, last),)}))
    (again,) = held(outbox)
    assert (again.reason, again.sequence) == (Reason.EVIDENCE, last + 1)
    assert [ref.state for ref in again.evidence] == ["stored", "pending"]
    assert again.ended_at is not None


def test_the_backlog_says_how_much_waits_and_since_when(outbox: Outbox) -> None:
    empty = outbox.standing()
    assert (empty.messages, empty.bytes, empty.oldest_at, empty.is_full) == (0, 0, None, False)
    store(outbox, RAISED, ENDED)
    now = outbox.standing()
    assert now.bytes == sum(len(item.payload) for item in outbox.due(0.0, 10))
    assert now.oldest_at is not None
    assert now.age_s(now.oldest_at + 5) == 5.0
    assert now.age_s(now.oldest_at - 5) == 0.0


def test_the_totals_survive_receipts_and_restarts(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db", max_bytes=LIMIT) as first:
        store(first, RAISED, CHANGED, ENDED)
        first.receive(Receipt(outbox_id=first.outbox_id, received={"gate": ((2, 2),)}))
    with Outbox(tmp_path / "outbox.db", max_bytes=LIMIT) as second:
        assert second.standing().messages == 2
        assert second.standing().bytes == sum(len(i.payload) for i in second.due(0.0, 10))
