"""The wire: every MQTT payload as a pydantic model, and nothing else is JSON here."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
)

from alerts.alert import Phase, Reason, Severity
from ingest.config import Identifier
from ingest.errors import Fault
from ingest.status import CameraState

SCHEMA_VERSION = 1
MAX_ALERT_BYTES = 16_000
"""An alert message is checked against this before it is stored."""

Fraction = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Word = Annotated[str, Field(min_length=1, max_length=100)]


class Wire(BaseModel):
    """Base of all payloads: unknown keys are faults, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Wire):
    """What an officer reads, Chinese first."""

    zh: Annotated[str, Field(max_length=2000)]
    en: Annotated[str, Field(max_length=2000)]


class EvidenceKind(StrEnum):
    """What was kept of the moment."""

    SNAPSHOT = "snapshot"
    CLIP = "clip"


class EvidenceState(StrEnum):
    """Where it is on its way to the store."""

    PENDING = "pending"
    STORED = "stored"
    FAILED = "failed"


class EvidenceReference(Wire):
    """A snapshot or clip by its content; hash and size are known once it is written."""

    kind: EvidenceKind
    state: EvidenceState
    sha256: Sha256 | None = None
    bytes: Annotated[int, Field(ge=0)] | None = None
    media_type: Annotated[str, Field(max_length=100)] | None = None


class AlertMessage(Wire):
    """`camera/{camera}/alert`: one phase of one alert. Identity: (outbox_id, camera, sequence)."""

    schema_version: Literal[1] = 1
    node: Identifier
    outbox_id: UUID
    camera: Identifier
    sequence: Annotated[int, Field(ge=1)]
    alert_id: UUID
    phase: Phase
    rule: Identifier
    kind: Word
    zone: Identifier
    label: Word
    confidence: Fraction
    severity: Severity
    category: Word
    model: Identifier
    captured_at: AwareDatetime
    raised_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    reason: Reason | None = None
    track_ids: Annotated[tuple[int, ...], Field(max_length=32)] = ()
    box: tuple[Fraction, Fraction, Fraction, Fraction]
    evidence: Annotated[tuple[EvidenceReference, ...], Field(max_length=8)] = ()
    text: Text


class NodeState(StrEnum):
    """What the topic of a node's status says."""

    ONLINE = "online"
    REDUCED = "reduced"
    DRAINING = "draining"
    OFFLINE = "offline"


class ReducedClass(Wire):
    """What an overloaded node still analyses of the cameras of one class, while they move."""

    camera_class: Annotated[int, Field(ge=1, le=3)]
    cameras: Annotated[int, Field(ge=1)]
    fps: Annotated[float, Field(ge=0, allow_inf_nan=False)]  # a camera, on average
    of_fps: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Trouble(StrEnum):
    """Why a node is `reduced`."""

    DISK_FULL = "disk-full"  # no new evidence; alerts go on
    OUTBOX_FULL = "outbox-full"  # news of alerts is dropped, the alerts themselves never
    OUTBOX_SET_ASIDE = "outbox-set-aside"  # it was damaged; what it held is not delivered


class NodeStatus(Wire):
    """`node/{node}/status`, retained; the will says `offline`; `reduced` by class.

    What is None or empty has nothing to say, and is left out on the wire.
    """

    schema_version: Literal[1] = 1
    node: Identifier
    state: NodeState
    version: Word
    since: AwareDatetime
    backlog: Annotated[int, Field(ge=0)] = 0
    receipts: Literal["desk", "broker"] = "desk"
    reduced: Annotated[tuple[ReducedClass, ...], Field(max_length=3)] = ()
    backlog_bytes: Annotated[int, Field(ge=0)] | None = None
    backlog_oldest_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    dropped: Annotated[int, Field(ge=0)] | None = None
    troubles: Annotated[tuple[Trouble, ...], Field(max_length=16)] | None = None
    text: Text | None = None


class CameraStatusMessage(Wire):
    """`camera/{camera}/status`, retained; `text` says the reason in words."""

    schema_version: Literal[1] = 1
    node: Identifier
    camera: Identifier
    state: CameraState
    since: AwareDatetime
    reason: Fault | None = None
    text: Text | None = None


SequenceRange = tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
RangesByCamera = dict[Identifier, Annotated[tuple[SequenceRange, ...], Field(max_length=1000)]]


class Receipt(Wire):
    """`node/{node}/receipt`: what the desk holds and what it lacks, inclusive ranges."""

    schema_version: Literal[1] = 1
    outbox_id: UUID
    received: RangesByCamera = {}
    missing: RangesByCamera = {}


class DroppedMessage(Wire):
    """`node/{node}/dropped`: numbers that no message will have, dropped for want of room."""

    schema_version: Literal[1] = 1
    node: Identifier
    outbox_id: UUID
    dropped: RangesByCamera


class CaseMove(Wire):
    """`case/{case}`: one move, or a change of limit, recipient or supervision, for other platforms.

    `camera` is null where a case opened by hand has none. `kind` says what happened; `action` what
    exactly where that is not enough. What the desk does by itself (`supervised`, `escalated`)
    leaves `version` as it is. `handler` is a log-in name.
    """

    schema_version: Literal[1] = 1
    case: Word
    camera: Identifier | None
    area: Word
    status: Word
    verdict: Word | None = None
    version: Annotated[int, Field(ge=1)]
    at: AwareDatetime
    actor: Word
    kind: Word
    action: Word | None = None
    due_at: AwareDatetime | None = None
    department: Word | None = None
    handler: Word | None = None
    escalation_level: Annotated[int, Field(ge=0)] = 0
    merged_into: Word | None = None


CommandId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
"""Chosen by the sender, new for each command; the same one again brings the same reply."""


class CommandMessage(Wire):
    """`integrator/{name}/command`: what another platform does with a case.

    It is done with the rights and areas of the account of that name.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "command_id": "8f14e45f-1",
                    "case": "620725101-20261122-0001",
                    "action": "close",
                    "expected_version": 2,
                    "fields": {"verdict": "true", "note": "已到现场劝离"},
                }
            ]
        }
    )

    schema_version: Literal[1] = 1
    command_id: CommandId
    case: Word
    action: Annotated[
        Word,
        Field(
            description="accept; close {verdict, note}; false-alarm {note}; note {note}; "
            "dispatch {department, handler_id, minutes, due_at, note}; start; report {feedback}; "
            "send-back {reason, minutes, due_at}; release {reason}; reopen {reason}; "
            "follow-up {result, note}"
        ),
    ]
    expected_version: Annotated[
        int | None,
        Field(ge=1, description="The case's `version` as it was read; all but `note` need it."),
    ] = None
    fields: Annotated[dict[str, JsonValue], Field(max_length=32)] = {}


class CommandReply(Wire):
    """`integrator/{name}/reply`: what became of the command; `version` is the case's after it.

    `error` is for programs (the words of the REST API), `text` and `detail` are for people.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"command_id": "8f14e45f-1", "ok": True, "error": None, "version": 3},
            ]
        }
    )

    schema_version: Literal[1] = 1
    command_id: CommandId
    ok: bool
    error: Word | None = None
    version: Annotated[int, Field(ge=1)] | None = None
    text: Text | None = None
    detail: Annotated[str, Field(max_length=1000)] | None = None


class WebhookMessage(Wire):
    """The body of a webhook: a move as on `case/{case}`, or a test without one."""

    schema_version: Literal[1] = 1
    id: UUID
    kind: Literal["move", "test"]
    move: CaseMove | None = None
