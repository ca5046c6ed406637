"""A case as props of the components of its page; pure."""

from __future__ import annotations

from alerts.case import CaseStatus, Verdict
from alerts.desk.journal import DELETED, JournalKind
from alerts.desk.pages.queue_props import saying
from alerts.desk.pages.words import Words
from alerts.desk.views import Action, AlertRow, CaseView, EvidenceRow, JournalEntry
from alerts.schema import EvidenceKind, EvidenceState

SYSTEM = "system"
CLOSING_VERDICTS = (Verdict.TRUE, Verdict.DUPLICATE, Verdict.DRILL, Verdict.TEST)
"""False has its own action, which asks why."""
ON_THE_PAGE = (Action.ACCEPT, Action.FALSE_ALARM, Action.CLOSE, Action.NOTE)
REASONS = ("shadow", "animal", "plants", "staff")
"""Common reasons for a false alarm, to be taken with one click and edited."""


def head_props(view: CaseView, words: Words) -> dict[str, object]:
    """The line at the top of the page."""
    row = view.row
    return {
        "text": saying(row, words),
        "severity": row.severity.value,
        "severity_name": words.named("severity", row.severity),
        "status": row.status.value,
        "status_name": words.named("status", row.status),
        "opened_at": row.opened_at.isoformat(),
    }


def fact_props(view: CaseView, words: Words) -> list[dict[str, str]]:
    """What is known, in the order an officer asks."""
    row = view.row
    ended = row.ended_at.isoformat() if row.ended_at else ""
    facts = [
        {"name": words("fact.code"), "value": row.code},
        {"name": words("fact.opened_at"), "at": row.opened_at.isoformat()},
        {"name": words("fact.ended_at"), "at": ended, "value": words("ongoing")},
        {"name": words("fact.camera"), "value": row.camera_name or row.camera_id or "—"},
        {"name": words("fact.area"), "value": row.area_name},
        *(_alert_facts(view, view.alerts[-1], words) if view.alerts else []),
    ]
    if row.alert_count > 1:
        facts.append({"name": words("fact.alert_count"), "value": str(row.alert_count)})
    return facts


def _alert_facts(view: CaseView, alert: AlertRow, words: Words) -> list[dict[str, str]]:
    names = {zone.id: zone.name for zone in view.zones}
    raised, latest = f"{alert.raised_confidence:.0%}", f"{alert.confidence:.0%}"
    now = {"name": words("fact.confidence_now"), "value": latest}
    return [
        {"name": words("fact.label"), "value": words.label(alert.label)},
        {"name": words("fact.confidence"), "value": raised},
        *([now] if latest != raised else []),
        {"name": words("fact.zone"), "value": names.get(alert.zone_id, alert.zone_id)},
    ]


def evidence_props(view: CaseView, words: Words) -> dict[str, object]:
    """Picture and clip with their states, and what is drawn over the picture."""
    return {
        "picture": _one_evidence(view, EvidenceKind.SNAPSHOT, words),
        "clip": _one_evidence(view, EvidenceKind.CLIP, words),
        "boxes": [_box(alert, words) for alert in view.alerts[:1]],
        "zones": [
            {"id": zone.id, "points": " ".join(f"{x},{y}" for x, y in zone.polygon)}
            for zone in view.zones
            if not view.alerts or zone.id == view.alerts[0].zone_id
        ],
    }


def _one_evidence(view: CaseView, kind: EvidenceKind, words: Words) -> dict[str, str]:
    row = _best([row for row in view.evidence if row.kind is kind])
    state = row.state.value if row else "none"
    if row and row.state is EvidenceState.STORED and row.url:
        return {"state": state, "url": row.url, "words": ""}
    if row and row.is_deleted:
        state = DELETED
    return {"state": state, "url": "", "words": words(f"{kind}.{state}")}


def _best(rows: list[EvidenceRow]) -> EvidenceRow | None:
    """The stored one where there is one; a case may have joined several alerts."""
    return next((row for row in rows if row.url), rows[0] if rows else None)


def _box(alert: AlertRow, words: Words) -> dict[str, object]:
    x1, y1, x2, y2 = alert.box
    # of the raised message, as box and snapshot are
    name = f"{words.label(alert.raised_label)} {alert.raised_confidence:.0%}"
    return {
        "id": str(alert.alert_id),
        "x": x1,
        "y": y1,
        "w": max(0.0, x2 - x1),
        "h": max(0.0, y2 - y1),
        "name": name,
    }


def journal_props(view: CaseView, words: Words) -> list[dict[str, object]]:
    """The journal, newest first, numbered from the oldest."""
    entries = [_entry(number, entry, words) for number, entry in enumerate(view.journal, 1)]
    return entries[::-1]


def _entry(number: int, entry: JournalEntry, words: Words) -> dict[str, object]:
    deed = words.named("journal", entry.kind)
    note = entry.note
    if entry.to_status is not None and entry.from_status is not None:
        deed = words.named("move", entry.to_status)
    if entry.kind == JournalKind.EVIDENCE:
        note = _evidence_words(note, words)
    elif entry.kind == JournalKind.ENDED:
        note = words.named("ended", note)
    return {
        "number": number,
        "kind": entry.kind,
        "at": entry.at.isoformat(),
        "actor": words("system") if entry.actor == SYSTEM else entry.actor_name,
        "deed": deed,
        "note": note,
    }


def _evidence_words(note: str, words: Words) -> str:
    """`snapshot stored` in the officer's language."""
    if note == DELETED:
        return words("evidence_deleted")
    kind, _, state = note.partition(" ")
    state = words.named("evidence_state", state).lower()
    return f"{words.named('evidence_kind', kind)} {state}".strip()


def action_props(view: CaseView, words: Words) -> dict[str, object]:
    """What may be done now, and where the case stands in one line."""
    return {
        "version": view.row.version,
        "can": [action.value for action in ON_THE_PAGE if action in view.actions],
        "standing": standing(view, words),
        "verdicts": [
            {"value": verdict.value, "name": words.named("verdict", verdict)}
            for verdict in CLOSING_VERDICTS
        ],
        "reasons": [words(f"reason.{reason}") for reason in REASONS],
    }


def standing(view: CaseView, words: Words) -> list[str]:
    """Who has the case and how it ended, line by line; nothing where it just waits."""
    row, lines = view.row, []
    if row.assignee:
        lines.append(words("standing.accepted", name=row.assignee))
    if row.verdict:
        verdict = words.named("verdict", row.verdict)
        lines.append(_closed("standing", view, words, verdict=verdict))
    if not view.actions:
        lines.append(words("standing.look_only"))
    return lines


def conflict_words(view: CaseView, words: Words) -> str:
    """Why an action failed because somebody else was quicker."""
    row = view.row
    if row.status in {CaseStatus.CLOSED, CaseStatus.FOLLOWED_UP}:
        return _closed("conflict", view, words)
    if row.assignee:
        return words("conflict.accepted", name=row.assignee)
    return words("conflict.changed")


def _closed(group: str, view: CaseView, words: Words, **values: object) -> str:
    """That it is closed, by whom where the journal says so."""
    moves = (entry for entry in view.journal if entry.to_status is CaseStatus.CLOSED)
    if (last := max(moves, key=lambda entry: entry.at, default=None)) is None:
        return words(f"{group}.closed", **values)
    return words(f"{group}.closed_by", name=last.actor_name, **values)
