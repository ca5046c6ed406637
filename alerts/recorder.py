"""Where the rules' alerts become safe: stored first, then shown and told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import Event

from alerts.alert import Alert
from alerts.compose import Compose
from alerts.errors import OutboxWriteError
from alerts.outbox import Outbox
from alerts.schema import AlertMessage
from ingest.frame import Frame

RETRY_S = 1.0
REPORT_EVERY = 60

logger = logging.getLogger(__name__)

TakeEvidence = Callable[[Sequence[Alert], Frame | None], None]


class AlertRecorder:
    """Commits alerts, then wakes evidence and publisher.

    While the disk does not take them it blocks and tries again: pressure travels back through the
    bounded queues and ends at the mailboxes. Frames may be lost, alerts may not.
    """

    def __init__(
        self,
        outbox: Outbox,
        compose: Compose,
        *,
        take_evidence: TakeEvidence | None,
        wake: Callable[[], None],
    ) -> None:
        """Args as in the class; `take_evidence` is None where the site keeps none."""
        self._outbox = outbox
        self._compose = compose
        self._take_evidence = take_evidence
        self._wake = wake
        self._is_stopping = Event()

    def record(self, alerts: Sequence[Alert], frame: Frame | None) -> list[AlertMessage]:
        """Store alerts of one frame; returns when they are on the disk.

        Raises:
            OutboxWriteError: `give_up` was called while the disk did not take them.
            OutboxError: A message is too large even without its text.
        """
        messages = self._commit(alerts)
        if self._take_evidence is not None:
            self._take_evidence(alerts, frame)
        self._wake()
        return messages

    def give_up(self) -> None:
        """Stop trying to write to a disk that does not take it; idempotent."""
        self._is_stopping.set()

    def _commit(self, alerts: Sequence[Alert]) -> list[AlertMessage]:
        attempt = 0
        while True:
            try:
                return self._outbox.commit(alerts, self._compose)
            except OutboxWriteError as error:
                if attempt % REPORT_EVERY == 0:
                    logger.error("alerts wait: %s", error, extra={"action": "outbox-full"})
                attempt += 1
                if self._is_stopping.wait(RETRY_S):
                    raise
