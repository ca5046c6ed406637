"""When the desk held an alert is read from its receipts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from alerts.alert import Phase, Severity
from alerts.schema import AlertMessage, Receipt, Text
from deploy.bench.desk_bus import Heard, held_alerts

START = datetime(2026, 1, 1, tzinfo=UTC)
OUTBOX = UUID(int=1)


def heard(sequence: int, phase: Phase = Phase.RAISED, camera: str = "gate") -> Heard:
    at = START + timedelta(seconds=sequence)
    message = AlertMessage(
        node="node-1",
        outbox_id=OUTBOX,
        camera=camera,
        sequence=sequence,
        alert_id=uuid4(),
        phase=phase,
        rule="anybody",
        kind="presence",
        zone="yard",
        label="person",
        confidence=0.9,
        severity=Severity.MEDIUM,
        category="people",
        model="coco",
        captured_at=at,
        raised_at=at,
        box=(0, 0, 1, 1),
        text=Text(zh="有人", en="somebody"),
    )
    return Heard(at_s=0, payload=message.model_dump_json().encode())


def receipt(at_s: float, *ranges: tuple[int, int], outbox: UUID = OUTBOX) -> Heard:
    held = Receipt(outbox_id=outbox, received={"gate": ranges})
    return Heard(at_s=at_s, payload=held.model_dump_json().encode())


def test_an_alert_is_held_from_the_first_receipt_that_covers_it() -> None:
    receipts = [receipt(10, (1, 2)), receipt(11, (1, 2), (4, 5)), receipt(12, (1, 5))]
    found = held_alerts([heard(2), heard(3), heard(5)], receipts)
    raised_s = [a.raised_s - START.timestamp() for a in found]
    assert (raised_s, [a.held_s for a in found]) == ([2, 3, 5], [10, 12, 11])
    assert {a.place for a in found} == {("gate", "anybody", "yard")}


def test_a_receipt_that_overtakes_its_alert_counts() -> None:
    assert [a.held_s for a in held_alerts([heard(1)], [receipt(10, (1, 1))])] == [10]


def test_an_alert_that_came_twice_counts_once() -> None:
    twice = heard(1)
    assert len(held_alerts([twice, twice], [receipt(10, (1, 1))])) == 1


@pytest.mark.parametrize(
    ("alert", "said"),
    [
        (lambda: heard(2), lambda: receipt(10, (1, 1))),
        (lambda: heard(1), lambda: receipt(10, (1, 1), outbox=UUID(int=2))),
        (lambda: heard(1, camera="yard"), lambda: receipt(10, (1, 1))),
        (lambda: heard(1, Phase.UPDATED), lambda: receipt(10, (1, 1))),
    ],
    ids=["not covered", "of another outbox", "of another camera", "no new alert"],
)
def test_what_the_desk_does_not_hold_or_was_not_raised_is_left_out(
    alert: Callable[[], Heard], said: Callable[[], Heard]
) -> None:
    assert held_alerts([alert()], [said()]) == []
