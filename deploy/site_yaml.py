"""YAML read from its events: every key's line, no key twice, no tags, no endless depth.

PyYAML's own loaders let the second of two equal keys win, construct whatever a tag names, and
recurse: over some ten thousand brackets the one written in C ends the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import yaml

from deploy.site_fault import KeyPath, Place, SiteNotes
from deploy.yaml_scalar import KINDS, TAG, ScalarError, Scalars
from deploy.yaml_text import YamlTextError, events, line_of

MAX_DEPTH = 32
"""The deepest value of a site file, a polygon's coordinate, lies at 8."""

TAGS = frozenset({None, "!", *(f"{TAG}{kind}" for kind in ("str", "map", "seq")), *KINDS})
UNREAD = object()
"""Stands for a value whose fault has been noted; its key is left out."""


class YamlReader:
    """Reads YAML texts; places and faults go to `notes`."""

    def __init__(self, notes: SiteNotes) -> None:
        self._notes = notes
        self._scalars = Scalars()
        self._first = Place("", 1)
        self._events: Iterator[yaml.Event] = iter(())
        self._anchors: dict[str | None, object] = {}

    def read(self, text: str, *, first: Place, path: KeyPath = ()) -> object:
        """The value of `text`, or None where there is none.

        Args:
            text: Its first line stands at `first`.
            first: File and line that faults are counted from.
            path: Where in the site the value belongs.
        """
        self._first = first
        try:
            return self._document(text, path)
        except YamlTextError as error:
            self._drop(path, error.line, str(error))
        return None

    def _document(self, text: str, path: KeyPath) -> object:
        self._anchors.clear()
        self._events = events(text)
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        value = self._value(next(self._events), path, 0)
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._drop(path, line_of(after), "holds a second document after ---")
        return None if value is UNREAD else value

    def _value(self, event: yaml.Event, path: KeyPath, depth: int) -> object:
        if depth > MAX_DEPTH:
            raise YamlTextError(line_of(event), f"is nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        node = cast(yaml.ScalarEvent | yaml.CollectionStartEvent, event)
        self._anchors[node.anchor] = UNREAD  # until it is read: it may not hold itself
        value = self._built(node, path, depth)
        if node.tag not in TAGS:
            self._drop(path, line_of(node), f"the tag {node.tag} is not known here")
            value = UNREAD
        self._anchors[node.anchor] = value
        return value

    def _built(
        self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, path: KeyPath, depth: int
    ) -> object:
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        try:
            return self._scalars.value(cast(yaml.ScalarEvent, event))
        except ScalarError as error:
            self._drop(path, line_of(event), str(error))
            return UNREAD

    def _alias(self, event: yaml.AliasEvent, path: KeyPath) -> object:
        value = self._anchors.get(event.anchor, UNREAD)
        if value is UNREAD:
            is_open = event.anchor in self._anchors
            problem = "stands inside what it names" if is_open else "names nothing above it"
            self._drop(path, line_of(event), f"the alias *{event.anchor} {problem}")
        return value

    def _sequence(self, path: KeyPath, depth: int) -> list[object]:
        entries: list[object] = []
        for event in self._until(yaml.SequenceEndEvent):
            below = (*path, len(entries))
            self._notes.places[below] = self._place(line_of(event))
            value = self._value(event, below, depth + 1)
            entries.append(None if value is UNREAD else value)  # the others keep their index
        return entries

    def _mapping(self, path: KeyPath, depth: int) -> dict[str, object]:
        own: dict[str, object] = {}
        merged: dict[str, object] = {}
        lines: dict[str, int] = {}
        for event in self._until(yaml.MappingEndEvent):
            key = self._key(event, path, depth)
            if key is None or self._is_second(key, event, path, lines):
                self._pass_over(next(self._events))
                continue
            below = (*path, key)
            self._notes.places[below] = self._place(line_of(event))
            value = self._value(next(self._events), below, depth + 1)
            if _is_merge(event):
                merged = self._merged(value, below, line_of(event))
            elif value is not UNREAD:
                own[key] = value
        return merged | own

    def _key(self, event: yaml.Event, path: KeyPath, depth: int) -> str | None:
        name: KeyPath = (event.value,) if isinstance(event, yaml.ScalarEvent) else ()
        if isinstance(event, yaml.CollectionStartEvent):
            self._pass_over(event)
        else:
            value = self._value(event, (*path, *name), depth)
            if isinstance(value, str):
                return value
        self._drop((*path, *name), line_of(event), "a key must be text; put it in quotes")
        return None

    def _is_second(self, key: str, event: yaml.Event, path: KeyPath, lines: dict[str, int]) -> bool:
        """Whether `key` is in `lines` already, which is noted; else it is from now on."""
        if key not in lines:
            lines[key] = line_of(event)
            return False
        said = f"stands twice, first on line {self._place(lines[key]).line}"
        self._notes.add((*path, key), said, self._place(line_of(event)))
        return True

    def _merged(self, value: object, path: KeyPath, line: int) -> dict[str, object]:
        merged: dict[str, object] = {}
        for table in reversed(value if isinstance(value, list) else [value]):
            if isinstance(table, dict):
                merged |= table
            elif value is not UNREAD:
                self._drop(path, line, "<< takes a table of keys, or a list of such")
        return merged

    def _until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event

    def _pass_over(self, event: yaml.Event) -> None:
        """Go to the end of the value that `event` begins."""
        depth = int(isinstance(event, yaml.CollectionStartEvent))
        while depth:
            event = next(self._events)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)

    def _place(self, line: int) -> Place:
        return Place(self._first.file, self._first.line + line)

    def _drop(self, path: KeyPath, line: int, message: str) -> None:
        self._notes.drop(path, message, self._place(line))


def _is_merge(key: yaml.Event) -> bool:
    return isinstance(key, yaml.ScalarEvent) and key.value == "<<" and bool(key.implicit[0])
