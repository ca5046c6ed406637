"""In a shard: the delivery that the parent owns, as the pipeline sees it."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Protocol
from uuid import UUID

from alerts.alert import Alert
from alerts.errors import EvidenceLostError, OutboxError, OutboxWriteError
from alerts.evidence.spool import Spool, Spooled
from alerts.schema import EvidenceKind, NodeState, ReducedClass
from deploy.shards.messages import AdoptEvidence, Answer, FailEvidence, Question, StoreAlerts
from deploy.shards.pipe import Pipe
from ingest.status import CameraStatus

ERRORS: dict[str, type[OutboxError] | type[EvidenceLostError]] = {
    "outbox": OutboxError,
    "outbox-write": OutboxWriteError,
    "evidence-lost": EvidenceLostError,
}


class News(Protocol):
    """What it needs of `deploy.shards.shard_news.ShardNews`."""

    def status(self, status: CameraStatus) -> None: ...  # noqa: D102
    def load(self, state: NodeState, reduced: tuple[ReducedClass, ...]) -> None: ...  # noqa: D102


class RemoteDelivery:
    """Asks the parent and waits for its answer, however long: the rules wait, frames are dropped.

    Safe to use from several threads, which take turns. Every call raises PipeClosedError when the
    parent is gone.
    """

    def __init__(self, pipe: Pipe[Answer], spool: Spool, news: News) -> None:
        self._pipe = pipe
        self._turn = Lock()
        self.spool = spool
        self._news = news

    @property
    def archive(self) -> RemoteDelivery:
        """The node's one archive."""
        return self

    def store(self, alerts: Sequence[Alert]) -> None:
        """Return when the parent has the alerts in its outbox; see `Delivery.store`."""
        self._ask(StoreAlerts(alerts=tuple(alerts)))

    def camera_status(self, status: CameraStatus) -> None:
        """Say a camera's state; never blocks."""
        self._news.status(status)

    def become(self, state: NodeState, reduced: tuple[ReducedClass, ...]) -> None:
        """Say whether this shard analyses all frames; never blocks."""
        self._news.load(state, reduced)

    def adopt(self, alert_id: UUID, kind: EvidenceKind, draft: Spooled) -> None:
        """See `EvidenceArchive`."""
        self._ask(AdoptEvidence.of(alert_id, kind, draft))

    def fail(self, alert_id: UUID, kind: EvidenceKind) -> None:
        """See `EvidenceArchive`."""
        self._ask(FailEvidence(alert_id=alert_id, evidence=kind))

    def _ask(self, question: Question) -> None:
        with self._turn:
            self._pipe.send(question)
            answer = self._pipe.receive()
        if answer.error is not None:
            raise ERRORS[answer.error](answer.text)
