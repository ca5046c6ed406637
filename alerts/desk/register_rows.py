"""Filters of the register, and from its records to what readers see."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from alerts.desk.directory import Directory
from alerts.desk.register_table import RegisterRecord
from alerts.desk.register_views import RegisterFilter, RegisterRow
from alerts.desk.tables import OfficerRecord


def conditions(wanted: RegisterFilter) -> list[ColumnElement[bool]]:
    """The filter in SQL."""
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (RegisterRecord.actor, wanted.actor),
        (RegisterRecord.action, wanted.action),
        (RegisterRecord.camera_id, wanted.camera_id),
        (RegisterRecord.case_code, wanted.case_code),
    ):
        if value is not None:
            found.append(column == value.replace("\0", ""))
    if wanted.since is not None:
        found.append(RegisterRecord.at >= wanted.since)
    if wanted.until is not None:
        found.append(RegisterRecord.at < wanted.until)
    return found


def filter_words(wanted: RegisterFilter) -> str:
    """The filter in words, for the entry about reading the register."""
    values = {
        "actor": wanted.actor,
        "action": wanted.action,
        "camera": wanted.camera_id,
        "case": wanted.case_code,
        "from": wanted.since and wanted.since.isoformat(),
        "to": wanted.until and wanted.until.isoformat(),
    }
    return " ".join(f"{name}={value}" for name, value in values.items() if value)


def rows_of(
    session: Session, records: Sequence[RegisterRecord], directory: Directory
) -> tuple[RegisterRow, ...]:
    """The records with the names that people know."""
    actors = {record.actor for record in records}
    officers = session.scalars(select(OfficerRecord).where(OfficerRecord.name.in_(actors)))
    names = {officer.name: officer.display_name for officer in officers}
    return tuple(_row(each, names.get(each.actor, each.actor), directory) for each in records)


def _row(record: RegisterRecord, actor_name: str, directory: Directory) -> RegisterRow:
    return RegisterRow(
        number=record.number,
        at=record.at,
        actor=record.actor,
        actor_name=actor_name,
        role=record.role,
        client=record.client,
        action=record.action,
        case_code=record.case_code,
        camera_id=record.camera_id,
        camera_name=directory.camera_name(record.camera_id) if record.camera_id else "",
        subject=record.subject,
        area_id=record.area_id,
        area_name=directory.area_name(record.area_id),
        owner=record.owner,
        reason=record.reason,
        previous=record.previous,
        hash=record.hash,
    )
