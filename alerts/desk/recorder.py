"""Stores a batch of messages in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import DataError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from alerts.desk.alert_writer import AlertWriter
from alerts.desk.changes import Change
from alerts.desk.clock import Clock, utc_now
from alerts.desk.directory import Directory
from alerts.desk.intake import Checked, Intake, RefusalKind, RefusedMessage
from alerts.desk.received import NodeReceipt, Received
from alerts.desk.refused import forget_oldest, keep_refused
from alerts.desk.reused import worth_applying
from alerts.desk.states import keep_state
from alerts.desk.store import Store
from alerts.schema import AlertMessage, DroppedMessage

UNSTORABLE = (IntegrityError, DataError, OverflowError)
"""What a database says of values that it will never take, however often they are sent."""


class Arrival(Protocol):
    """What is needed of a message from the bus (`alerts.delivery.Delivery`)."""

    @property
    def topic(self) -> str: ...  # noqa: D102
    @property
    def payload(self) -> bytes: ...  # noqa: D102
    @property
    def is_retained(self) -> bool: ...  # noqa: D102


Message = Checked | RefusedMessage


@dataclass(frozen=True, slots=True)
class _Checked:
    """A message from the bus and what it turned out to be."""

    arrival: Arrival
    message: Message


@dataclass(slots=True)
class Outcome:
    """What came of a batch once it is committed."""

    stored: int = 0
    duplicates: int = 0
    refused: list[RefusedMessage] = field(default_factory=list)
    receipts: list[NodeReceipt] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Take over what came of another part of the batch."""
        self.stored += other.stored
        self.duplicates += other.duplicates
        self.refused += other.refused
        self.receipts += other.receipts
        self.changes += other.changes


class Recorder:
    """Checks and stores; raises only what a later attempt may mend (the database is away)."""

    def __init__(
        self, store: Store, intake: Intake, directory: Directory, *, clock: Clock = utc_now
    ) -> None:
        self._store = store
        self._intake = intake
        self._directory = directory
        self._writer = AlertWriter(directory)
        self._clock = clock

    def record(self, batch: Sequence[Arrival]) -> Outcome:
        """Store the batch, or raise sqlalchemy's error and store nothing of it."""
        if not batch:
            return Outcome()
        checked = [self._check(arrival) for arrival in batch]
        try:
            return self._store_all(checked)
        except (*UNSTORABLE, StatementError) as error:
            if not is_unstorable(error):
                raise
            return self._one_by_one(checked)

    def _one_by_one(self, batch: Sequence[_Checked]) -> Outcome:
        """Find the message that spoils the batch, and set it aside."""
        outcome = Outcome()
        for each in batch:
            try:
                outcome.add(self._store_all([each]))
            except (*UNSTORABLE, StatementError) as error:
                if not is_unstorable(error):
                    raise
                refused = RefusedMessage(RefusalKind.UNSTORABLE, type(error).__name__)
                outcome.add(self._store_all([_Checked(each.arrival, refused)]))
        return outcome

    def _check(self, arrival: Arrival) -> _Checked:
        try:
            message = self._intake.check(
                arrival.topic, arrival.payload, is_retained=arrival.is_retained
            )
        except RefusedMessage as refused:
            return _Checked(arrival, refused)
        return _Checked(arrival, message)

    def _store_all(self, batch: Sequence[_Checked]) -> Outcome:
        outcome, now = Outcome(), self._clock()
        with self._store.writing() as session:
            self._alerts(session, [each.message for each in batch], outcome, now)
            for each in batch:
                self._other(session, each, outcome, now)
            if outcome.refused:
                forget_oldest(session)
        return outcome

    def _alerts(
        self, session: Session, batch: Sequence[Message], outcome: Outcome, now: datetime
    ) -> None:
        alerts = [message for message in batch if isinstance(message, AlertMessage)]
        hopeless = [m.identity for m in batch if isinstance(m, RefusedMessage) and m.identity]
        given_up = [message for message in batch if isinstance(message, DroppedMessage)]
        if not alerts and not hopeless and not given_up:
            return
        received = Received(session, [*alerts, *hopeless, *given_up])
        for identity in hopeless:
            received.add(identity)
        for dropped in given_up:
            received.give_up(dropped)
        is_new = [received.add(message) for message in alerts]
        new = worth_applying(session, alerts, is_new)
        outcome.changes += self._writer.apply(session, new, now)
        received.save(now)
        outcome.stored, outcome.duplicates = len(new), len(alerts) - len(new)
        outcome.receipts = received.receipts()

    def _other(self, session: Session, checked: _Checked, outcome: Outcome, now: datetime) -> None:
        arrival, message = checked.arrival, checked.message
        if isinstance(message, RefusedMessage):
            keep_refused(session, arrival.topic, arrival.payload, message, now)
            message.topic = arrival.topic
            outcome.refused.append(message)
        elif not isinstance(message, AlertMessage | DroppedMessage):
            change = keep_state(
                session, message, self._directory, now, is_retained=arrival.is_retained
            )
            outcome.changes.append(change)


def is_unstorable(error: Exception) -> bool:
    """Whether the database will never take it, however often it is tried."""
    cause = error.orig if isinstance(error, StatementError) else error
    return isinstance(error, UNSTORABLE) or isinstance(cause, (OverflowError, ValueError))
