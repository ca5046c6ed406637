"""The node's outbox: an alert is here before it is anywhere else, and until the desk has it."""

from __future__ import annotations

import logging
import random
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from alerts.alert import Alert, Phase
from alerts.compose import Compose, Stamp
from alerts.outbox_alerts import (
    current_id,
    evidence_of,
    expect_evidence,
    open_alerts,
)
from alerts.outbox_append import append, next_sequence, retell
from alerts.outbox_delivery import (
    RETRY_WINDOW,
    Waiting,
    due_messages,
    forget_received,
    postpone,
    publish_again,
)
from alerts.outbox_file import OutboxFile
from alerts.outbox_identity import (
    before_restore,
    is_ahead,
    is_last_opened,
    mark_closed,
    mark_opened,
    numbers_given,
    renew,
)
from alerts.outbox_room import (
    Backlog,
    DroppedRange,
    dropped_ranges,
    refuse_beyond,
    standing,
)
from alerts.schema import AlertMessage, EvidenceKind, RangesByCamera, Receipt

__all__ = ["RETRY_WINDOW", "Outbox", "Waiting"]

MAX_BYTES = 1_000_000_000
"""Some 800,000 messages: weeks without a desk for a town."""

logger = logging.getLogger(__name__)


class Outbox:
    """Stores alert messages, numbers them per camera without gaps, keeps them until receipted.

    What waits is bounded: beyond `max_bytes` messages that are only news of an alert are dropped
    and their numbers told to the desk; never those that raise or end one.

    Safe to use from several threads. Times `now` are of one monotonic clock of the caller.

    Attributes:
        set_aside: Where a damaged file was moved when this one was opened in its place.
    """

    def __init__(
        self,
        path: Path,
        *,
        evidence: Sequence[EvidenceKind] = tuple(EvidenceKind),
        jitter: random.Random | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        """Open the file at `path`, making it where there is none.

        Args:
            path: The file.
            evidence: What is kept of every raised alert; empty where the site keeps none.
            jitter: Spreads repetitions, 80–120 %.
            max_bytes: How much may wait.

        Raises:
            OutboxError: The file is damaged, in use, or cannot be made.
        """
        self.file = OutboxFile(path)
        self.set_aside: Path | None = None
        self._evidence = tuple(evidence)
        self._jitter = jitter or random.Random()  # noqa: S311 - spreads load, guards nothing
        self._is_claimed = False
        with self.file.transaction() as database:
            database.execute("UPDATE totals SET max_bytes = ?", (max_bytes,))
            self._given_at_start = numbers_given(database)

    def claim(self) -> None:
        """Take a new identity unless this file is the one last open here, and mark it as such.

        Raises:
            OutboxError: The mark beside the file cannot be written.
        """
        if not is_last_opened(self.file):
            with self.file.transaction() as database:
                outbox_id = renew(database)
            self._renewed(outbox_id, "its file is not the one that was last open here")
        mark_opened(self.file)
        self._is_claimed = True

    def _renewed(self, outbox_id: UUID, reason: str) -> None:
        logger.warning(
            "outbox %s becomes %s: %s, as after a restored copy; what waits is numbered anew",
            self.file.outbox_id,
            outbox_id,
            reason,
            extra={"action": "outbox-renewed"},
        )
        self.file.outbox_id = outbox_id
        self._given_at_start = {}

    @property
    def outbox_id(self) -> UUID:
        """Random, made with the file; changed when the file turns out to be an older copy."""
        return self.file.outbox_id

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        if self._is_claimed:
            self._is_claimed = False
            mark_closed(self.file)
        self.file.close()

    def commit(self, alerts: Sequence[Alert], compose: Compose) -> list[AlertMessage]:
        """Store alerts as messages, all or none, and return them as stored.

        Raises:
            OutboxFullError: Nothing that waits may be dropped; receipts make room.
            OutboxWriteError: The disk is full or fails; the same call may be made again.
            OutboxError: A message is too large even without its text; nothing was stored.
        """
        with self.file.transaction() as database:
            before = standing(database)
            stored = [self._store(database, alert, compose) for alert in alerts]
            refuse_beyond(database, before)
            return stored

    def _store(self, database: sqlite3.Connection, alert: Alert, compose: Compose) -> AlertMessage:
        if alert.phase is Phase.RAISED:
            refs = expect_evidence(database, alert.alert_id, self._evidence)
        else:
            refs = evidence_of(database, alert.alert_id)
        stamp = Stamp(
            outbox_id=current_id(database),
            sequence=next_sequence(database, alert.camera_id),
            evidence=refs,
        )
        return append(database, compose(alert, stamp))

    def end_orphans(self) -> list[AlertMessage]:
        """End every open alert with its last known times; call it once, before the rules start.

        A node that was killed leaves alerts that no rule will ever end: their sessions are gone.
        They are few, so the limit does not hold for them: a full outbox must not stop a start.
        """
        with self.file.transaction() as database:
            return [append(database, follow) for follow in open_alerts(database, next_sequence)]

    def due(self, now: float, limit: int) -> list[Waiting]:
        """At most `limit` messages to publish now, in the order they were committed.

        Those never published, those the desk says it lacks, and of the others the oldest
        `RETRY_WINDOW` whose time has come.
        """
        with self.file.transaction() as database:
            return due_messages(database, now, limit)

    def mark_published(self, published: Iterable[tuple[str, int]], now: float) -> None:
        """(camera, sequence) pairs were handed to the broker: wait for receipts, ever longer."""
        with self.file.transaction() as database:
            for key in published:
                postpone(database, key, now, self._jitter)

    def mark_due(self, unsent: Iterable[tuple[str, int]] | None = None) -> None:
        """Publish these again at once; None: all, after the broker lost our session."""
        with self.file.transaction() as database:
            publish_again(database, unsent)

    def acknowledged(self, delivered: Iterable[tuple[str, int]]) -> None:
        """Drop (camera, sequence) pairs: for sites where the broker's word is the receipt."""
        with self.file.transaction() as database:
            forget_received(database, ((name, number, number) for name, number in delivered))
            retell(database)

    def receive(self, receipt: Receipt) -> bool:
        """Drop what the desk has, publish at once what it lacks; False: not this outbox's.

        A desk that has numbers which were never given here knows a newer copy of this file: what
        was stored since the start is kept and sent under a new identity.
        """
        if receipt.outbox_id != self.outbox_id:
            return False
        renewed: UUID | None = None
        with self.file.transaction() as database:
            if is_ahead(receipt, numbers_given(database)):
                forget_received(database, before_restore(receipt, self._given_at_start))
                renewed = renew(database)
            else:
                forget_received(database, _ranges(receipt.received))
                database.executemany(
                    "UPDATE messages SET attempts = 0, due_at = 0 "
                    "WHERE camera = ? AND sequence BETWEEN ? AND ?",
                    _ranges(receipt.missing),
                )
            retell(database)
        if renewed is not None:
            self._renewed(renewed, "the desk has numbers that this file never gave")
        return True

    def backlog(self) -> int:
        """How many messages have no receipt yet."""
        return self.standing().messages

    def standing(self) -> Backlog:
        """What waits, in messages, bytes and time."""
        with self.file.transaction() as database:
            return standing(database)

    def dropped(self, limit: int) -> list[DroppedRange]:
        """At most `limit` ranges of numbers that were dropped and the desk has not confirmed."""
        with self.file.transaction() as database:
            return dropped_ranges(database, limit)

    def forget_dropped(self, told: Iterable[DroppedRange]) -> None:
        """These were told where nobody confirms them."""
        with self.file.transaction() as database:
            forget_received(database, ((each.camera, each.first, each.last) for each in told))


def _ranges(ranges: RangesByCamera) -> list[tuple[str, int, int]]:
    return [(camera, low, high) for camera, spans in ranges.items() for low, high in spans]
