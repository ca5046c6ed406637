"""In the parent: answers what one shard asks of the delivery."""

from __future__ import annotations

from alerts.errors import EvidenceLostError, OutboxError, OutboxWriteError
from alerts.evidence.spool import Spooled
from deploy.alert_delivery import AlertDelivery
from deploy.shards.messages import AdoptEvidence, Answer, FailEvidence, Question, StoreAlerts
from deploy.shards.pipe import Pipe, PipeClosedError


class DeliveryService:
    """Question by question: while the disk is full, so waits the shard, and only that shard."""

    def __init__(self, pipe: Pipe[Question], delivery: AlertDelivery) -> None:
        self._pipe = pipe
        self._delivery = delivery

    def run(self) -> None:
        """Answer until the shard is gone; raises PipeFaultError where it asks nonsense."""
        try:
            while True:
                self._pipe.send(self._answer(self._pipe.receive()))
        except PipeClosedError:
            return

    def _answer(self, question: Question) -> Answer:
        try:
            self._do(question)
        except OutboxWriteError as error:
            return Answer(error="outbox-write", text=str(error))
        except OutboxError as error:
            return Answer(error="outbox", text=str(error))
        except EvidenceLostError as error:
            return Answer(error="evidence-lost", text=str(error))
        return Answer()

    def _do(self, question: Question) -> None:
        match question:
            case StoreAlerts():
                self._delivery.store(question.alerts)
            case AdoptEvidence():
                self._delivery.archive.adopt(
                    question.alert_id, question.evidence, self._draft(question)
                )
            case FailEvidence():
                self._delivery.archive.fail(question.alert_id, question.evidence)

    def _draft(self, question: AdoptEvidence) -> Spooled:
        return Spooled(
            path=self._delivery.spool.folder / question.draft,
            sha256=question.sha256,
            size=question.size,
            media_type=question.media_type,
        )
