"""The queue as props of its component; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from alerts.alert import Severity
from alerts.case import ENDED, CaseStatus, Origin
from alerts.desk.case_actions import RULES
from alerts.desk.journal import DELETED
from alerts.desk.pages.queue_asked import TABS, Asked
from alerts.desk.pages.words import Words
from alerts.desk.views import Action, CaseRow, Officer
from alerts.schema import EvidenceState, Text

BY_KEY = (Action.ACCEPT, Action.FALSE_ALARM, Action.DISPATCH, Action.CLOSE)
"""What can be done from the queue, each with a key."""
LOUD = frozenset({Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL})
"""A new case of these rings."""
MOST_RINGING = 20
"""As many waiting cases are told to the page's bell; more ring no louder."""


def thumbnail_url(code: str) -> str:
    """Where the desk serves the small picture of a case, which is no look for the register."""
    return f"/api/cases/{code}/thumbnail"


def tab_props(
    counts: Mapping[CaseStatus, int], words: Words, asked: Asked
) -> list[dict[str, object]]:
    """The tabs with their counts, each leading to itself with the same filters."""
    return [
        {
            "status": tab,
            "href": asked.address(tab),
            "name": words(f"tab.{tab}"),
            "count": sum(counts.get(status, 0) for status in statuses),
        }
        for tab, statuses in TABS.items()
    ]


def allowed_props(officer: Officer) -> dict[str, list[str]]:
    """By status, what the officer can do from the queue."""
    return {
        status.value: [
            action.value
            for action in BY_KEY
            if status in RULES[action].before and officer.role in RULES[action].roles
        ]
        for status in CaseStatus
    }


def saying(row: CaseRow, words: Words) -> str:
    """The alert's sentence without the camera's name, which stands beside it anyway."""
    camera = row.camera_name or row.camera_id or ""
    zh = row.text.zh.removeprefix(f"{camera}：")
    en = row.text.en.removeprefix(f"{camera}: ")
    return words.text(Text(zh=zh, en=en))


def row_props(row: CaseRow, words: Words, *, is_withheld: bool = False) -> dict[str, object]:
    """One line of the queue; `is_withheld`: its picture is shown for a stated reason only."""
    picture = "withheld" if is_withheld and row.snapshot_ready else _snapshot(row)
    return {
        "code": row.code,
        "number": row.case_id,
        "version": row.version,
        "severity": row.severity.value,
        "severity_name": words.named("severity", row.severity),
        "status": row.status.value,
        "status_name": words.named("status", row.status),
        "verdict": words.named("verdict", row.verdict) if row.verdict else "",
        "who": _who(row, words),
        "text": saying(row, words),
        "camera": row.camera_name or row.camera_id or row.place,
        "area": row.area_name,
        "category": words.named("category", row.category),
        "origin": "" if row.origin is Origin.ALERT else words.named("origin", row.origin),
        "opened_at": row.opened_at.isoformat(),
        "thumbnail": thumbnail_url(row.code) if row.snapshot_ready and not is_withheld else "",
        "picture": words(f"snapshot.{picture}"),
        **_limit(row, words),
    }


def _limit(row: CaseRow, words: Words) -> dict[str, object]:
    """Until when the step that runs is to be done, and who looks after it from above."""
    is_over = row.status in ENDED
    supervised = ""
    if row.escalation_level and not is_over:
        supervised = words("supervised_by", area=row.escalated_to_name, level=row.escalation_level)
    elif row.supervised_since is not None and not is_over:
        supervised = words("supervised")
    return {
        "due_at": row.due_at.isoformat() if row.due_at and not is_over else "",
        "is_overdue": row.is_overdue,
        "supervised": supervised,
    }


def _who(row: CaseRow, words: Words) -> str:
    """Who has it: those it was handed to, else who accepted it."""
    handed = words.list_mark.join(filter(None, (row.department, row.handler)))
    return handed or row.assignee or ""


def _snapshot(row: CaseRow) -> str:
    if row.snapshot_state is EvidenceState.STORED and not row.snapshot_ready:
        return DELETED
    return row.snapshot_state or "none"


def rows_props(
    rows: Iterable[CaseRow], words: Words, is_withheld: Callable[[CaseRow], bool]
) -> list[dict[str, object]]:
    """All lines of the queue."""
    return [row_props(row, words, is_withheld=is_withheld(row)) for row in rows]
