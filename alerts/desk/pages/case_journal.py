"""The journal of a case in the officer's words; pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from alerts.desk.journal import DELETED, SYSTEM, Fact, JournalKind
from alerts.desk.pages.words import Words
from alerts.desk.views import CaseView, JournalEntry

NO_NAMES: Mapping[str, str] = MappingProxyType({})
_NAMED: Mapping[Fact, str] = MappingProxyType(
    {Fact.VERDICT: "verdict", Fact.RESULT: "follow_up", Fact.ORIGIN: "origin"}
)
"""Facts whose values are words of tables."""
_AS_SEEN_FROM_HERE = frozenset({JournalKind.SPLIT, JournalKind.MERGED})
"""The action was done to the other case."""


def journal_props(
    view: CaseView, words: Words, areas: Mapping[str, str] = NO_NAMES
) -> list[dict[str, object]]:
    """The journal, newest first, numbered from the oldest; `areas` are names by id."""
    entries = [_entry(number, entry, words, areas) for number, entry in enumerate(view.journal, 1)]
    return entries[::-1]


def _entry(
    number: int, entry: JournalEntry, words: Words, areas: Mapping[str, str]
) -> dict[str, object]:
    note = entry.note
    if entry.kind == JournalKind.EVIDENCE:
        note = _evidence_words(note, words)
    elif entry.kind == JournalKind.ENDED:
        note = words.named("ended", note)
    return {
        "number": number,
        "kind": entry.kind,
        "at": entry.at.isoformat(),
        "actor": words("system") if entry.actor == SYSTEM else entry.actor_name,
        "deed": deed_words(entry, words),
        "facts": [_fact(Fact(key), entry.facts[key], words, areas) for key in _known(entry)],
        "note": note,
    }


def deed_words(entry: JournalEntry, words: Words) -> str:
    """What was done: by the action where one is kept, else by the move or the kind."""
    if entry.kind in _AS_SEEN_FROM_HERE:
        return words.named("journal", entry.kind)
    if entry.action is not None and entry.kind != JournalKind.OPENED:
        return words.named("did", entry.action)
    if entry.to_status is not None and entry.from_status is not None:
        return words.named("move", entry.to_status)
    return words.named("journal", entry.kind)


def _known(entry: JournalEntry) -> list[str]:
    """In the order of the table; what a newer desk wrote is left out rather than shown raw."""
    return [key.value for key in Fact if key.value in entry.facts]


def _fact(key: Fact, value: str, words: Words, areas: Mapping[str, str]) -> dict[str, str]:
    """In words; a time and another case's code apart, for the browser to show as such."""
    if key is Fact.DUE_AT:
        return {"text": words("fact_of.due_at", value=""), "at": value}
    if key is Fact.CASE:
        return {"text": words("fact_of.case", value=""), "code": value}
    if key is Fact.AREA:
        value = areas.get(value, value)
    elif key in _NAMED:
        value = words.named(_NAMED[key], value)
    return {"text": words(f"fact_of.{key}", value=value)}


def _evidence_words(note: str, words: Words) -> str:
    """`snapshot stored` in the officer's language."""
    if note == DELETED:
        return words("evidence_deleted")
    kind, _, state = note.partition(" ")
    state = words.named("evidence_state", state).lower()
    return f"{words.named('evidence_kind', kind)} {state}".strip()
