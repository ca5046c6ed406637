"""A whole case as one officer may see it, with the other cases that belong to it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from alerts.case import CaseStatus, FollowUp
from alerts.desk.attachment_rows import attachments_of
from alerts.desk.case_actions import allowed_actions
from alerts.desk.case_links import InSight, links_of
from alerts.desk.case_rows import alert_row, case_row, evidence_row, journal_entry
from alerts.desk.directory import Directory
from alerts.desk.journal import SYSTEM
from alerts.desk.sight import case_conditions
from alerts.desk.tables import CaseRecord, OfficerRecord
from alerts.desk.views import CaseView, JournalEntry, MergedCase, Officer, ZoneShape


def read_view(
    session: Session, record: CaseRecord, directory: Directory, officer: Officer
) -> CaseView:
    """The whole case; other cases only where the officer sees them by themselves."""
    names = _display_names(session, record)
    journal = tuple(journal_entry(each, names) for each in record.journal)
    in_sight = case_conditions(officer, directory)
    return CaseView(
        row=case_row(record, directory),
        alerts=tuple(alert_row(each) for each in record.alerts),
        evidence=tuple(evidence_row(each, record.code) for each in record.evidence),
        journal=journal,
        zones=_zones(record, directory),
        actions=allowed_actions(officer, record),
        accepted_by=_accepted_by(journal),
        verdict_reason=record.verdict_reason,
        follow_up=None if record.follow_up is None else FollowUp(record.follow_up),
        merged_into=_main(session, record, in_sight),
        merged=tuple(_merged(each) for each in _duplicates(session, record, in_sight)),
        attachments=attachments_of(session, record, names),
        links=links_of(session, record, in_sight),
    )


def _zones(record: CaseRecord, directory: Directory) -> tuple[ZoneShape, ...]:
    camera = directory.cameras.get(record.camera_id)
    zones = () if camera is None else camera.zones
    return tuple(
        ZoneShape(id=zone.id, name=zone.name or zone.id, polygon=zone.polygon) for zone in zones
    )


def _accepted_by(journal: Sequence[JournalEntry]) -> str | None:
    accepted = (
        entry.actor_name
        for entry in reversed(journal)
        if entry.to_status is CaseStatus.ACCEPTED and entry.actor != SYSTEM
    )
    return next(accepted, None)


def _main(session: Session, record: CaseRecord, in_sight: InSight) -> str | None:
    """The code of the case that this one was merged into."""
    if record.merged_into is None:
        return None
    query = select(CaseRecord.code).where(CaseRecord.id == record.merged_into, *in_sight)
    return session.scalar(query)


def _duplicates(session: Session, record: CaseRecord, in_sight: InSight) -> Sequence[CaseRecord]:
    query = (
        select(CaseRecord)
        .where(CaseRecord.merged_into == record.id, *in_sight)
        .order_by(CaseRecord.id)
        .options(selectinload(CaseRecord.alerts), selectinload(CaseRecord.evidence))
    )
    return session.scalars(query).all()


def _merged(record: CaseRecord) -> MergedCase:
    return MergedCase(
        code=record.code,
        alerts=tuple(alert_row(each) for each in record.alerts),
        evidence=tuple(evidence_row(each, record.code) for each in record.evidence),
    )


def _display_names(session: Session, record: CaseRecord) -> dict[str, str]:
    """Display names of those in the journal, by log-in name."""
    actors = {entry.actor for entry in record.journal}
    officers = session.scalars(select(OfficerRecord).where(OfficerRecord.name.in_(actors)))
    return {officer.name: officer.display_name for officer in officers}
