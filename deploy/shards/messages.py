"""What a shard and its parent say to each other; checked on arrival, nothing is unpickled.

Two pipes a shard. *Delivery*: the shard asks, the parent answers, one question at a time.
*Control*: news from the shard, orders from the parent, neither answered directly.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from prometheus_client.core import Metric
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from alerts.alert import Alert
from alerts.evidence.spool import DRAFT, Spooled
from alerts.schema import EvidenceKind, NodeState, ReducedClass, Sha256, Word
from ingest.status import CameraStatus

MAX_TEXT = 4000


def _short(text: str) -> str:
    """An error's words may be of any length."""
    return text[:MAX_TEXT]


Text = Annotated[str, AfterValidator(_short)]
DraftName = Annotated[str, StringConstraints(pattern=rf"^[0-9a-f]{{32}}\{DRAFT}$")]


class PipeMessage(BaseModel):
    """Base of all: unknown keys are faults, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreAlerts(PipeMessage):
    """Answered when the alerts are in the outbox; while its disk is full, that takes time."""

    say: Literal["store-alerts"] = "store-alerts"
    alerts: Annotated[tuple[Alert, ...], Field(min_length=1, max_length=1000)]


class AdoptEvidence(PipeMessage):
    """A draft lies in the spool: take it over."""

    say: Literal["adopt-evidence"] = "adopt-evidence"
    alert_id: UUID
    evidence: EvidenceKind
    draft: DraftName
    sha256: Sha256
    size: Annotated[int, Field(ge=0)]
    media_type: Word

    @classmethod
    def of(cls, alert_id: UUID, evidence: EvidenceKind, draft: Spooled) -> AdoptEvidence:
        """The question about `draft`, which lies in the spool's folder."""
        return cls(
            alert_id=alert_id,
            evidence=evidence,
            draft=draft.path.name,
            sha256=draft.sha256,
            size=draft.size,
            media_type=draft.media_type,
        )


class FailEvidence(PipeMessage):
    """This will never be made."""

    say: Literal["fail-evidence"] = "fail-evidence"
    alert_id: UUID
    evidence: EvidenceKind


class Answer(PipeMessage):
    """To each question: it is done, or which error the asker has to raise."""

    error: Literal["outbox", "outbox-write", "evidence-lost"] | None = None
    text: Text = ""


class Ready(PipeMessage):
    """The shard's cameras are being opened, at its start or after `GoTo`."""

    say: Literal["ready"] = "ready"


class StatusChanged(PipeMessage):
    """A camera's state."""

    say: Literal["status"] = "status"
    status: CameraStatus


class LoadChanged(PipeMessage):
    """Whether the shard analyses all frames, and what is left where not."""

    say: Literal["load"] = "load"
    state: NodeState = NodeState.ONLINE
    reduced: Annotated[tuple[ReducedClass, ...], Field(max_length=3)] = ()


class PartDied(PipeMessage):
    """A part of the shard died, or it cannot start; the node has to end."""

    say: Literal["died"] = "died"
    reason: Text


class Sample(PipeMessage):
    """One number of a family."""

    name: Word
    labels: dict[str, str]
    value: float


class Family(PipeMessage):
    """A family of counters as prometheus_client knows it."""

    name: Word
    documentation: Text
    type: Literal["counter", "gauge"]
    samples: tuple[Sample, ...]

    @classmethod
    def of(cls, metric: Metric) -> Family:
        """Raises ValidationError where shards could not add it up."""
        samples = [Sample(name=s.name, labels=s.labels, value=s.value) for s in metric.samples]
        return cls.model_validate(
            {
                "name": metric.name,
                "documentation": metric.documentation,
                "type": metric.type,
                "samples": samples,
            }
        )

    def metric(self) -> Metric:
        """The family again."""
        metric = Metric(self.name, self.documentation, self.type)
        for sample in self.samples:
            metric.add_sample(sample.name, sample.labels, sample.value)
        return metric


class Counted(PipeMessage):
    """What the shard has counted."""

    say: Literal["counted"] = "counted"
    families: tuple[Family, ...]


class TellCounters(PipeMessage):
    """Order: say what you have counted."""

    say: Literal["tell-counters"] = "tell-counters"


class GoTo(PipeMessage):
    """Order: watch as `site` says, with cameras by id; answered by `Ready` when it is done."""

    say: Literal["go-to"] = "go-to"
    site: str = Field(repr=False)
    added: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: tuple[str, ...]


class Drain(PipeMessage):
    """Order: stop watching, hand over what there is, end."""

    say: Literal["drain"] = "drain"


Question = StoreAlerts | AdoptEvidence | FailEvidence
News = Ready | StatusChanged | LoadChanged | PartDied | Counted
Order = TellCounters | GoTo | Drain

QUESTIONS: TypeAdapter[Question] = TypeAdapter(Annotated[Question, Field(discriminator="say")])
ANSWERS: TypeAdapter[Answer] = TypeAdapter(Answer)
NEWS: TypeAdapter[News] = TypeAdapter(Annotated[News, Field(discriminator="say")])
ORDERS: TypeAdapter[Order] = TypeAdapter(Annotated[Order, Field(discriminator="say")])
