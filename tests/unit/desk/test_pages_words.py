from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.alert import Reason
from alerts.case import CaseStatus, Verdict
from alerts.desk.equipment_views import CameraSight
from alerts.desk.journal import JournalKind
from alerts.desk.pages.elements import ASSETS
from alerts.desk.pages.words import WORDS, Words
from alerts.desk.register_views import RegisterAction
from alerts.desk.views import Role
from alerts.schema import EvidenceState, NodeState, Text
from ingest.config import Owner

PAGES = ASSETS.parent / "pages"
HAN = re.compile(r"[\u4e00-\u9fff]")
SAME_IN_BOTH = {"other_lang", "other_language"}


def faults(key: str) -> list[str]:
    zh, en = WORDS[key]
    values = [set(re.findall(r"\{(\w+)\}", text)) for text in (zh, en)]
    found = {
        "no Chinese": key not in SAME_IN_BOTH and not HAN.search(zh),
        "no English": not en.strip(),
        "Chinese in the English": key not in SAME_IN_BOTH and bool(HAN.search(en)),
        "different values": values[0] != values[1],
    }
    return [f"{key}: {name}" for name, is_so in found.items() if is_so]


def test_every_key_has_both_languages_with_the_same_values() -> None:
    assert [fault for key in WORDS for fault in faults(key)] == []


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("status", CaseStatus),
        ("verdict", Verdict),
        ("camera", CameraSight),
        ("node", NodeState),
        ("move", CaseStatus),
        ("journal", JournalKind),
        ("evidence_state", EvidenceState),
        ("snapshot", EvidenceState),
        ("clip", EvidenceState),
        ("ended", Reason),
        ("look", RegisterAction),
        ("role", Role),
        ("owner", Owner),
    ],
)
def test_every_state_has_a_name(group: str, values: type[CaseStatus]) -> None:
    assert {f"{group}.{value.value}" for value in values} <= set(WORDS)


def _keys_in(path: Path) -> Iterator[str]:
    yield from re.findall(r"\bwords\.(\w+)", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("script", sorted(ASSETS.glob("*.js")), ids=lambda path: path.name)
def test_scripts_use_only_words_that_exist(script: Path) -> None:
    assert set(_keys_in(script)) <= set(WORDS)


def test_pages_use_only_words_that_exist() -> None:
    asked = {
        key
        for path in PAGES.glob("*.py")
        for key in re.findall(r'\bwords\("([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert asked
    assert asked <= set(WORDS)


def test_a_state_of_a_newer_node_is_shown_as_it_came() -> None:
    assert Words("zh").named("node", "hibernating") == "hibernating"


def test_an_empty_english_text_falls_back_to_chinese() -> None:
    assert Words("en").text(Text(zh="有人", en="")) == "有人"


def test_labels_have_their_names_and_unknown_ones_stay() -> None:
    words = Words("en", {"person": Text(zh="人", en="person")})
    assert (words.label("person"), words.label("boat")) == ("person", "boat")
