"""A chaos run finds evidence that is missing, spoilt or told otherwise."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from tests.acceptance.chaos.evidence_ledger import compare_evidence
from tests.acceptance.chaos.held import Held, HeldAlert, Piece
from tests.acceptance.chaos.kept import Kept
from tests.acceptance.chaos.stored import Stored, StoreWatch

BOX, ALERT = UUID(int=1), UUID(int=11)
SHA = "a" * 64
PENDING, FAILED = Piece(state="pending"), Piece(state="failed")
STORED = Piece(state="stored", sha256=SHA, size=3)


def kept(sequence: int, snapshot: Piece) -> Kept:
    return Kept(
        outbox_id=BOX,
        camera="gate",
        sequence=sequence,
        alert_id=ALERT,
        phase="updated",
        evidence={"snapshot": snapshot},
    )


ACCEPTED = (kept(1, PENDING), kept(2, STORED))
DESK = Held(
    ranges={},
    alerts={ALERT: HeldAlert(case_id=1, outbox_id=BOX, sequence=2)},
    cases={1: 1},
    evidence={(1, "snapshot"): STORED},
)
IN_STORE = Stored(sizes={SHA: 3}, spoilt=frozenset())


def test_evidence_that_is_where_it_is_said_to_be_is_in_order() -> None:
    assert compare_evidence(ACCEPTED, DESK, IN_STORE) == ()


def test_failed_evidence_of_which_the_desk_knows_is_in_order() -> None:
    desk = replace(DESK, evidence={(1, "snapshot"): FAILED})
    empty = Stored(sizes={}, spoilt=frozenset())
    assert compare_evidence((kept(1, PENDING), kept(2, FAILED)), desk, empty) == ()


@pytest.mark.parametrize(
    ("accepted", "desk", "stored", "what"),
    [
        (ACCEPTED, DESK, replace(IN_STORE, sizes={}), "said to be stored and is not"),
        (ACCEPTED, DESK, replace(IN_STORE, sizes={SHA: 2}), "said to have 3 bytes"),
        (ACCEPTED, DESK, replace(IN_STORE, spoilt=frozenset({SHA})), "is something else"),
        (ACCEPTED, DESK, replace(IN_STORE, sizes={SHA: 3, "b" * 64: 1}), "no message says so"),
        (ACCEPTED[:1], DESK, IN_STORE, "pending for ever"),
        (ACCEPTED, replace(DESK, evidence={}), IN_STORE, "the desk knows None"),
        (
            ACCEPTED,
            replace(DESK, evidence={(1, "snapshot"): PENDING}),
            IN_STORE,
            "the desk knows Piece(state='pending'",
        ),
    ],
)
def test_what_is_wrong_is_found(
    accepted: tuple[Kept, ...], desk: Held, stored: Stored, what: str
) -> None:
    findings = compare_evidence(accepted, desk, stored)
    assert any(what in each for each in findings), findings


def put(store: Path, content: bytes, name: str, *, age_s: float) -> Path:
    path = store / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    then = path.stat().st_mtime - age_s
    os.utime(path, (then, then))
    return path


def test_what_is_cleared_away_was_looked_at_and_is_remembered(tmp_path: Path) -> None:
    store = tmp_path / "store"
    whole = hashlib.sha256(b"one").hexdigest()
    old = put(store, b"one", whole, age_s=60)
    spoilt = put(store, b"on", "c" * 64, age_s=60)
    young = put(store, b"two", hashlib.sha256(b"two").hexdigest(), age_s=0)
    draft = put(store, b"o", "cafe.draft", age_s=60)
    StoreWatch(store, tmp_path / "notes").sweep()
    assert [path.exists() for path in (old, spoilt, young, draft)] == [False, False, True, True]
    stored = StoreWatch(store, tmp_path / "notes").stored()
    assert stored == Stored(sizes={whole: 3, young.name: 3}, spoilt=frozenset({"c" * 64}))
