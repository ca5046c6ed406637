"""The queue of cases: filtered, newest first, page by page, and what is searched for by text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from alerts.case import CaseStatus
from alerts.desk.case_conditions import is_contradiction, residue
from alerts.desk.case_counts import CaseCounts
from alerts.desk.case_rows import ROW_PARTS, case_row
from alerts.desk.directory import Directory
from alerts.desk.queue_cursor import Cursor
from alerts.desk.queue_plan import Plan, counting_plan, few_of_status, plan, single
from alerts.desk.search import Searched, counts_found, found_ids
from alerts.desk.sight import own_conditions
from alerts.desk.sight_areas import areas_of_query
from alerts.desk.store import Store
from alerts.desk.tables import CaseRecord
from alerts.desk.views import MOST_COUNTED, CaseRow, Officer, QueueFilter, QueuePage
from alerts.desk.word_index import marks_of
from alerts.desk.word_query import code_prefix, question

MAX_LIMIT = 500
_MAX_TEXT = 100
_Place = tuple[datetime, int]


class Queue:
    """Reads pages of cases for one officer."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory
        self._counts = CaseCounts()

    def page(
        self, officer: Officer, wanted: QueueFilter, *, limit: int, cursor: str | None
    ) -> QueuePage:
        """See `DeskService.queue`; up to `MAX_LIMIT` rows."""
        limit = min(max(limit, 1), MAX_LIMIT)
        after = None if cursor is None else Cursor.decode(cursor)
        with self._store.reading() as session:
            asked = self._asked(session, officer, wanted)
            ids = asked.ids(limit + 1, after)
            records = _records(session, ids[:limit])
            return QueuePage(
                rows=tuple(case_row(record, self._directory) for record in records),
                next_cursor=_cursor_of(records[-1]) if len(ids) > limit else None,
                counts=asked.counts() if after is None else {},
            )

    def rows(self, officer: Officer, wanted: QueueFilter, *, limit: int) -> tuple[CaseRow, ...]:
        """The newest cases alone, without counting the others."""
        with self._store.reading() as session:
            ids = self._asked(session, officer, wanted).ids(min(max(limit, 1), MAX_LIMIT), None)
            return tuple(case_row(each, self._directory) for each in _records(session, ids))

    def categories(self, officer: Officer) -> tuple[str, ...]:
        """The categories of cases in the officer's areas, as of a few seconds ago."""
        seen = self._directory.seen_by(officer)
        with self._store.reading() as session:
            kinds = self._counts.kinds(session)
        return tuple(sorted({kind.category for kind in kinds.each if kind.area_id in seen}))

    def _asked(self, session: Session, officer: Officer, wanted: QueueFilter) -> _Asked:
        return _Asked(session, officer, wanted, self._directory, self._counts)


