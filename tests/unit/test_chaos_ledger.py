"""The comparison of a chaos run finds a loss and a double wherever there is one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from alerts.outbox_opening import open_outbox
from tests.acceptance.chaos.held import Held, HeldAlert
from tests.acceptance.chaos.kept import Kept, accepted, keep_from_now_on
from tests.acceptance.chaos.ledger import compare
from tests.unit.alerts.builders import alert, compose

BOX, OTHER_BOX = UUID(int=1), UUID(int=2)
FIRST, SECOND = UUID(int=11), UUID(int=12)


def kept(sequence: int, alert_id: UUID, phase: str, reason: str | None = None) -> Kept:
    return Kept(
        outbox_id=BOX,
        camera="gate",
        sequence=sequence,
        alert_id=alert_id,
        phase=phase,
        reason=reason,
    )


ACCEPTED = (
    kept(1, FIRST, "raised"),
    kept(2, SECOND, "raised"),
    kept(3, FIRST, "ended", "gone"),
    kept(4, SECOND, "updated", "evidence"),
)
WHOLE = Held(
    ranges={(BOX, "gate"): ((1, 4),)},
    alerts={
        FIRST: HeldAlert(case_id=1, outbox_id=BOX, sequence=3),
        SECOND: HeldAlert(case_id=2, outbox_id=BOX, sequence=4),
    },
    cases={1: 1, 2: 1},
    journal={(1, "opened"): 1, (2, "opened"): 1, (1, "ended"): 1},
)
WITHOUT_SECOND = {FIRST: WHOLE.alerts[FIRST]}
STRANGER = {UUID(int=13): HeldAlert(case_id=3, outbox_id=BOX, sequence=4)}


def test_a_desk_that_holds_everything_once_is_in_order() -> None:
    verdict = compare(ACCEPTED, WHOLE)
    assert (verdict.lost, verdict.doubled) == ((), ())


@pytest.mark.parametrize(
    ("found", "what"),
    [
        (replace(WHOLE, ranges={}), "message gate 1"),
        (replace(WHOLE, ranges={(OTHER_BOX, "gate"): ((1, 4),)}), "message gate 4"),
        (replace(WHOLE, ranges={(BOX, "road"): ((1, 4),)}), "message gate 4"),
        (replace(WHOLE, ranges={(BOX, "gate"): ((1, 2), (4, 4))}), "message gate 3"),
        (replace(WHOLE, ranges={(BOX, "gate"): ((1, 3),)}), "message gate 4"),
        (replace(WHOLE, alerts=WITHOUT_SECOND, cases={1: 1}), f"alert {SECOND}"),
        (
            replace(
                WHOLE,
                alerts={**WHOLE.alerts, FIRST: replace(WHOLE.alerts[FIRST], sequence=1)},
            ),
            "knows message 1, not 3",
        ),
    ],
)
def test_a_loss_is_found(found: Held, what: str) -> None:
    verdict = compare(ACCEPTED, found)
    assert any(what in each for each in verdict.lost), verdict


@pytest.mark.parametrize(
    ("found", "what"),
    [
        (replace(WHOLE, ranges={(BOX, "gate"): ((1, 3), (3, 4))}), "overlap"),
        (replace(WHOLE, alerts={**WHOLE.alerts, **STRANGER}), "no outbox accepted"),
        (replace(WHOLE, cases={**WHOLE.cases, 3: 1}), "case 3: 0 alerts"),
        (replace(WHOLE, cases={1: 2, 2: 1}), "case 1: 1 alerts, counted as 2"),
        (
            replace(
                WHOLE,
                alerts={**WHOLE.alerts, SECOND: replace(WHOLE.alerts[SECOND], case_id=1)},
            ),
            "case 1: 2 alerts",
        ),
        (replace(WHOLE, journal={**WHOLE.journal, (1, "opened"): 2}), "opened 2 times"),
        (replace(WHOLE, journal={**WHOLE.journal, (1, "ended"): 2}), "2 entries 'ended'"),
        (replace(WHOLE, journal={**WHOLE.journal, (2, "reopened"): 1}), "1 entries 'reopened'"),
    ],
)
def test_a_double_is_found(found: Held, what: str) -> None:
    verdict = compare(ACCEPTED, found)
    assert any(what in each for each in verdict.doubled), verdict


def test_a_number_given_twice_is_found() -> None:
    verdict = compare((*ACCEPTED, kept(4, FIRST, "updated")), WHOLE)
    assert any("was given 2 times" in each for each in verdict.doubled)


def test_what_was_accepted_is_kept_though_a_receipt_deletes_it(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    keep_from_now_on(path)
    with open_outbox(path) as outbox:
        stored = outbox.commit([alert(number=1), alert(number=2)], compose)
        outbox.acknowledged((each.camera, each.sequence) for each in stored[:1])
    keep_from_now_on(path)
    stock = accepted(path)
    assert [(m.outbox_id, m.camera, m.sequence, m.alert_id) for m in stock.messages] == [
        (m.outbox_id, m.camera, m.sequence, m.alert_id) for m in stored
    ]
    assert {each.phase for each in stock.messages} == {"raised"}
    assert (stock.waiting, stock.dropped) == (1, 0)


def test_what_a_renewed_outbox_numbers_anew_is_kept_under_its_new_numbers(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    keep_from_now_on(path)
    with open_outbox(path) as outbox:
        outbox.commit([alert(number=1)], compose)
    path.with_name("outbox.db.mark").unlink()
    with open_outbox(path) as renewed:
        assert renewed.backlog() == 1
    stock = accepted(path)
    assert [each.outbox_id for each in stock.messages] == [renewed.outbox_id]
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM chaos_kept").fetchone() == (1,)
