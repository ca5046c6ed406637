"""Which evidence is made, spooled, stored or lost: rows beside the alerts in the outbox's file."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from alerts.evidence.spool import Spool, Spooled
from alerts.outbox_alerts import with_evidence
from alerts.outbox_append import append, next_sequence
from alerts.outbox_file import OutboxFile
from alerts.schema import AlertMessage, EvidenceKind, EvidenceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One piece of evidence; hash, size and type are known once it is in the spool.

    Attributes:
        is_asked: The store was asked to take it, and may have, without an answer that came back.
    """

    alert_id: UUID
    kind: EvidenceKind
    sha256: str | None = None
    size: int | None = None
    media_type: str | None = None
    is_asked: bool = field(default=False, compare=False)

    def item_in(self, spool: Spool) -> Spooled | None:
        """What lies in the spool; None while it is still being made."""
        if self.sha256 is None or self.size is None or self.media_type is None:
            return None
        return Spooled(
            path=spool.path(self.sha256),
            sha256=self.sha256,
            size=self.size,
            media_type=self.media_type,
        )


class EvidenceLedger:
    """Survives a restart; what is settled becomes an `updated` message in the same transaction.

    Evidence messages are not held back by the 10 s that limit a rule's updates: an officer who is
    woken at three needs the picture now.
    """

    def __init__(self, file: OutboxFile) -> None:
        self._file = file

    def spooled(self, alert_id: UUID, kind: EvidenceKind, item: Spooled) -> None:
        """It is made and in the spool."""
        with self._file.transaction() as database:
            database.execute(
                "UPDATE evidence SET sha256 = ?, bytes = ?, media_type = ? "
                "WHERE alert_id = ? AND kind = ?",
                (item.sha256, item.size, item.media_type, str(alert_id), kind),
            )

    def asked(self, alert_id: UUID, kind: EvidenceKind) -> None:
        """The store is about to be asked; a node killed before the answer must not forget it."""
        with self._file.transaction() as database:
            database.execute(
                "UPDATE evidence SET is_asked = 1 WHERE alert_id = ? AND kind = ? AND is_asked = 0",
                (str(alert_id), kind),
            )

    def settle(
        self, alert_id: UUID, kind: EvidenceKind, state: EvidenceState
    ) -> AlertMessage | None:
        """It is stored, or has failed for good: commit the message that says so.

        None where nothing changed or the alert is long forgotten.
        """
        with self._file.transaction() as database:
            changed = database.execute(
                "UPDATE evidence SET state = ? WHERE alert_id = ? AND kind = ? AND state <> ?",
                (state, str(alert_id), kind, state),
            ).rowcount
            message = with_evidence(database, alert_id, next_sequence) if changed else None
            return append(database, message) if message is not None else None

    def is_wanted(self, sha256: str) -> bool:
        """Whether evidence with this content still waits in the spool: two may be the same."""
        with self._file.transaction() as database:
            query = "SELECT 1 FROM evidence WHERE state = 'pending' AND sha256 = ?"
            return database.execute(query, (sha256,)).fetchone() is not None

    def pending(self) -> list[Entry]:
        """All that is neither stored nor failed, the oldest alert first."""
        with self._file.transaction() as database:
            rows = database.execute(
                "SELECT alert_id, kind, sha256, bytes, media_type, is_asked FROM evidence "
                "JOIN alerts USING (alert_id) WHERE state = 'pending' ORDER BY place, kind DESC"
            ).fetchall()
        return [
            Entry(
                alert_id=UUID(alert_id),
                kind=EvidenceKind(kind),
                sha256=sha256,
                size=size,
                media_type=media_type,
                is_asked=bool(is_asked),
            )
            for alert_id, kind, sha256, size, media_type, is_asked in rows
        ]
