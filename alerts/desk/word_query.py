"""What an officer types, as a question to the index of words; both databases understand it.

Each part between blanks must be found: in what was said of the case, or in the name of its camera
or area as it is now.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from alerts.desk.directory import Directory
from alerts.desk.search_words import AREA, CAMERA, Wanted, wanted_of

MOST_NAMED = 300
"""A word in more names of cameras than this, as in "camera 1", says nothing of which."""
SHORTEST_AREA = 4
_CODE = re.compile(r"[0-9]{2,12}-[0-9]{8}(-[0-9]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Found where all of `words` are, or any of `marks`."""

    words: tuple[Wanted, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Parts that must all be found, in one of `areas`; None: in any."""

    parts: tuple[_Part, ...]
    areas: frozenset[str] | None

    def for_sqlite(self) -> str:
        """As FTS5 takes it; every word is quoted, so nothing typed is syntax."""
        parts = [
            _any(_all((_fts(each) for each in part.words), " AND "), map(_quoted, part.marks), "OR")
            for part in self.parts
        ]
        return _all([*parts, *self._within(_quoted, " OR ")], " AND ")

    def for_postgres(self) -> str:
        """As a tsquery."""
        parts = [
            _any(
                _all((_lexeme(each) for each in part.words), " & "),
                map(_apostrophes, part.marks),
                "|",
            )
            for part in self.parts
        ]
        return _all([*parts, *self._within(_apostrophes, " | ")], " & ")

    def _within(self, quote: object, mark: str) -> list[str]:
        if self.areas is None:
            return []
        assert callable(quote)
        return [f"({mark.join(quote(AREA + area) for area in sorted(self.areas))})"]


def code_prefix(text: str) -> str | None:
    """The beginning of a case's code from its date on, where that is what was typed."""
    typed = text.strip()
    return typed if _CODE.fullmatch(typed) else None


def question(text: str, areas: frozenset[str] | None, directory: Directory) -> Question | None:
    """What `text` asks for within `areas`; None where there is no word in it."""
    parts = [_part(each, directory) for each in text.replace("\0", "").split()]
    asked = tuple(part for part in parts if part.words or part.marks)
    return Question(parts=asked, areas=areas) if asked else None


def _part(typed: str, directory: Directory) -> _Part:
    words, lowered = wanted_of(typed), typed.casefold()
    if not words:
        return _Part(words=(), marks=())
    is_area = typed.isdecimal() and len(typed) >= SHORTEST_AREA
    areas = [
        AREA + area.id
        for area in directory.site.areas
        if lowered in area.name.casefold() or (is_area and area.id.startswith(typed))
    ]
    cameras = [CAMERA + c.id for c in directory.site.cameras if lowered in c.name.casefold()]
    if is_area and areas:
        words = ()  # its beginning is that of every code in the county: the marks say the same
    marks = (*areas, *(cameras if len(cameras) <= MOST_NAMED else ()))
    return _Part(words=words, marks=marks)


def _any(words: str, marks: Iterable[str], mark: str) -> str:
    return f"({f' {mark} '.join([*([f'({words})'] if words else []), *marks])})"


def _all(terms: Iterable[str], mark: str) -> str:
    return mark.join(terms)


def _fts(wanted: Wanted) -> str:
    return _quoted(wanted.word) + (" *" if wanted.is_beginning else "")


def _quoted(word: str) -> str:
    return f'"{word}"'


def _lexeme(wanted: Wanted) -> str:
    return _apostrophes(wanted.word) + (":*" if wanted.is_beginning else "")


def _apostrophes(word: str) -> str:
    return f"'{word}'"
