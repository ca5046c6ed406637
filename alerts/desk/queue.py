"""The queue of cases: filtered, newest first (by `queued_at`), page by page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session

from alerts.case import CaseStatus
from alerts.desk.case_rows import ROW_PARTS, case_row
from alerts.desk.directory import Directory
from alerts.desk.errors import RequestError
from alerts.desk.store import Store
from alerts.desk.tables import CaseRecord
from alerts.desk.views import CaseRow, Officer, QueueFilter, QueuePage

MAX_LIMIT = 500
_MAX_TEXT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last case of the page before."""

    queued_at: datetime
    case_id: int

    def encode(self) -> str:
        """As an opaque word for an address."""
        plain = f"{self.queued_at.isoformat()} {self.case_id}"
        return base64.urlsafe_b64encode(plain.encode()).decode()

    @classmethod
    def decode(cls, word: str) -> Self:
        """The reverse of `encode`; RequestError for anything else."""
        try:
            at, case_id = base64.urlsafe_b64decode(word.encode()).decode().split(" ")
            queued_at, number = datetime.fromisoformat(at), int(case_id)
            if queued_at.tzinfo is None or not 0 <= number < 2**31:
                raise ValueError("a cursor of nowhere")
            return cls(queued_at=queued_at.astimezone(UTC), case_id=number)
        except (ValueError, OverflowError, binascii.Error) as error:
            raise RequestError("this is not a cursor of the queue") from error


class Queue:
    """Reads pages of cases for one officer."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def page(
        self, officer: Officer, wanted: QueueFilter, *, limit: int, cursor: str | None
    ) -> QueuePage:
        """At most `limit` cases after `cursor`."""
        if not 1 <= limit <= MAX_LIMIT:
            raise RequestError(f"limit is 1 to {MAX_LIMIT}")
        after = None if cursor is None else Cursor.decode(cursor)
        with self._store.reading() as session:
            records = self._records(session, self._conditions(officer, wanted), limit + 1, after)
            shown = records[:limit]
            return QueuePage(
                rows=tuple(case_row(record, self._directory) for record in shown),
                next_cursor=_cursor_of(shown[-1]) if len(records) > limit else None,
                counts=self._counts(session, officer, wanted),
            )

    def rows(self, officer: Officer, wanted: QueueFilter, *, limit: int) -> tuple[CaseRow, ...]:
        """The newest cases alone, without counting the others."""
        if not 1 <= limit <= MAX_LIMIT:
            raise RequestError(f"limit is 1 to {MAX_LIMIT}")
        with self._store.reading() as session:
            records = self._records(session, self._conditions(officer, wanted), limit, None)
            return tuple(case_row(record, self._directory) for record in records)

    def _records(
        self,
        session: Session,
        conditions: list[ColumnElement[bool]],
        limit: int,
        after: Cursor | None,
    ) -> Sequence[CaseRecord]:
        position = tuple_(CaseRecord.queued_at, CaseRecord.id)
        if after is not None:
            conditions.append(position < tuple_(after.queued_at, after.case_id))
        query = (
            select(CaseRecord)
            .where(*conditions)
            .order_by(CaseRecord.queued_at.desc(), CaseRecord.id.desc())
            .limit(limit)
            .options(*ROW_PARTS)
        )
        return session.scalars(query).all()

    def _counts(
        self, session: Session, officer: Officer, wanted: QueueFilter
    ) -> dict[CaseStatus, int]:
        conditions = self._conditions(officer, replace(wanted, statuses=frozenset()))
        query = select(CaseRecord.status, func.count()).where(*conditions)
        found = {row[0]: row[1] for row in session.execute(query.group_by(CaseRecord.status))}
        return {status: found.get(status.value, 0) for status in CaseStatus}

    def _conditions(self, officer: Officer, wanted: QueueFilter) -> list[ColumnElement[bool]]:
        areas = self._directory.seen_by(officer)
        if wanted.area_id is not None:
            areas &= self._directory.below(wanted.area_id)
        conditions: list[ColumnElement[bool]] = [CaseRecord.area_id.in_(sorted(areas))]
        if wanted.statuses:
            conditions.append(CaseRecord.status.in_(sorted(wanted.statuses)))
        if wanted.severities:
            conditions.append(CaseRecord.severity.in_(sorted(wanted.severities)))
        if wanted.camera_id is not None:
            conditions.append(CaseRecord.camera_id == wanted.camera_id)
        if wanted.text and wanted.text.strip():
            conditions.append(self._contains(wanted.text.strip()[:_MAX_TEXT]))
        return conditions

    def _contains(self, text: str) -> ColumnElement[bool]:
        text = text.replace("\0", "")
        lowered = text.casefold()
        named = [c.id for c in self._directory.site.cameras if lowered in c.name.casefold()]
        columns = (CaseRecord.code, CaseRecord.camera_id, CaseRecord.label, CaseRecord.text_zh)
        return or_(
            CaseRecord.camera_id.in_(named),
            *(column.icontains(text, autoescape=True) for column in columns),
        )


def _cursor_of(record: CaseRecord) -> str:
    return Cursor(queued_at=record.queued_at, case_id=record.id).encode()
