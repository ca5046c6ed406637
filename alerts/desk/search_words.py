"""From text to the words it can be found by: one tokeniser for both databases, both ways.

Chinese is written without blanks, so a run of it becomes all its pairs of neighbouring characters
(消防通道: 消防 防通 通道) and its last character alone; every two-character word in it is then a
word of the index, and a single character is the beginning of one. What is asked for with three
characters and more is found where all its pairs occur. Everything else is cut at whatever is no
letter or digit, and compared without regard to case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

LONGEST = 64
"""Characters of a word that count; PostgreSQL takes 2 kB of one."""
KNOWN = 8192
"""Runs whose words are remembered: every text names a camera and says what a rule says."""
AREA, CAMERA, CATEGORY, SEVERITY = "\ue000", "\ue001", "\ue002", "\ue003"
"""What the index says of a case beside its text begins so; nobody can type such a word, because
characters of private use are neither letters nor digits."""

_CHINESE = (
    "\u3005\u3007"  # 々 and 〇
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_CHINESE}]+|[^\\W_{_CHINESE}]+")
_IS_CHINESE = re.compile(f"[{_CHINESE}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One word of the index that a case must have; `is_beginning`: or one that begins so."""

    word: str
    is_beginning: bool = False


def words_of(*texts: str) -> frozenset[str]:
    """All words by which one of these texts can be found."""
    found: set[str] = set()
    for text in texts:
        for run in _runs(text):
            if run.isascii():
                found.add(run[:LONGEST])
            else:
                found |= _words_of_run(run)
    return frozenset(found)


@lru_cache(maxsize=KNOWN)
def _words_of_run(run: str) -> frozenset[str]:
    if _IS_CHINESE.match(run):
        return frozenset((*_pairs(run), run[-1]))
    return frozenset((run[:LONGEST],))


def wanted_of(text: str) -> tuple[Wanted, ...]:
    """What a case must have, all of it, to be found by `text`; nothing for a text without words.

    The last word may be unfinished: an officer types, and the beginning of a case's code is as
    good as the whole.
    """
    runs = list(_runs(text))
    found: dict[Wanted, None] = {}
    for number, run in enumerate(runs, 1):
        if not _IS_CHINESE.match(run):
            is_last = number == len(runs)
            found[Wanted(word=run[:LONGEST], is_beginning=is_last)] = None
        elif len(run) == 1:
            found[Wanted(word=run, is_beginning=True)] = None
        else:
            found |= {Wanted(word=pair): None for pair in _pairs(run)}
    return tuple(found)


def _runs(text: str) -> Iterable[str]:
    if text.isascii():
        return _RUN.findall(text.lower())
    return _RUN.findall(unicodedata.normalize("NFKC", text).casefold())


def _pairs(run: str) -> list[str]:
    return [first + second for first, second in pairwise(run)]
