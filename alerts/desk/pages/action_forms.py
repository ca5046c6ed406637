"""What is offered to do with a case, and what each form asks for: from the table of actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from alerts.case import CaseStatus, FollowUp, Verdict
from alerts.desk.case_actions import RULES, Needs
from alerts.desk.pages.case_shown import CaseShown
from alerts.desk.pages.queue_props import saying
from alerts.desk.pages.words import Words
from alerts.desk.recipients import RecipientRow, Recipients
from alerts.desk.views import Action, AlertRow, CaseView

CLOSING_VERDICTS = (Verdict.TRUE, Verdict.DUPLICATE, Verdict.DRILL, Verdict.TEST)
"""False has its own action, which asks why."""
REASONS = ("shadow", "animal", "plants", "staff")
"""Common reasons for a false alarm, to be taken with one click and edited."""
AT_ONCE = frozenset({Action.ACCEPT, Action.START})
"""Nothing is asked: one click does it."""
WITH_LIMIT = frozenset({Action.DISPATCH, Action.SEND_BACK})
"""Those that take a time limit without needing one."""

A = Action
FIRST: Mapping[CaseStatus, tuple[Action, ...]] = MappingProxyType(
    {
        CaseStatus.PENDING: (A.ACCEPT, A.FALSE_ALARM, A.DISPATCH),
        CaseStatus.ACCEPTED: (A.CLOSE, A.DISPATCH, A.FALSE_ALARM),
        CaseStatus.DISPATCHED: (A.START, A.REPORT),
        CaseStatus.HANDLING: (A.REPORT,),
        CaseStatus.REPORTED: (A.CLOSE, A.SEND_BACK),
        CaseStatus.CLOSED: (A.FOLLOW_UP, A.REOPEN),
        CaseStatus.FOLLOWED_UP: (A.REOPEN,),
    }
)
"""What the status asks for, the usual one first; then a note, then the rest more quietly."""

_SAY: Mapping[Action, str] = MappingProxyType(
    {A.FALSE_ALARM: "false-alarm", A.REPORT: "report", A.FOLLOW_UP: "follow-up"}
)


def action_props(shown: CaseShown, words: Words) -> dict[str, object]:
    """What may be done now, and what each form needs to be filled in."""
    view = shown.view
    main, more = _offered(view)
    return {
        "version": view.row.version,
        "main": [_button(action, words) for action in main],
        "more": [_button(action, words) for action in more],
        "forms": {action.value: _form(action, words) for action in (*main, *more)},
        "standing": standing(view, words),
        "verdicts": _choices("verdict", CLOSING_VERDICTS, words),
        "results": _choices("follow_up", tuple(FollowUp), words),
        "reasons": [words(f"reason.{reason}") for reason in REASONS],
        "recipients": _recipients(shown.recipients, view, words),
        "cases": _cases(shown, words),
        "alerts": _alerts(view, words),
    }


def _offered(view: CaseView) -> tuple[list[Action], list[Action]]:
    first = (*FIRST[view.row.status], Action.NOTE)
    main = [action for action in first if action in view.actions]
    return main, [each for each in RULES if each in view.actions and each not in main]


def _button(action: Action, words: Words) -> dict[str, object]:
    return {
        "action": action.value,
        "name": words(f"action.{action}"),
        "at_once": action in AT_ONCE,
    }


def _form(action: Action, words: Words) -> dict[str, object]:
    needs = RULES[action].needs
    fields = [need.value for need in Needs if need in needs - {Needs.REASON, Needs.NOTE}]
    if action in WITH_LIMIT:
        fields.append(Needs.LIMIT.value)
    is_reason = Needs.REASON in needs
    say = _SAY.get(action, "reason" if is_reason else "note")
    return {
        "fields": fields,
        "text": words(f"say.{say}"),
        "is_text_needed": is_reason or Needs.NOTE in needs,
        "is_limit_needed": Needs.LIMIT in needs,
    }


def _choices(group: str, values: Sequence[str], words: Words) -> list[dict[str, str]]:
    return [{"value": str(value), "name": words.named(group, value)} for value in values]


def _recipients(known: Recipients | None, view: CaseView, words: Words) -> dict[str, object]:
    """Of a dispatch, and of a hand-over: an accepted case goes to a colleague at a desk."""
    if known is None:
        return {"dispatch": None, "hand-over": None}
    wide = {
        "departments": list(known.departments),
        "officers": [_person(each, words) for each in known.officers],
    }
    desk = {"departments": [], "officers": [_person(each, words) for each in known.colleagues]}
    is_accepted = view.row.status is CaseStatus.ACCEPTED
    return {"dispatch": wide, "hand-over": desk if is_accepted else wide}


def _person(row: RecipientRow, words: Words) -> dict[str, object]:
    about = (row.department or words.named("role", row.role), row.area_name)
    return {"id": row.officer_id, "name": f"{row.display_name} · {' · '.join(about)}"}


def _cases(shown: CaseShown, words: Words) -> list[dict[str, str]]:
    """Cases that are likely the same or related: to choose from instead of typing a code."""
    named = {link.code: words.text(link.text) for link in shown.view.links}
    named |= {row.code: saying(row, words) for row in shown.history if row.code not in named}
    return [{"code": code, "text": text} for code, text in named.items()]


def _alerts(view: CaseView, words: Words) -> list[dict[str, str]]:
    own = [_alert(alert, "", words) for alert in view.alerts]
    merged = [
        _alert(alert, words("alerts_merged", code=each.code), words)
        for each in view.merged
        for alert in each.alerts
    ]
    return own + merged


def _alert(alert: AlertRow, of: str, words: Words) -> dict[str, str]:
    return {
        "id": str(alert.alert_id),
        "at": alert.raised_at.isoformat(),
        "text": f"{words.label(alert.label)} {alert.confidence:.0%} {of}".strip(),
    }


def standing(view: CaseView, words: Words) -> list[str]:
    """Who has the case and how it ended, line by line; nothing where it just waits."""
    row, lines = view.row, []
    if row.assignee:
        lines.append(words("standing.accepted", name=row.assignee))
    if handed := words.handed_to(row.department, row.handler):
        lines.append(words("standing.handed", name=handed))
    if row.verdict:
        verdict = words.named("verdict", row.verdict)
        lines.append(closed_words("standing", view, words, verdict=verdict))
    if view.merged_into:
        lines.append(words("standing.merged", code=view.merged_into))
    if not view.actions:
        lines.append(words("standing.look_only"))
    return lines


def closed_words(group: str, view: CaseView, words: Words, **values: object) -> str:
    """That it is closed, by whom where the journal says so."""
    moves = (entry for entry in view.journal if entry.to_status is CaseStatus.CLOSED)
    if (last := max(moves, key=lambda entry: entry.at, default=None)) is None:
        return words(f"{group}.closed", **values)
    return words(f"{group}.closed_by", name=last.actor_name, **values)
