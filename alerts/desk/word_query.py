"""What an officer types, as a question to the index of words; both databases understand it.

Each part between blanks must be found: in what was said of the case, or in the name of its camera
or area as it is now.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, false, func, literal, or_

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
    """Parts that must all be found, in one of `areas`; None: in any.

    Attributes:
        marks: Of each set one must be found. What a case once was it stays in the index, so this
            narrows a search and does not decide it.
    """

    parts: tuple[_Part, ...]
    areas: frozenset[str] | None
    marks: tuple[frozenset[str], ...] = ()

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

    def in_text(self, words: SQLColumnExpression[str]) -> ColumnElement[bool]:
        """As a look at words parted by blanks, one case after the other."""
        text = literal(" ") + words + literal(" ")
        parts = [
            or_(
                and_(*(_has(text, each.word, each.is_beginning) for each in part.words))
                if part.words
                else false(),
                *(_has(text, mark, is_beginning=False) for mark in part.marks),
            )
            for part in self.parts
        ]
        within = [
            or_(false(), *(_has(text, mark, is_beginning=False) for mark in marks))
            for marks in self._sets()
        ]
        return and_(*parts, *within)

    def _within(self, quote: Callable[[str], str], mark: str) -> list[str]:
        return [f"({mark.join(map(quote, sorted(each)))})" for each in self._sets()]

    def _sets(self) -> list[frozenset[str]]:
        """Of each set one must be found: nothing is where there is no area."""
        if self.areas is None:
            return list(self.marks)
        return [*self.marks, frozenset(AREA + area for area in self.areas)]


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
    areas = {
        area.id
        for area in directory.site.areas
        if lowered in area.name.casefold() or (is_area and area.id.startswith(typed))
    }
    # Cameras named after their area are found with it: each mark costs, on PostgreSQL above all.
    cameras = [
        CAMERA + camera.id
        for camera in directory.site.cameras
        if lowered in camera.name.casefold() and camera.area not in areas
    ]
    if is_area and areas:
        words = ()  # its beginning is that of every code in the county: the marks say the same
    named = cameras if len(cameras) <= MOST_NAMED else []
    marks = (*(AREA + area for area in sorted(areas)), *named)
    return _Part(words=words, marks=marks)


def _has(text: ColumnElement[str], word: str, is_beginning: bool) -> ColumnElement[bool]:
    return func.instr(text, f" {word}" if is_beginning else f" {word} ") > 0


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
