"""What crosses the pipe between a shard and its parent arrives as it was, or not at all."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from pydantic import BaseModel, TypeAdapter, ValidationError

from alerts.evidence.spool import Spooled
from alerts.schema import EvidenceKind, NodeState, ReducedClass
from deploy.shards import pipe as pipe_module
from deploy.shards.messages import (
    ANSWERS,
    MAX_TEXT,
    NEWS,
    ORDERS,
    QUESTIONS,
    AdoptEvidence,
    Answer,
    Counted,
    Drain,
    FailEvidence,
    Family,
    LoadChanged,
    PartDied,
    PipeMessage,
    Ready,
    StatusChanged,
    StoreAlerts,
    TellCounters,
)
from deploy.shards.pipe import Pipe, PipeClosedError, PipeFaultError
from ingest.errors import Fault
from ingest.frame import CameraId
from ingest.status import CameraState, CameraStatus
from tests.unit.alerts.builders import alert

Ends = tuple[Connection, Connection]
ALERT_ID = UUID(int=7)
DRAFT = Spooled(path=Path("/spool") / f"{'a' * 32}.draft", sha256="b" * 64, size=3, media_type="x")
STATUS = CameraStatus(
    camera_id=CameraId("gate"),
    state=CameraState.OFFLINE,
    since=datetime(2026, 1, 1, tzinfo=UTC),
    fault=Fault.OPEN,
)
REDUCED = ReducedClass(camera_class=3, cameras=2, fps=1.3, of_fps=5)
COUNTER = CounterMetricFamily("xueliang_packets", "Packets", labels=["camera"])
COUNTER.add_metric(["gate"], 0.1 + 0.2)

MESSAGES: list[tuple[TypeAdapter[Any], PipeMessage]] = [
    (QUESTIONS, StoreAlerts(alerts=(alert(time_s=0.1 + 0.2), alert(number=2)))),
    (QUESTIONS, AdoptEvidence.of(ALERT_ID, EvidenceKind.CLIP, DRAFT)),
    (QUESTIONS, FailEvidence(alert_id=ALERT_ID, evidence=EvidenceKind.SNAPSHOT)),
    (ANSWERS, Answer()),
    (ANSWERS, Answer(error="outbox-write", text="满")),
    (NEWS, Ready()),
    (NEWS, StatusChanged(status=STATUS)),
    (NEWS, LoadChanged(state=NodeState.REDUCED, reduced=(REDUCED,))),
    (NEWS, PartDied(reason="rules died")),
    (NEWS, Counted(families=(Family.of(COUNTER),))),
    (ORDERS, TellCounters()),
    (ORDERS, Drain()),
]


@pytest.fixture
def ends() -> Iterator[Ends]:
    here, there = multiprocessing.Pipe()
    yield here, there
    here.close()
    there.close()


@pytest.mark.parametrize(("kind", "message"), MESSAGES, ids=lambda value: type(value).__name__)
def test_a_message_arrives_as_it_was_sent(
    ends: Ends, kind: TypeAdapter[Any], message: PipeMessage
) -> None:
    Pipe(ends[0], kind).send(message)
    assert Pipe(ends[1], kind).receive() == message


@pytest.mark.parametrize(
    "content",
    [
        b"no json",
        b'{"say": "unknown"}',
        b'{"say": "store-alerts", "alerts": []}',
        b'{"say": "drain"}',
        b'{"say": "fail-evidence", "alert_id": "x", "evidence": "clip"}',
        AdoptEvidence.of(ALERT_ID, EvidenceKind.CLIP, DRAFT)
        .model_dump_json()
        .replace("a" * 32, f"../{'a' * 29}")
        .encode(),
        StoreAlerts(alerts=(alert(),)).model_dump_json().replace('"number":', '"nunber":').encode(),
    ],
)
def test_what_is_no_question_is_a_fault(ends: Ends, content: bytes) -> None:
    ends[0].send_bytes(content)
    with pytest.raises(PipeFaultError, match="no message"):
        Pipe(ends[1], QUESTIONS).receive()


def test_messages_are_frozen() -> None:
    for _, message in MESSAGES:
        assert isinstance(message, BaseModel)
        with pytest.raises(ValidationError):
            message.__setattr__(next(iter(type(message).model_fields), "say"), None)


def test_a_message_too_large_is_not_sent(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipe_module, "MAX_BYTES", 100)
    with pytest.raises(PipeFaultError, match="StoreAlerts has"):
        Pipe(ends[0], ANSWERS).send(StoreAlerts(alerts=(alert(),)))
    assert not ends[1].poll()


def test_what_is_too_large_is_not_read(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipe_module, "MAX_BYTES", 100)
    ends[0].send_bytes(b"x" * 101)
    with pytest.raises(PipeClosedError):
        Pipe(ends[1], QUESTIONS).receive()


def test_a_pipe_whose_other_end_is_closed_says_so(ends: Ends) -> None:
    ends[1].close()
    pipe = Pipe(ends[0], ANSWERS)
    with pytest.raises(PipeClosedError):
        pipe.send(Ready())
    with pytest.raises(PipeClosedError):
        pipe.receive()


def test_long_words_are_cut_short() -> None:
    assert len(PartDied(reason="x" * 10_000).reason) == MAX_TEXT


def test_a_family_comes_out_as_it_went_in() -> None:
    again = Family.of(COUNTER).metric()
    assert (again, again.samples) == (COUNTER, COUNTER.samples)


def test_what_cannot_be_added_up_is_refused() -> None:
    with pytest.raises(ValidationError):
        Family.of(HistogramMetricFamily("seconds", "of something", buckets=[("+Inf", 1)]))
