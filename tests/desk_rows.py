"""Small valid rows of the desk; say only what the test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from alerts.alert import Phase, Severity
from alerts.case import CaseStatus
from alerts.desk.views import (
    Action,
    AlertRow,
    CaseRow,
    CaseView,
    EvidenceRow,
    JournalEntry,
    Officer,
    Role,
    ZoneShape,
)
from alerts.schema import EvidenceKind, EvidenceState, Text

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
OFFICER = Officer(
    id=1,
    name="zhang",
    display_name="张伟",
    role=Role.TOWN_OFFICER,
    area_id="620725101",
    language="zh",
)


def case_row(code: str = "XL-20261122-0001", **changes: object) -> CaseRow:
    """A pending case of today; `changes` replace fields."""
    row = CaseRow(
        code=code,
        case_id=1,
        version=1,
        status=CaseStatus.PENDING,
        verdict=None,
        severity=Severity.MEDIUM,
        category="security",
        label="person",
        text=Text(
            zh="文化广场东：防区 lawn 内有人停留超过 2 秒",
            en="文化广场东: person in zone lawn for more than 2 s",
        ),
        camera_id="plaza-east",
        camera_name="文化广场东",
        area_id="620725101",
        area_name="清泉镇",
        opened_at=NOW,
        updated_at=NOW,
        ended_at=None,
        alert_count=1,
        snapshot_state=EvidenceState.PENDING,
        snapshot_ready=False,
        assignee=None,
    )
    return replace(row, **changes)  # type: ignore[arg-type]  # fields by name, in tests only


def case_view(row: CaseRow, **changes: object) -> CaseView:
    """The case of a row with one alert, evidence pending, and its first journal entry."""
    alert = AlertRow(
        alert_id=UUID(int=1),
        phase=Phase.RAISED,
        rule_id="lawn-presence",
        kind="presence",
        zone_id="lawn",
        label="person",
        confidence=0.87,
        model_id="coco",
        box=(0.2, 0.3, 0.4, 0.8),
        raised_label="person",
        raised_confidence=0.87,
        raised_at=row.opened_at,
        captured_at=row.opened_at,
        ended_at=None,
        reason=None,
    )
    view = CaseView(
        row=row,
        alerts=(alert,),
        evidence=tuple(
            EvidenceRow(kind=kind, state=EvidenceState.PENDING, media_type=None, url=None)
            for kind in EvidenceKind
        ),
        journal=(journal_entry("opened", at=row.opened_at),),
        zones=(
            ZoneShape(
                id="lawn", name="草坪", polygon=((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0))
            ),
        ),
        actions=frozenset({Action.ACCEPT, Action.FALSE_ALARM, Action.NOTE}),
    )
    return replace(view, **changes)  # type: ignore[arg-type]  # fields by name, in tests only


def journal_entry(kind: str, *, at: datetime = NOW, actor: str = "system") -> JournalEntry:
    """An entry that is no move."""
    return JournalEntry(
        kind=kind, actor=actor, actor_name=actor, at=at, note="", from_status=None, to_status=None
    )
