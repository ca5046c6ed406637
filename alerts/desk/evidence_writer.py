"""From references in alert messages to the evidence of a case: at most one of each kind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from alerts.desk.journal import SYSTEM, JournalKind, write
from alerts.desk.tables import CaseRecord, EvidenceRecord
from alerts.schema import AlertMessage, EvidenceKind, EvidenceReference, EvidenceState

_RANK = {EvidenceState.PENDING: 0, EvidenceState.FAILED: 1, EvidenceState.STORED: 2}


def keep_evidence(session: Session, case: CaseRecord, message: AlertMessage, at: datetime) -> None:
    """Keep what the message says of its evidence, unless more is known already."""
    known = {record.kind: record for record in case.evidence}
    for reference in message.evidence:
        record = known.get(reference.kind)
        if record is None:
            record = EvidenceRecord(case=case, kind=reference.kind.value)
            session.add(record)
            known[record.kind] = record
        elif not _is_better(reference, record):
            continue
        record.state, record.sha256 = reference.state.value, reference.sha256
        record.bytes, record.media_type = reference.bytes, reference.media_type
        if reference.state is not EvidenceState.PENDING:
            note = evidence_note(reference)
            write(session, case, JournalKind.EVIDENCE, actor=SYSTEM, at=at, note=note)


def first_evidence(message: AlertMessage) -> list[EvidenceReference]:
    """What a new case is opened with: of each kind what says most, and of those the first."""
    best: dict[EvidenceKind, EvidenceReference] = {}
    for each in message.evidence:
        if each.kind not in best or _RANK[each.state] > _RANK[best[each.kind].state]:
            best[each.kind] = each
    return list(best.values())


def evidence_note(reference: EvidenceReference) -> str:
    """What the journal says became of it; empty while it is on its way."""
    is_pending = reference.state is EvidenceState.PENDING
    return "" if is_pending else f"{reference.kind} {reference.state}"


def _is_better(reference: EvidenceReference, record: EvidenceRecord) -> bool:
    """Whether it says more: stored beats failed beats pending, whatever came first."""
    return _RANK[reference.state] > _RANK[EvidenceState(record.state)]
