"""What a filter asks of a case, as SQL conditions by column."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal_column, or_
from sqlalchemy.orm import InstrumentedAttribute

from alerts.case import CaseStatus
from alerts.desk.aside import aside
from alerts.desk.tables import CaseRecord
from alerts.desk.views import QueueFilter

OVER = (CaseStatus.CLOSED.value, CaseStatus.FOLLOWED_UP.value)

Column = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


def residue(
    wanted: QueueFilter, areas: frozenset[str] | None, driver: str, now: datetime
) -> list[ColumnElement[bool]]:
    """All conditions but the one on column `driver`, none of which picks an index.

    `areas` is None where every area there is may be shown.
    """
    found = [each for column, each in _by_column(wanted, areas, now) if column != driver]
    return [*found, *_times(wanted)]


def is_contradiction(wanted: QueueFilter) -> bool:
    """Whether no case can be what is asked for: nothing is overdue once it is over."""
    return wanted.is_overdue and bool(wanted.statuses) and wanted.statuses <= set(OVER)


def of_officer(officer_id: int) -> list[tuple[ColumnElement[bool], ...]]:
    """What was handed to an officer, and what else they accepted that is not over."""
    row, handler = CaseRecord, aside(CaseRecord.handler_id)
    # Literal: a bound value does not tell SQLite that the row is in an index of some rows only.
    is_open = (row.status != literal_column(f"'{each}'") for each in OVER)
    is_not_handed = or_(handler.is_(None), handler != officer_id)
    return [
        (row.handler_id == officer_id,),
        (row.assignee_id == officer_id, is_not_handed, *is_open),
    ]


def _by_column(
    wanted: QueueFilter, areas: frozenset[str] | None, now: datetime
) -> Iterator[tuple[str, ColumnElement[bool]]]:
    row = CaseRecord
    if areas is not None:
        yield "area_id", aside(row.area_id).in_(sorted(areas))
    for name, column, values in (
        ("status", row.status, wanted.statuses),
        ("severity", row.severity, wanted.severities),
        ("category", row.category, wanted.categories),
        ("verdict", row.verdict, wanted.verdicts),
        ("origin", row.origin, wanted.origins),
    ):
        if values:
            yield name, aside(column).in_(sorted(values))
    for name, single, value in (
        ("camera_id", row.camera_id, wanted.camera_id),
        ("rule_id", row.rule_id, wanted.rule_id),
        ("department", row.department, wanted.department),
        ("handler_id", row.handler_id, wanted.handler_id),
    ):
        if value is not None:
            yield name, aside(single) == value
    if wanted.officer_id is not None:
        yield "officer_id", or_(*(and_(*each) for each in of_officer(wanted.officer_id)))
    if wanted.is_overdue:
        yield "overdue", row.due_at < now
        yield "overdue", aside(row.status).not_in(OVER)


def _times(wanted: QueueFilter) -> Iterator[ColumnElement[bool]]:
    """Every index of the queue is in this order: a range is a part of it, whichever is read."""
    if wanted.since is not None:
        yield CaseRecord.queued_at >= wanted.since
    if wanted.until is not None:
        yield CaseRecord.queued_at < wanted.until
