"""Split (拆分): alerts of a case that turn out to be about something else.

All alerts of a duplicate, taken out of the main case, give the duplicate back under its own code;
some of a case's own alerts become a new case. Evidence stays with its case: it is not known which
of the alerts it shows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from alerts.case import CaseStatus
from alerts.desk import codes
from alerts.desk.arrival import queued_at
from alerts.desk.case_hold import CaseHold, Held, account, words
from alerts.desk.case_links import link, unlink
from alerts.desk.errors import RequestError
from alerts.desk.journal import Fact, JournalKind, Said, change, open_case
from alerts.desk.reopening import reopen
from alerts.desk.sight import case_change
from alerts.desk.tables import AlertRecord, CaseRecord
from alerts.desk.time_limits import Limits
from alerts.desk.views import Action, CaseRow, LinkKind, Officer


class Splitting:
    """Thread-safe."""

    def __init__(self, hold: CaseHold) -> None:
        self._hold = hold

    def split(
        self, officer: Officer, code: str, version: int, alerts: Collection[UUID], reason: str
    ) -> CaseRow:
        """Take alerts out of a case; the case they are in then."""
        said = self._hold.said(officer, Action.SPLIT, words(reason))
        with self._hold.store.writing() as session:
            held = self._hold.held(session, officer, code, version, Action.SPLIT)
            chosen = _chosen(session, held.record, alerts)
            if chosen[0].case_id == held.record.id:
                out = self._new_case(held, chosen, said)
            else:
                out = self._given_back(held, chosen, said)
            link(session, out, held.record, LinkKind.SPLIT_FROM, said)
            self._tell_source(held, out, len(chosen), said)
            row = self._hold.row(session, out)
            changes = [case_change(each.code, each) for each in (out, held.record)]
        self._hold.tell(*changes)
        return row

    def _tell_source(self, held: Held, out: CaseRecord, alerts: int, said: Said) -> None:
        facts = {Fact.CASE: out.code, Fact.ALERTS: str(alerts)}
        due = self._limits.running(held.record)
        gone = replace(said, facts=facts)
        change(held.session, held.record, JournalKind.SPLIT, said=gone, due=due)

    def _given_back(self, held: Held, chosen: Sequence[AlertRecord], said: Said) -> CaseRecord:
        duplicate = held.session.get_one(CaseRecord, chosen[0].case_id, with_for_update=True)
        if len(chosen) < duplicate.alert_count:
            raise RequestError("a merged case is taken out with all of its alerts")
        duplicate.merged_into = None
        duplicate.assignee = account(held.session, held.officer)
        unlink(held.session, duplicate, held.record, LinkKind.MERGED_INTO)
        kept = replace(said, facts={Fact.CASE: held.record.code})
        reopen(held.session, duplicate, self._limits, kept)
        return duplicate

    def _new_case(self, held: Held, chosen: Sequence[AlertRecord], said: Said) -> CaseRecord:
        session, record = held.session, held.record
        own = select(func.count()).where(AlertRecord.case_id == record.id)
        if len(chosen) >= (session.scalar(own) or 0):
            raise RequestError("one alert at least stays in its case")
        out = self._like(session, record, chosen, said)
        facts = {Fact.CASE: record.code, Fact.ALERTS: str(len(chosen))}
        due = self._limits.of(out, CaseStatus.PENDING)
        open_case(session, out, said.at, due=due, said=replace(said, facts=facts))
        for alert in chosen:
            alert.case = out
        record.alert_count -= len(chosen)
        session.flush()
        return out

    def _like(
        self, session: Session, record: CaseRecord, chosen: Sequence[AlertRecord], said: Said
    ) -> CaseRecord:
        first = chosen[0]
        zone = ZoneInfo(self._hold.directory.site.timezone)
        prefix = codes.prefix(record.area_id, first.raised_at, zone)
        ends = [alert.ended_at for alert in chosen]
        return CaseRecord(
            code=codes.reserve(session, [prefix])[0],
            version=1,
            status=CaseStatus.PENDING.value,
            severity=record.severity,
            category=record.category,
            label=first.label,
            text_zh=record.text_zh,
            text_en=record.text_en,
            camera_id=first.camera_id,
            rule_id=first.rule_id,
            area_id=record.area_id,
            opened_at=first.raised_at,
            queued_at=queued_at(first.raised_at, said.at),
            updated_at=said.at,
            ended_at=None if None in ends else max(end for end in ends if end is not None),
            alert_count=len(chosen),
            origin=record.origin,
            place=record.place,
            escalation_level=0,
        )

    @property
    def _limits(self) -> Limits:
        return self._hold.directory.limits


def _chosen(
    session: Session, record: CaseRecord, alerts: Collection[UUID]
) -> Sequence[AlertRecord]:
    """The alerts, oldest first: all of them of this case, or all of one of its duplicates."""
    query = (
        select(AlertRecord)
        .join(AlertRecord.case)
        .where(
            AlertRecord.alert_id.in_(set(alerts)),
            or_(CaseRecord.id == record.id, CaseRecord.merged_into == record.id),
        )
        .order_by(AlertRecord.raised_at, AlertRecord.alert_id)
    )
    found = session.scalars(query).all()
    if not found or len(found) != len(set(alerts)):
        raise RequestError("choose alerts of this case")
    if len({alert.case_id for alert in found}) > 1:
        raise RequestError("choose alerts of one case at a time")
    return found
