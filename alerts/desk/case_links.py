"""Cases that belong together: because somebody said so, or by camera and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from alerts.alert import Severity
from alerts.case import CaseStatus
from alerts.desk.journal import Said
from alerts.desk.move_tables import CaseLinkRecord
from alerts.desk.tables import CaseRecord
from alerts.desk.views import CaseLink, LinkKind
from alerts.schema import Text

NEARBY = timedelta(hours=2)
"""Alerts of one camera within a watch's attention belong to one happening more often than not."""
MOST_NEARBY = 10
MOST_SAID = 100

InSight = Sequence[ColumnElement[bool]]
"""Conditions on `CaseRecord`, see `alerts.desk.sight`."""

_REVERSE: Mapping[LinkKind, LinkKind] = MappingProxyType(
    {
        LinkKind.RELATED: LinkKind.RELATED,
        LinkKind.MERGED_INTO: LinkKind.MERGED_FROM,
        LinkKind.SPLIT_FROM: LinkKind.SPLIT_INTO,
    }
)
"""How a link that is kept looks from its other end."""


def link(session: Session, one: CaseRecord, other: CaseRecord, kind: LinkKind, said: Said) -> bool:
    """Keep that `one` is `kind` to `other`; False where it was known already."""
    if _is_known(session, one, other, kind):
        return False
    record = CaseLinkRecord(from_id=one.id, to_id=other.id, kind=kind.value)
    record.actor, record.at = said.actor, said.at
    session.add(record)
    return True


def unlink(session: Session, one: CaseRecord, other: CaseRecord, kind: LinkKind) -> None:
    """Forget a link that holds no more; the journals still tell of it."""
    query = select(CaseLinkRecord).where(
        CaseLinkRecord.from_id == one.id,
        CaseLinkRecord.to_id == other.id,
        CaseLinkRecord.kind == kind.value,
    )
    for record in session.scalars(query):
        session.delete(record)


def links_of(session: Session, record: CaseRecord, in_sight: InSight) -> tuple[CaseLink, ...]:
    """Those whose cases fulfil `in_sight`: what was said, oldest first, then what is nearby."""
    said = _said(session, record, in_sight)
    known = {each.code for each in said}
    nearby = _nearby(session, record, in_sight)
    return (*said, *(each for each in nearby if each.code not in known))


def _is_known(session: Session, one: CaseRecord, other: CaseRecord, kind: LinkKind) -> bool:
    pairs = [(one.id, other.id)]
    if kind is LinkKind.RELATED:
        pairs.append((other.id, one.id))
    found = session.execute(
        select(CaseLinkRecord.from_id, CaseLinkRecord.to_id).where(
            CaseLinkRecord.kind == kind.value,
            CaseLinkRecord.from_id.in_([pair[0] for pair in pairs]),
            CaseLinkRecord.to_id.in_([pair[1] for pair in pairs]),
        )
    )
    return any((row.from_id, row.to_id) in pairs for row in found)


def _said(session: Session, record: CaseRecord, in_sight: InSight) -> list[CaseLink]:
    query = (
        select(CaseLinkRecord)
        .where(or_(CaseLinkRecord.from_id == record.id, CaseLinkRecord.to_id == record.id))
        .order_by(CaseLinkRecord.id)
        .limit(MOST_SAID)
    )
    kinds: dict[int, LinkKind] = {}
    for each in session.scalars(query):
        kind = LinkKind(each.kind)
        is_ours = each.from_id == record.id
        kinds.setdefault(
            each.to_id if is_ours else each.from_id, kind if is_ours else _REVERSE[kind]
        )
    cases = session.scalars(select(CaseRecord).where(CaseRecord.id.in_(kinds), *in_sight))
    by_id = {case.id: case for case in cases}
    return [_case_link(by_id[number], kind) for number, kind in kinds.items() if number in by_id]


def _nearby(session: Session, record: CaseRecord, in_sight: InSight) -> list[CaseLink]:
    if not record.camera_id:
        return []
    query = (
        select(CaseRecord)
        .where(
            CaseRecord.camera_id == record.camera_id,
            *in_sight,
            CaseRecord.queued_at.between(record.queued_at - NEARBY, record.queued_at + NEARBY),
            CaseRecord.id != record.id,
        )
        .order_by(CaseRecord.queued_at.desc())
        .limit(MOST_NEARBY)
    )
    return [_case_link(each, LinkKind.NEARBY) for each in session.scalars(query)]


def _case_link(record: CaseRecord, kind: LinkKind) -> CaseLink:
    return CaseLink(
        kind=kind,
        code=record.code,
        status=CaseStatus(record.status),
        severity=Severity(record.severity),
        text=Text(zh=record.text_zh, en=record.text_en),
        opened_at=record.opened_at,
    )
