"""What is known of a case, as props of its head and of the lists beside it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from alerts.case import Origin
from alerts.desk.pages.queue_props import saying
from alerts.desk.pages.words import Words
from alerts.desk.views import AlertRow, CaseLink, CaseRow, CaseView

DAY = timedelta(hours=24)
"""What one camera saw within a day is often one story."""


def head_props(view: CaseView, words: Words) -> dict[str, object]:
    """The line at the top of the page."""
    row = view.row
    return {
        "code": row.code,
        "text": saying(row, words),
        "severity": row.severity.value,
        "severity_name": words.named("severity", row.severity),
        "status": row.status.value,
        "status_name": words.named("status", row.status),
        "opened_at": row.opened_at.isoformat(),
        "due_at": row.due_at.isoformat() if row.due_at else "",
        "is_overdue": row.is_overdue,
        "supervised": _supervised(row, words),
    }


def _supervised(row: CaseRow, words: Words) -> str:
    """By which area, and how far up; empty where nobody supervises."""
    if row.supervised_since is None and not row.escalation_level:
        return ""
    area = row.escalated_to_name or row.area_name
    return words("supervised_level", area=area, level=row.escalation_level)


def fact_props(view: CaseView, words: Words) -> list[dict[str, str]]:
    """What is known, in the order an officer asks."""
    row = view.row
    ended = row.ended_at.isoformat() if row.ended_at else ""
    camera = row.camera_name or row.camera_id or "—"
    facts = [
        _fact("code", row.code, words),
        {"name": words("fact.opened_at"), "at": row.opened_at.isoformat()},
        {"name": words("fact.ended_at"), "at": ended, "value": words("ongoing")},
        _fact("camera", camera, words),
        _fact("area", row.area_name, words),
        _fact("category", words.named("category", row.category), words),
        *(_alert_facts(view, view.alerts[-1], words) if view.alerts else []),
    ]
    if row.alert_count > 1:
        facts.append(_fact("alert_count", str(row.alert_count), words))
    if row.origin is not Origin.ALERT:
        del facts[2]  # nobody sees when what was told of by telephone ends
        facts.append(_fact("origin", words.named("origin", row.origin), words))
    return [*facts, *_handling(view, words)]


def _handling(view: CaseView, words: Words) -> list[dict[str, str]]:
    """Who has it and what became of it; what is empty is not named."""
    row = view.row
    verdict = "" if row.verdict is None else words.named("verdict", row.verdict)
    if verdict and view.verdict_reason:
        verdict = f"{verdict}{words.sentence_mark}{view.verdict_reason}"
    result = "" if view.follow_up is None else words.named("follow_up", view.follow_up)
    facts = [
        _fact("place", row.place, words),
        _fact("assignee", row.assignee or "", words),
        _fact("handed_to", words.handed_to(row.department, row.handler), words),
        {"name": words("fact.limit"), "at": row.due_at.isoformat() if row.due_at else ""},
        _fact("supervised", _supervised(row, words), words),
        _fact("verdict", verdict, words),
        _fact("follow_up", result, words),
        {**_fact("merged_into", view.merged_into or "", words), "href": _href(view.merged_into)},
    ]
    return [fact for fact in facts if fact.get("value") or fact.get("at")]


def _fact(key: str, value: str, words: Words) -> dict[str, str]:
    return {"name": words(f"fact.{key}"), "value": value}


def _href(code: str | None) -> str:
    return f"/case/{code}" if code else ""


def _alert_facts(view: CaseView, alert: AlertRow, words: Words) -> list[dict[str, str]]:
    names = {zone.id: zone.name for zone in view.zones}
    raised, latest = f"{alert.raised_confidence:.0%}", f"{alert.confidence:.0%}"
    return [
        _fact("label", words.label(alert.label), words),
        _fact("confidence", raised, words),
        *([_fact("confidence_now", latest, words)] if latest != raised else []),
        _fact("zone", names.get(alert.zone_id, alert.zone_id), words),
    ]


def related_props(
    view: CaseView, history: Sequence[CaseRow], words: Words
) -> dict[str, list[dict[str, object]]]:
    """Cases that belong to it, and the camera's last ones with those of a day marked."""
    opened = view.row.opened_at
    return {
        "links": [_link(each, words) for each in view.links],
        "history": [
            {**_case(row, saying(row, words), words), "is_near": abs(row.opened_at - opened) <= DAY}
            for row in history
        ],
    }


def _link(link: CaseLink, words: Words) -> dict[str, object]:
    kind = words.named("link", link.kind)
    return {**_case(link, words.text(link.text), words), "kind": kind}


def _case(case: CaseRow | CaseLink, text: str, words: Words) -> dict[str, object]:
    return {
        "code": case.code,
        "text": text,
        "at": case.opened_at.isoformat(),
        "severity": case.severity.value,
        "status": case.status.value,
        "status_name": words.named("status", case.status),
    }
