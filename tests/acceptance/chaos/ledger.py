"""What was accepted against what the desk holds: each finding names what is lost or doubled."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from tests.acceptance.chaos.held import Held
from tests.acceptance.chaos.kept import Kept

ONCE = {"ended": "ended", "reopened": "reopened"}
"""Entries of a case's journal, and which messages write them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Findings in words; both empty is what is promised."""

    lost: tuple[str, ...]
    doubled: tuple[str, ...]


def compare(accepted: Sequence[Kept], held: Held) -> Verdict:
    """Judge a desk that has had time to receive everything."""
    alerts: dict[UUID, list[Kept]] = defaultdict(list)
    for message in accepted:
        alerts[message.alert_id].append(message)
    lost = [*_unreceived(accepted, held)]
    doubled = [*_numbered_twice(accepted), *_counted_twice(held), *_strangers(alerts, held)]
    for alert_id, messages in alerts.items():
        lost += _stale(alert_id, messages, held)
        doubled += _written_twice(alert_id, messages, held)
    doubled += _cases_not_of_one_alert(held)
    return Verdict(lost=tuple(lost), doubled=tuple(doubled))


def _unreceived(accepted: Sequence[Kept], held: Held) -> Iterator[str]:
    for each in accepted:
        spans = held.ranges.get((each.outbox_id, each.camera), ())
        if not any(first <= each.sequence <= last for first, last in spans):
            yield f"message {each.camera} {each.sequence} ({each.phase}) of {each.outbox_id}"


def _stale(alert_id: UUID, messages: Sequence[Kept], held: Held) -> Iterator[str]:
    """No row for the alert, or one that has not heard its last message."""
    row, last = held.alerts.get(alert_id), messages[-1]
    if row is None:
        yield f"alert {alert_id} of {last.camera}"
    elif row.outbox_id == last.outbox_id and row.sequence < last.sequence:
        yield f"alert {alert_id}: the desk knows message {row.sequence}, not {last.sequence}"


def _numbered_twice(accepted: Sequence[Kept]) -> Iterator[str]:
    numbers = Counter((each.outbox_id, each.camera, each.sequence) for each in accepted)
    for (outbox_id, camera, sequence), times in numbers.items():
        if times > 1:
            yield f"number {sequence} of {camera} was given {times} times by {outbox_id}"


def _counted_twice(held: Held) -> Iterator[str]:
    for (outbox_id, camera), spans in held.ranges.items():
        for before, after in pairwise(sorted(spans)):
            if after[0] <= before[1]:
                yield f"messages {before} and {after} of {camera} overlap in {outbox_id}"


def _strangers(alerts: dict[UUID, list[Kept]], held: Held) -> Iterator[str]:
    for alert_id in held.alerts.keys() - alerts.keys():
        yield f"alert {alert_id}, which no outbox accepted"


def _written_twice(alert_id: UUID, messages: Sequence[Kept], held: Held) -> Iterator[str]:
    row = held.alerts.get(alert_id)
    if row is None:
        return
    said = Counter(word for each in messages for word in {each.phase, each.reason})
    for kind, word in ONCE.items():
        entries = held.journal.get((row.case_id, kind), 0)
        if entries > said[word]:
            yield f"alert {alert_id}: {entries} entries {kind!r} for {said[word]} messages"


def _cases_not_of_one_alert(held: Held) -> Iterator[str]:
    rows = Counter(row.case_id for row in held.alerts.values())
    for case_id, counted in held.cases.items():
        opened = held.journal.get((case_id, "opened"), 0)
        if (rows[case_id], counted, opened) != (1, 1, 1):
            yield (
                f"case {case_id}: {rows[case_id]} alerts, counted as {counted}, "
                f"opened {opened} times"
            )
