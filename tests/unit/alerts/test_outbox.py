"""The outbox: stored before published, numbered without gaps, kept until receipted."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.alert import Phase, Reason
from alerts.errors import OutboxDamagedError, OutboxError, OutboxWriteError
from alerts.outbox import RETRY_WINDOW, Outbox
from alerts.schema import MAX_ALERT_BYTES, AlertMessage, EvidenceKind, Receipt, Text
from tests.unit.alerts.builders import alert, compose


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    with Outbox(path, jitter=random.Random(1)) as opened:
        yield opened


def receipt(outbox: Outbox, **spans: list[tuple[int, int]]) -> Receipt:
    return Receipt(outbox_id=outbox.outbox_id, received={k: tuple(v) for k, v in spans.items()})


def waiting(outbox: Outbox, now: float = 0.0, limit: int = 1000) -> list[tuple[str, int]]:
    return [(item.camera, item.sequence) for item in outbox.due(now, limit)]


def test_sequences_count_per_camera_from_one(outbox: Outbox) -> None:
    alerts = [alert(camera="gate"), alert(camera="road"), alert(camera="gate")]
    stored = outbox.commit(alerts, compose)
    assert [(message.camera, message.sequence) for message in stored] == [
        ("gate", 1),
        ("road", 1),
        ("gate", 2),
    ]
    assert {message.outbox_id for message in stored} == {outbox.outbox_id}


def test_what_is_due_is_what_was_stored_in_its_order(outbox: Outbox) -> None:
    stored = outbox.commit([alert(camera=camera) for camera in ("b", "a", "b")], compose)
    due = outbox.due(0.0, 10)
    assert [AlertMessage.model_validate_json(item.payload) for item in due] == stored
    assert waiting(outbox, limit=2) == [("b", 1), ("a", 1)]


def test_a_failing_message_leaves_nothing_of_its_batch_and_no_gap(outbox: Outbox) -> None:
    def fail_on_second(*arguments: object) -> AlertMessage:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        outbox.commit([alert()], fail_on_second)
    assert outbox.commit([alert()], compose)[0].sequence == 1


def test_numbers_and_identity_survive_a_restart(path: Path) -> None:
    with Outbox(path) as first:
        first.commit([alert(), alert()], compose)
        first.receive(receipt(first, gate=[(1, 2)]))
    with Outbox(path) as second:
        assert second.outbox_id == first.outbox_id
        assert second.commit([alert()], compose)[0].sequence == 3


def test_two_outboxes_have_two_identities(tmp_path: Path) -> None:
    with Outbox(tmp_path / "a.db") as one, Outbox(tmp_path / "b.db") as other:
        assert one.outbox_id != other.outbox_id


def test_published_messages_wait_for_a_receipt_ever_longer(outbox: Outbox) -> None:
    outbox.commit([alert()], compose)
    waits, now = [], 0.0
    for _ in range(7):
        outbox.mark_published([("gate", 1)], now)
        start = now
        while not waiting(outbox, now):
            now += 0.5
        waits.append(now - start)
    for waited, wanted in zip(waits, [5, 10, 20, 40, 60, 60, 60], strict=True):
        assert 0.8 * wanted <= waited <= 1.2 * wanted + 0.5


def test_a_receipt_drops_what_the_desk_has_and_repeats_what_it_lacks(outbox: Outbox) -> None:
    outbox.commit([alert() for _ in range(6)], compose)
    outbox.mark_published([("gate", number) for number in range(1, 7)], now=0.0)
    assert waiting(outbox, now=1.0) == []
    told = Receipt(
        outbox_id=outbox.outbox_id,
        received={"gate": ((1, 2), (5, 5))},
        missing={"gate": ((3, 4),)},
    )
    assert outbox.receive(told)
    assert waiting(outbox, now=1.0) == [("gate", 3), ("gate", 4)]
    assert outbox.backlog() == 3


def test_a_receipt_for_another_outbox_drops_nothing(outbox: Outbox) -> None:
    outbox.commit([alert()], compose)
    assert not outbox.receive(Receipt(outbox_id=uuid4(), received={"gate": ((1, 9),)}))
    assert outbox.backlog() == 1


def test_only_the_oldest_published_messages_are_repeated_on_time_out(outbox: Outbox) -> None:
    outbox.commit([alert() for _ in range(RETRY_WINDOW + 5)], compose)
    keys = waiting(outbox)
    outbox.mark_published(keys[:-1], now=0.0)
    assert waiting(outbox, now=1e6) == [*keys[:RETRY_WINDOW], keys[-1]]


def test_after_a_lost_session_all_in_the_window_is_due_at_once(outbox: Outbox) -> None:
    outbox.commit([alert(), alert()], compose)
    outbox.mark_published([("gate", 1), ("gate", 2)], now=0.0)
    outbox.mark_due(None)
    assert waiting(outbox) == [("gate", 1), ("gate", 2)]


def test_after_a_restart_all_is_due_at_once(path: Path) -> None:
    with Outbox(path) as first:
        first.commit([alert()], compose)
        first.mark_published([("gate", 1)], now=1e9)
    with Outbox(path) as second:
        assert waiting(second, now=0.0) == [("gate", 1)]


def test_where_the_broker_is_the_receipt_acknowledged_messages_are_dropped(outbox: Outbox) -> None:
    outbox.commit([alert(), alert()], compose)
    outbox.acknowledged([("gate", 1)])
    assert waiting(outbox) == [("gate", 2)]


def test_a_text_too_long_for_the_wire_is_shortened_not_lost(outbox: Outbox) -> None:
    def wordy(*arguments: object) -> AlertMessage:
        message = compose(*arguments)  # type: ignore[arg-type] # passed through
        return message.model_copy(update={"text": Text(zh="𠀀" * 2000, en="𠀁" * 2000)})

    (stored,) = outbox.commit([alert()], wordy)
    (item,) = outbox.due(0.0, 1)
    assert len(item.payload) <= MAX_ALERT_BYTES
    assert stored.text.zh.startswith("𠀀𠀀")
    assert AlertMessage.model_validate_json(item.payload) == stored


def test_a_message_too_large_without_its_text_is_refused_before_it_is_stored(
    outbox: Outbox,
) -> None:
    def huge(*arguments: object) -> AlertMessage:
        message = compose(*arguments)  # type: ignore[arg-type] # passed through
        return message.model_copy(update={"category": "x" * MAX_ALERT_BYTES})

    with pytest.raises(OutboxError, match="gate"):
        outbox.commit([alert()], huge)
    assert outbox.backlog() == 0


def test_a_raised_message_says_that_its_evidence_is_pending(outbox: Outbox) -> None:
    raised, ended = outbox.commit([alert(), alert(Phase.ENDED, reason=Reason.GONE)], compose)
    assert [(ref.kind, ref.state) for ref in raised.evidence] == [
        ("snapshot", "pending"),
        ("clip", "pending"),
    ]
    assert ended.evidence == raised.evidence


def test_a_site_without_evidence_promises_none(path: Path) -> None:
    with Outbox(path, evidence=()) as outbox:
        assert outbox.commit([alert()], compose)[0].evidence == ()


def test_alerts_left_open_by_a_crash_are_ended_at_the_next_start(path: Path) -> None:
    with Outbox(path) as first:
        first.commit([alert(number=1), alert(number=2, time_s=9)], compose)
        first.commit([alert(Phase.ENDED, number=1, reason=Reason.GONE)], compose)
    with Outbox(path) as second:
        (ended,) = second.end_orphans()
        assert ended.alert_id == alert(number=2).alert_id
        assert (ended.phase, ended.reason, ended.sequence) == ("ended", "stream-ended", 4)
        assert ended.ended_at == alert(time_s=9).at.captured_at
        assert second.end_orphans() == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"not a database, but long enough to be read as one" * 50),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: path.write_bytes(path.read_bytes()[:4096] + os.urandom(30_000)),
    ],
    ids=["empty", "other", "cut", "overwritten"],
)
def test_a_damaged_file_is_named_and_not_replaced(path: Path, damage: object) -> None:
    with Outbox(path) as first:
        first.commit([alert() for _ in range(20)], compose)
    assert callable(damage)
    damage(path)
    before = path.read_bytes()
    with pytest.raises(OutboxDamagedError, match=r"outbox\.db is damaged .*not overwritten"):
        Outbox(path)
    assert path.read_bytes() == before


def test_a_file_of_another_layout_is_refused(path: Path) -> None:
    Outbox(path).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 9")
    database.close()
    with pytest.raises(OutboxError, match="layout 9, made by a newer version"):
        Outbox(path)


def test_a_second_node_on_the_same_outbox_is_refused(outbox: Outbox, path: Path) -> None:
    with pytest.raises(OutboxError, match="in use by another process"):
        Outbox(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutboxError, match="cannot be made"):
        Outbox(tmp_path / "file" / "outbox.db")


def test_a_closed_outbox_says_so(outbox: Outbox) -> None:
    outbox.close()
    with pytest.raises(OutboxWriteError):
        outbox.commit([alert()], compose)


CHILD = """
import sys
from pathlib import Path
from alerts.outbox import Outbox
from tests.unit.alerts.builders import alert, compose
outbox = Outbox(Path(sys.argv[1]))
while True:
    stored = outbox.commit([alert(camera=camera) for camera in ("gate", "road", "gate")], compose)
    print(max(message.sequence for message in stored), flush=True)
