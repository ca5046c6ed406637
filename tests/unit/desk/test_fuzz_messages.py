"""Whatever comes over the bus, the desk stores it or sets it aside; nothing ends its thread."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.desk.intake import Intake, RefusedMessage
from alerts.receipts import ReceiptTray
from alerts.schema import (
    AlertMessage,
    CameraStatusMessage,
    DroppedMessage,
    EvidenceKind,
    EvidenceReference,
    EvidenceState,
    NodeState,
    NodeStatus,
    Receipt,
)
from ingest.status import CameraState
from tests.desk_bus import wire
from tests.desk_factories import OUTBOX, PLAZA, RAISED, TOPICS, alert_message
from tests.desk_rig import DeskRig
from tests.fuzz import FUZZ, TEXT, payloads

ALERT = wire(
    alert_message(
        track_ids=(1, 2),
        evidence=(EvidenceReference(kind=EvidenceKind.CLIP, state=EvidenceState.PENDING),),
    )
)
NODE = wire(NodeStatus(node="node-1", state=NodeState.ONLINE, version="1", since=RAISED))
CAMERA = wire(
    CameraStatusMessage(node="node-1", camera=PLAZA, state=CameraState.OFFLINE, since=RAISED)
)
DROPPED = wire(DroppedMessage(node="node-1", outbox_id=OUTBOX, dropped={PLAZA: ((1, 3), (5, 9))}))
RECEIPT = wire(Receipt(outbox_id=OUTBOX, received={PLAZA: ((1, 3), (5, 9))}, missing={}))

BY_TOPIC = {
    TOPICS.alert(PLAZA): ALERT,
    TOPICS.camera_status(PLAZA): CAMERA,
    TOPICS.node_status("node-1"): NODE,
    TOPICS.node_dropped("node-1"): DROPPED,
}
MESSAGES = st.one_of(
    *(st.tuples(st.just(topic), payloads(good)) for topic, good in BY_TOPIC.items())
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskRig]:
    from tests.desk_factories import desk_site

    with DeskRig(desk_site(tmp_path_factory.mktemp("desk"))) as started:
        yield started


@FUZZ
@given(message=MESSAGES, is_retained=st.booleans())
def test_every_payload_is_dealt_with_and_acknowledged(
    desk: DeskRig, message: tuple[str, bytes], is_retained: bool
) -> None:
    number = desk.bus.deliver(*message, is_retained=is_retained)
    desk.consumer.step(0.0)
    assert desk.bus.acknowledged[-1] == number
    assert desk.deaths == []


@FUZZ
@given(topic=st.one_of(TEXT, TEXT.map(lambda text: f"{TOPICS.root}/{text}")), payload=st.binary())
def test_every_topic_is_known_or_refused(desk: DeskRig, topic: str, payload: bytes) -> None:
    intake = Intake(TOPICS, desk.service.directory)
    with pytest.raises(RefusedMessage):
        intake.check(topic, payload, is_retained=False)


@FUZZ
@given(payload=payloads(RECEIPT))
def test_every_receipt_is_read_or_counted(payload: bytes) -> None:
    tray = ReceiptTray(lambda: None)
    tray._waiting.append(payload)
    read = tray.take()
    assert len(read) + tray.refused == 1
    assert all(isinstance(each, Receipt) for each in read)


def test_the_good_ones_pass(desk: DeskRig) -> None:
    """Else the fuzzing would start from what is refused anyway."""
    intake = Intake(TOPICS, desk.service.directory)
    kinds = [type(intake.check(t, p, is_retained=False)) for t, p in BY_TOPIC.items()]
    assert kinds == [AlertMessage, CameraStatusMessage, NodeStatus, DroppedMessage]
    assert Receipt.model_validate_json(RECEIPT).received == {PLAZA: ((1, 3), (5, 9))}
