"""Where the maker of evidence hands its work in: one place for the whole node."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol
from uuid import UUID

from alerts.evidence.ledger import EvidenceLedger
from alerts.evidence.spool import Spool, Spooled
from alerts.schema import EvidenceKind, EvidenceState


class EvidenceArchive(Protocol):
    """What the maker needs of it; several makers in several processes may share one."""

    def adopt(self, alert_id: UUID, kind: EvidenceKind, draft: Spooled) -> None:
        """Take a draft that lies in the spool's folder over, and note it.

        Raises:
            OutboxWriteError: It cannot be noted now: the disk is full or fails.
            EvidenceLostError: The draft cannot be moved.
        """
        ...

    def fail(self, alert_id: UUID, kind: EvidenceKind) -> None:
        """Note that this will never be made.

        Raises:
            OutboxWriteError: It cannot be noted now: the disk is full or fails.
        """
        ...


class SpoolArchive:
    """Spool and ledger of the node; only its process renames and removes files of the spool."""

    def __init__(
        self,
        ledger: EvidenceLedger,
        spool: Spool,
        *,
        on_spooled: Callable[[], None],
        on_message: Callable[[], None],
    ) -> None:
        """`on_spooled` wakes the keeper, `on_message` the publisher."""
        self._ledger = ledger
        self._spool = spool
        self._on_spooled = on_spooled
        self._on_message = on_message

    def recover(self) -> None:
        """Take up what a crash left; call it once, before any evidence is made.

        Raises:
            OutboxError: The ledger cannot be read or written.
        """
        pending = self._ledger.pending()
        self._spool.sweep({entry.sha256 for entry in pending if entry.sha256 is not None})
        for entry in pending:
            if entry.sha256 is None:  # its frame or its packets are gone with the old process
                self.fail(entry.alert_id, entry.kind)

    def adopt(self, alert_id: UUID, kind: EvidenceKind, draft: Spooled) -> None:
        """See `EvidenceArchive`."""
        self._spool.adopt(draft, partial(self._ledger.spooled, alert_id, kind))
        self._on_spooled()

    def fail(self, alert_id: UUID, kind: EvidenceKind) -> None:
        """See `EvidenceArchive`."""
        self._ledger.settle(alert_id, kind, EvidenceState.FAILED)
        self._on_message()
