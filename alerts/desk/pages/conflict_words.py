"""Why an action failed because somebody else was quicker: who, what and since when."""

from __future__ import annotations

from datetime import datetime

from alerts.case import CaseStatus
from alerts.desk.journal import SYSTEM, JournalKind
from alerts.desk.pages.action_forms import closed_words
from alerts.desk.pages.case_journal import deed_words
from alerts.desk.pages.words import Words
from alerts.desk.views import CaseView, JournalEntry

_SILENT = frozenset(
    {
        JournalKind.OPENED,
        JournalKind.NOTE,
        JournalKind.EVIDENCE,
        JournalKind.ENDED,
        JournalKind.ATTACHED,
    }
)
"""These refuse nobody's form."""


def conflict_words(view: CaseView, words: Words) -> str:
    """From the case as it is now."""
    row, last = view.row, last_change(view)
    if row.status in {CaseStatus.CLOSED, CaseStatus.FOLLOWED_UP}:
        return closed_words("conflict", view, words)
    if row.status is CaseStatus.ACCEPTED and row.assignee:
        return words("conflict.accepted", name=row.assignee)
    if last is None or last.actor == SYSTEM:
        return words("conflict.changed")
    return words("conflict.by", name=last.actor_name, deed=deed_words(last, words))


def conflict_at(view: CaseView) -> datetime | None:
    """Since when it is so."""
    last = last_change(view)
    return None if last is None else last.at


def last_change(view: CaseView) -> JournalEntry | None:
    """The last entry that changed the case."""
    changed = (entry for entry in reversed(view.journal) if entry.kind not in _SILENT)
    return next(changed, None)
