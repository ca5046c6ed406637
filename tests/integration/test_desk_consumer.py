"""From the bus to the store, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from alerts.delivery import Connection
from alerts.desk.bus_tables import RefusedRecord
from alerts.desk.equipment_views import CameraSight
from alerts.desk.refused import MAX_REFUSED
from alerts.desk.tables import AlertRecord
from alerts.desk.views import QueueFilter, Role
from alerts.schema import (
    CameraStatusMessage,
    CaseMove,
    NodeState,
    NodeStatus,
    Receipt,
    ReducedClass,
    Text,
    Trouble,
)
from alerts.words import TROUBLES
from ingest.errors import Fault
from ingest.status import CameraState
from tests.desk_bus import wire
from tests.desk_factories import (
    COUNTY,
    OUTBOX,
    PLAZA,
    RAISED,
    TOPICS,
    add_officer,
    alert_message,
    desk_site,
)
from tests.desk_rig import DeskRig


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[DeskRig]:
    with DeskRig(desk_site(tmp_path, database=database_url)) as started:
        yield started


def receipts(rig: DeskRig) -> list[Receipt]:
    found = [Receipt.model_validate_json(each) for each in rig.bus.on(TOPICS.receipt("node-1"))]
    rig.bus.published.clear()
    return found


def stored(rig: DeskRig) -> int:
    with rig.store.reading() as session:
        return session.scalar(select(func.count()).select_from(AlertRecord)) or 0


def refused(rig: DeskRig) -> list[RefusedRecord]:
    with rig.store.reading() as session:
        return list(session.scalars(select(RefusedRecord).order_by(RefusedRecord.id)))


def test_messages_are_acknowledged_after_the_commit_in_the_order_received(rig: DeskRig) -> None:
    numbers = [rig.bus.alert(alert_message(n, alert=n)) for n in range(1, 8)]
    assert rig.bus.acknowledged == []
    rig.consumer.step()
    assert rig.bus.acknowledged == numbers
    assert stored(rig) == 7


def test_what_is_stored_is_receipted_and_a_gap_is_asked_for_once(rig: DeskRig) -> None:
    rig.take(alert_message(1, alert=1), alert_message(2, alert=2), alert_message(5, alert=5))
    first = receipts(rig)[0]
    assert first.outbox_id == OUTBOX
    assert first.received == {PLAZA: ((1, 2), (5, 5))}
    assert first.missing == {PLAZA: ((3, 4),)}
    rig.take(alert_message(4, alert=4))
    (second,) = receipts(rig)
    assert second.received == {PLAZA: ((1, 2), (4, 5))}
    assert second.missing == {}
    rig.take(alert_message(3, alert=3))
    assert receipts(rig)[0].received == {PLAZA: ((1, 5),)}


def test_a_message_sent_again_is_receipted_again_and_stored_once(rig: DeskRig) -> None:
    rig.take(alert_message())
    receipts(rig)
    rig.take(alert_message())
    assert receipts(rig)[0].received == {PLAZA: ((1, 1),)}
    assert (stored(rig), rig.consumer.counters.duplicates) == (1, 1)


def test_a_new_connection_brings_a_full_receipt_with_what_is_missing(rig: DeskRig) -> None:
    rig.take(alert_message(3))
    receipts(rig)
    rig.bus.connection = Connection(number=2, is_session_present=True)
    rig.consumer.step(0.0)
    (full,) = receipts(rig)
    assert (full.received, full.missing) == ({PLAZA: ((3, 3),)}, {PLAZA: ((1, 2),)})


def give_up(rig: DeskRig, *spans: tuple[int, int], camera: str = PLAZA) -> None:
    told = {"node": "node-1", "outbox_id": str(OUTBOX), "dropped": {camera: spans}}
    rig.bus.deliver(TOPICS.node_dropped("node-1"), json.dumps(told).encode())
    rig.consumer.step()


def test_numbers_that_were_dropped_are_not_asked_for_any_more(rig: DeskRig) -> None:
    rig.take(alert_message(1), alert_message(5))
    assert receipts(rig)[0].missing == {PLAZA: ((2, 4),)}
    give_up(rig, (2, 3))
    assert receipts(rig)[0].received == {PLAZA: ((1, 3), (5, 5))}
    give_up(rig, (4, 4), (9, 2**62))
    assert receipts(rig)[0].received == {PLAZA: ((1, 5), (9, 2**62))}
    assert (stored(rig), refused(rig)) == (1, [])


@pytest.mark.parametrize(
    ("spans", "camera"), [([(5, 4)], PLAZA), ([(1, 2**63)], PLAZA), ([(1, 2)], "nowhere")]
)
def test_dropped_numbers_that_make_no_sense_are_refused(
    rig: DeskRig, spans: list[tuple[int, int]], camera: str
) -> None:
    give_up(rig, *spans, camera=camera)
    assert len(refused(rig)) == 1
    assert [each for each in receipts(rig) if each.received] == []


def test_a_number_given_twice_to_different_alerts_loses_none(rig: DeskRig) -> None:
    rig.take(alert_message(1, alert=1), alert_message(2, alert=2))
    rolled_back = alert_message(2, alert=3)
    rig.take(rolled_back, rolled_back)
    assert stored(rig) == 3
    rig.take(rolled_back, alert_message(2, alert=2))
    assert (stored(rig), rig.consumer.counters.duplicates) == (3, 3)


def test_without_a_broker_messages_are_stored_and_receipts_wait(rig: DeskRig) -> None:
    rig.bus.connection = None
    rig.take(alert_message())
    assert (stored(rig), rig.bus.published) == (1, [])


GOOD = json.loads(wire(alert_message()))


@pytest.mark.parametrize(
    ("topic", "payload", "kind"),
    [
        (TOPICS.alert(PLAZA), b"", "malformed"),
        (TOPICS.alert(PLAZA), b"\xff\x00not json", "malformed"),
        (TOPICS.alert(PLAZA), b"[" * 5000, "malformed"),
        (TOPICS.alert(PLAZA), json.dumps(GOOD | {"face": 1}).encode(), "malformed"),
        (TOPICS.alert(PLAZA), json.dumps(GOOD | {"sequence": 2**70}).encode(), "malformed"),
        (TOPICS.alert(PLAZA), json.dumps(GOOD | {"confidence": "NaN"}).encode(), "malformed"),
        (TOPICS.alert(PLAZA), wire(alert_message()).ljust(16_001), "oversized"),
        (TOPICS.camera_status(PLAZA), b"x" * 64_001, "oversized"),
        (
            TOPICS.alert(PLAZA),
            json.dumps(GOOD | {"schema_version": 2, "new": 1}).encode(),
            "unknown-version",
        ),
        (TOPICS.alert("nowhere"), json.dumps(GOOD).encode(), "unknown-camera"),
        (TOPICS.alert("gate-1"), json.dumps(GOOD).encode(), "mismatch"),
        (TOPICS.camera_status(PLAZA), b"{}", "malformed"),
        (TOPICS.node_status("node-1"), b"null", "malformed"),
    ],
)
def test_what_cannot_be_handled_is_set_aside_and_acknowledged(
    rig: DeskRig, topic: str, payload: bytes, kind: str
) -> None:
    first = rig.bus.deliver(topic, payload)
    second = rig.bus.alert(alert_message())
    rig.consumer.step()
    assert rig.bus.acknowledged == [first, second]
    (record,) = refused(rig)
    assert (record.kind, record.topic, record.size) == (kind, topic, len(payload))
    assert rig.consumer.counters.refused == 1


def test_a_retained_alert_is_refused(rig: DeskRig) -> None:
    rig.bus.deliver(TOPICS.alert(PLAZA), wire(alert_message()), is_retained=True)
    rig.consumer.step()
    assert [record.kind for record in refused(rig)] == ["retained"]
    assert stored(rig) == 0


def test_a_malformed_message_with_a_name_is_receipted_an_unknown_version_is_not(
    rig: DeskRig,
) -> None:
    malformed = GOOD | {"sequence": 1, "confidence": 7}
    newer = GOOD | {"sequence": 2, "schema_version": 2}
    for each in (malformed, newer):
        rig.bus.deliver(TOPICS.alert(PLAZA), json.dumps(each).encode())
    rig.take(alert_message(3))
    first = receipts(rig)[0]
    assert (first.received, first.missing) == ({PLAZA: ((1, 1), (3, 3))}, {PLAZA: ((2, 2),)})


def test_a_message_the_database_will_not_have_does_not_stop_the_others(rig: DeskRig) -> None:
    before_all_time = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8)))  # none in UTC
    rig.bus.alert(alert_message(1, alert=1))
    rig.bus.alert(alert_message(2, alert=2, raised_at=before_all_time))
    rig.bus.alert(alert_message(3, alert=3, text=Text(zh="a\0b", en="")))  # not in PostgreSQL
    rig.take(alert_message(4, alert=4))
    assert len(rig.bus.acknowledged) == 4
    assert {record.kind for record in refused(rig)} == {"unstorable"}
    is_sqlite = rig.store.engine.dialect.name == "sqlite"
    assert (stored(rig), len(refused(rig))) == ((3, 1) if is_sqlite else (2, 2))
    received = {span for each in receipts(rig) for span in each.received[PLAZA]}
    assert (2, 2) not in received


def test_refused_messages_are_bounded_and_the_same_bytes_only_count_up(rig: DeskRig) -> None:
    for number in range(MAX_REFUSED + 5):
        rig.bus.deliver(TOPICS.alert(PLAZA), f"junk {number}".encode())
    for _ in range(3):
        rig.bus.deliver(TOPICS.alert(PLAZA), b"the same")
    while len(rig.bus.acknowledged) < MAX_REFUSED + 8:
        rig.consumer.step()
    records = refused(rig)
    assert len(records) == MAX_REFUSED
    assert (records[-1].payload, records[-1].count) == (b"the same", 3)
    assert records[0].payload != b"junk 0"


def test_a_flood_of_one_kind_is_one_log_line(
    rig: DeskRig, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(50):
        rig.bus.deliver(TOPICS.alert(PLAZA), f"junk {number}".encode())
    with caplog.at_level(logging.WARNING):
        rig.consumer.step()
    (line,) = (each.message for each in caplog.records if "refused" in each.message)
    assert TOPICS.alert(PLAZA) in line


def test_while_the_store_is_away_nothing_is_acknowledged(
    rig: DeskRig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    record, fails = rig.recorder.record, iter([True, True, False])

    def away(batch: object) -> object:
        if next(fails):
            assert rig.bus.acknowledged == []
            raise OperationalError("x", {}, OSError("the server is gone"))
        return record(batch)  # type: ignore[arg-type] # handed on as it came

    monkeypatch.setattr(rig.recorder, "record", away)
    with caplog.at_level(logging.WARNING):
        rig.take(alert_message())
    assert (len(rig.bus.acknowledged), stored(rig)) == (1, 1)
    assert rig.consumer.counters.store_failures == 2
    assert len([each for each in caplog.records if "does not answer" in each.message]) == 1


def node_status(state: NodeState, since: datetime = RAISED) -> bytes:
    return wire(NodeStatus(node="node-1", state=state, version="0.1", since=since))


def camera_status(state: CameraState, **fields: object) -> bytes:
    values: dict[str, object] = {"node": "node-1", "camera": PLAZA, "state": state}
    return wire(CameraStatusMessage.model_validate(values | {"since": RAISED} | fields))


def test_cameras_of_an_offline_node_are_unknown(rig: DeskRig) -> None:
    officer = add_officer(rig.service.officers, "li.na", role=Role.TOWN_OFFICER)

    def seen() -> dict[str, CameraSight]:
        return {row.camera_id: row.state for row in rig.service.cameras(officer)}

    assert seen() == {PLAZA: CameraSight.UNKNOWN, "gate-1": CameraSight.UNKNOWN}
    rig.bus.deliver(TOPICS.node_status("node-1"), node_status(NodeState.ONLINE), is_retained=True)
    rig.bus.deliver(TOPICS.camera_status(PLAZA), camera_status(CameraState.STREAMING))
    rig.consumer.step()
    assert seen() == {PLAZA: CameraSight.STREAMING, "gate-1": CameraSight.UNKNOWN}
    rig.bus.deliver(TOPICS.node_status("node-1"), node_status(NodeState.OFFLINE))
    rig.consumer.step()
    assert seen() == {PLAZA: CameraSight.UNKNOWN, "gate-1": CameraSight.UNKNOWN}
    (node,) = rig.service.nodes(officer)
    assert node.state is NodeState.OFFLINE
    assert node.since == rig.now  # a will's own time is that of the connection


def test_what_an_overloaded_node_reduces_is_kept_until_it_is_over(rig: DeskRig) -> None:
    officer = add_officer(rig.service.officers, "li.na")
    reduced = (ReducedClass(camera_class=3, cameras=2, fps=1.3, of_fps=5.0),)
    status = NodeStatus(
        node="node-1", state=NodeState.REDUCED, version="0.1", since=RAISED, reduced=reduced
    )
    rig.bus.deliver(TOPICS.node_status("node-1"), wire(status))
    rig.consumer.step()
    (node,) = rig.service.nodes(officer)
    assert (node.state, node.reduced) == (NodeState.REDUCED, reduced)
    rig.bus.deliver(TOPICS.node_status("node-1"), node_status(NodeState.ONLINE))
    rig.consumer.step()
    (node,) = rig.service.nodes(officer)
    assert (node.state, node.reduced) == (NodeState.ONLINE, ())


def test_what_a_node_suffers_from_is_shown_until_it_is_over(rig: DeskRig) -> None:
    officer = add_officer(rig.service.officers, "li.na")
    full = TROUBLES[Trouble.DISK_FULL]
    status = NodeStatus(
        node="node-1",
        state=NodeState.REDUCED,
        version="0.1",
        since=RAISED,
        troubles=(Trouble.DISK_FULL,),
        text=full,
    )
    said = []
    for payload in (wire(status), node_status(NodeState.ONLINE)):
        rig.bus.deliver(TOPICS.node_status("node-1"), payload)
        rig.consumer.step()
        said += [node.text for node in rig.service.nodes(officer)]
    assert said == [full, None]


def test_a_cameras_reason_is_shown_in_words(rig: DeskRig) -> None:
    officer = add_officer(rig.service.officers, "li.na")
    rig.bus.deliver(TOPICS.node_status("node-1"), node_status(NodeState.ONLINE))
    rig.bus.deliver(
        TOPICS.camera_status(PLAZA), camera_status(CameraState.OFFLINE, reason=Fault.AUTH)
    )
    rig.consumer.step()
    row = next(row for row in rig.service.cameras(officer) if row.camera_id == PLAZA)
    assert row.reason is not None
    assert "密码" in row.reason.zh


def test_a_cleared_status_is_forgotten(rig: DeskRig) -> None:
    officer = add_officer(rig.service.officers, "li.na")
    rig.bus.deliver(TOPICS.node_status("node-1"), node_status(NodeState.ONLINE))
    rig.consumer.step()
    rig.bus.deliver(TOPICS.node_status("node-1"), b"")
    rig.consumer.step()
    (node,) = rig.service.nodes(officer)
    assert (node.state, node.since) == (NodeState.OFFLINE, None)


def test_every_move_is_published_once_the_broker_has_it(rig: DeskRig) -> None:
    officer = add_officer(rig.service.officers, "li.na", area_id=COUNTY)
    rig.take(alert_message())
    (row,) = rig.service.queue(officer, QueueFilter()).rows
    rig.service.false_alarm(officer, row.code, 1, "树影")
    rig.bus.is_acknowledging = False
    rig.moves.stop()  # so that waiting for the broker ends at once
    assert not rig.moves.step()
    assert rig.bus.on(TOPICS.case(row.code)) == []


def test_moves_leave_in_order_and_only_once(rig: DeskRig) -> None:
    officer = add_officer(rig.service.officers, "li.na", area_id=COUNTY)
    rig.take(alert_message())
    (row,) = rig.service.queue(officer, QueueFilter()).rows
    rig.service.false_alarm(officer, row.code, 1, "树影")
    rig.moves.step()
    rig.moves.step()
    moves = [CaseMove.model_validate_json(each) for each in rig.bus.on(TOPICS.case(row.code))]
    assert [(m.kind, m.status, m.verdict, m.version, m.actor) for m in moves] == [
        ("opened", "pending", None, 1, "system"),
        ("moved", "accepted", None, 2, "li.na"),
        ("moved", "closed", "false", 3, "li.na"),
    ]


def test_pages_hear_of_a_case_after_its_commit(rig: DeskRig) -> None:
    officer = add_officer(rig.service.officers, "li.na")
    heard = []
    rig.service.changes.subscribe(
        lambda change: heard.append(
            (change.kind, len(rig.service.queue(officer, QueueFilter()).rows))
        )
    )
    rig.take(alert_message())
    assert heard == [("case", 1)]


def test_messages_in_flight_at_the_stop_stay_with_the_broker(rig: DeskRig) -> None:
    rig.consumer.start()
    rig.consumer.stop()
    rig.bus.alert(alert_message())
    assert rig.bus.acknowledged == []
    assert rig.deaths == []


def test_late_messages_of_another_outbox_go_by_time(rig: DeskRig) -> None:
    other = OUTBOX.__class__(int=7)
    rig.take(alert_message(9, confidence=0.5))
    later = RAISED + timedelta(minutes=5)
    rig.take(alert_message(1, outbox_id=other, captured_at=later, confidence=0.7))
    with rig.store.reading() as session:
        record = session.scalars(select(AlertRecord)).one()
        assert (record.outbox_id, record.confidence) == (other, 0.7)