"""


def test_a_node_killed_in_the_middle_leaves_no_gap_and_loses_nothing_it_said(path: Path) -> None:
    for commits in (3, 10):
        command = [sys.executable, "-c", CHILD, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            said = [int(child.stdout.readline()) for _ in range(commits)]
            child.send_signal(signal.SIGKILL)
        with Outbox(path) as outbox:
            stored = waiting(outbox, limit=100_000)
        for camera in ("gate", "road"):
            numbers = [sequence for name, sequence in stored if name == camera]
            assert numbers == list(range(1, len(numbers) + 1))
        assert len([name for name, _ in stored if name == "gate"]) >= said[-1]


def within(keys: list[tuple[str, int]], name: str, spans: list[list[int]]) -> list[list[int]]:
    """Spans cut to numbers that were given: any other is of a newer copy of the file."""
    last = sum(camera == name for camera, _ in keys)
    return [[low, min(high, last)] for low, high in spans if low <= last]


SPANS = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)).map(sorted), max_size=4)


@settings(max_examples=25, deadline=None)
@given(
    cameras=st.lists(st.sampled_from(["gate", "road", "yard"]), min_size=1, max_size=40),
    received=st.dictionaries(st.sampled_from(["gate", "road", "else"]), SPANS, max_size=3),
    missing=st.dictionaries(st.sampled_from(["gate", "road", "else"]), SPANS, max_size=3),
)
def test_any_receipt_leaves_exactly_what_the_desk_has_not(
    tmp_path_factory: pytest.TempPathFactory,
    cameras: list[str],
    received: dict[str, list[list[int]]],
    missing: dict[str, list[list[int]]],
) -> None:
    def is_in(spans: dict[str, list[list[int]]], key: tuple[str, int]) -> bool:
        return any(low <= key[1] <= high for low, high in spans.get(key[0], []))

    with Outbox(tmp_path_factory.mktemp("outbox") / "outbox.db") as outbox:
        stored = outbox.commit([alert(camera=camera) for camera in cameras], compose)
        keys = [(message.camera, message.sequence) for message in stored]
        for camera in set(cameras):
            numbers = [sequence for name, sequence in keys if name == camera]
            assert numbers == list(range(1, len(numbers) + 1))
        outbox.mark_published(keys, now=0.0)
        received = {name: within(keys, name, spans) for name, spans in received.items()}
        told = {"received": received, "missing": missing, "outbox_id": outbox.outbox_id}
        outbox.receive(Receipt.model_validate(told))
        left = [key for key in keys if not is_in(received, key)]
        assert waiting(outbox, now=0.0) == [key for key in left if is_in(missing, key)]
        assert waiting(outbox, now=1e9) == left


def test_kinds_of_evidence_can_be_chosen(path: Path) -> None:
    with Outbox(path, evidence=[EvidenceKind.SNAPSHOT]) as outbox:
        (message,) = outbox.commit([alert()], compose)
        assert [ref.kind for ref in message.evidence] == ["snapshot"]