class _Asked:
    """One officer's question, within one session."""

    def __init__(
        self,
        session: Session,
        officer: Officer,
        wanted: QueueFilter,
        directory: Directory,
        counts: CaseCounts,
    ) -> None:
        self._session = session
        self._wanted = wanted
        self._seen = areas_of_query(officer, wanted, directory)
        self._own = own_conditions(officer)
        self._counts = counts
        self._now = directory.limits.clock.now()
        self._kinds = counts.kinds(session)
        # Where all areas may be shown, saying which would only be in the way. A case of an area
        # that has left the site file belongs to nobody.
        is_all = self._seen == directory.areas.keys()
        is_all = is_all and all(kind.area_id in self._seen for kind in self._kinds.each)
        self._areas = None if is_all else self._seen
        text = (wanted.text or "")[:_MAX_TEXT]
        self._code = code_prefix(text)
        self._question = None if self._code else question(text, self._areas, directory)

    def ids(self, limit: int, after: Cursor | None) -> list[int]:
        """The newest cases, older than `after`."""
        if not self._seen or is_contradiction(self._wanted):
            return []
        searched = self._searched(self._wanted)
        if searched is not None:
            before = None if after is None else after.case_id
            return found_ids(self._session, searched, limit=limit, before=before)
        plan = self._plan(self._wanted, limit)
        rest = self._rest(self._wanted, plan.driver)
        places = [
            place
            for condition in plan.conditions()
            for place in self._walk([*rest, *condition], limit, after)
        ]
        return [case_id for _, case_id in sorted(places, reverse=True)[:limit]]

    def counts(self) -> dict[CaseStatus, int]:
        """See `QueuePage`."""
        of_all = replace(self._wanted, statuses=frozenset())
        if not self._seen:
            return dict.fromkeys(CaseStatus, 0)
        if (searched := self._searched(of_all)) is not None:
            return counts_found(self._session, searched)
        kinds_only = replace(of_all, severities=frozenset(), categories=frozenset())
        is_counted = kinds_only == QueueFilter(area_id=of_all.area_id, text=of_all.text)
        if is_counted and not self._code and not self._own:
            return self._counts.by_status(self._session, of_all, self._seen)
        few = self._plan_of_few(of_all)
        return self._counted_few(of_all, few) if few is not None else self._counted(of_all)

    def _counted_few(self, wanted: QueueFilter, plan: Plan) -> dict[CaseStatus, int]:
        """All there are of something that there are few of."""
        rest = self._rest(wanted, plan.driver)
        counts = Counter[str]()
        for condition in plan.conditions():
            some = select(CaseRecord.status).where(*rest, *condition)
            some_of = some.limit(MOST_COUNTED * len(CaseStatus)).subquery()
            query = select(some_of.c.status, func.count()).group_by(some_of.c.status)
            counts.update({row[0]: row[1] for row in self._session.execute(query)})
        return {status: min(counts[status.value], MOST_COUNTED) for status in CaseStatus}

    def _counted(self, wanted: QueueFilter) -> dict[CaseStatus, int]:
        """Status by status, none further than anybody reads."""
        found = dict.fromkeys(CaseStatus, 0)
        for status in CaseStatus:
            of_one = replace(wanted, statuses=frozenset({status}))
            plan = counting_plan(status.value, wanted, self._areas, self._kinds)
            rest = self._rest(of_one, plan.driver)
            for condition in plan.conditions():
                left = MOST_COUNTED - found[status]
                some = select(CaseRecord.id).where(*rest, *condition).limit(left).subquery()
                found[status] += self._session.scalar(select(func.count()).select_from(some)) or 0
        return found

    def _searched(self, wanted: QueueFilter) -> Searched | None:
        if self._question is None:
            return None
        few = self._few_to_search(wanted)
        driver = few.driver if few else ""
        rest = [*residue(wanted, self._areas, driver, self._now), *self._own]
        asked = replace(self._question, marks=marks_of(wanted))
        return Searched(question=asked, conditions=rest, few=few.conditions() if few else ())

    def _few_to_search(self, wanted: QueueFilter) -> Plan | None:
        return self._plan_of_few(wanted) or few_of_status(wanted, self._kinds)

    def _plan(self, wanted: QueueFilter, limit: int) -> Plan:
        few = self._plan_of_few(wanted)
        return few or plan(wanted, self._areas, self._kinds, limit)

    def _plan_of_few(self, wanted: QueueFilter) -> Plan | None:
        if self._code is not None:
            return Plan("code", ())
        return Plan("own", ()) if self._own else single(wanted)

    def _rest(self, wanted: QueueFilter, driver: str) -> list[ColumnElement[bool]]:
        rest = [*residue(wanted, self._areas, driver, self._now), *self._own]
        if self._code is not None:
            rest.append(CaseRecord.code.between(self._code, self._code + "~"))
        return rest

    def _walk(
        self, conditions: Sequence[ColumnElement[bool]], limit: int, after: Cursor | None
    ) -> list[_Place]:
        query = select(CaseRecord.queued_at, CaseRecord.id).where(*conditions)
        if after is not None:
            position = tuple_(CaseRecord.queued_at, CaseRecord.id)
            query = query.where(position < tuple_(after.queued_at, after.case_id))
        query = query.order_by(CaseRecord.queued_at.desc(), CaseRecord.id.desc()).limit(limit)
        return [(queued_at, case_id) for queued_at, case_id in self._session.execute(query)]


def _records(session: Session, ids: Sequence[int]) -> list[CaseRecord]:
    """In the order of `ids`."""
    query = select(CaseRecord).where(CaseRecord.id.in_(ids)).options(*ROW_PARTS)
    found = {record.id: record for record in session.scalars(query)}
    return [found[case_id] for case_id in ids if case_id in found]


def _cursor_of(record: CaseRecord) -> str:
    return Cursor(queued_at=record.queued_at, case_id=record.id).encode()
