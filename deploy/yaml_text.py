"""The events of a YAML text, or what keeps it from being YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Written in C where PyYAML has it: six times as fast."""

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that YAML 1.1 (5.1) forbids outside of escapes."""


class YamlTextError(Exception):
    """The text cannot be read as a whole; `line` counts from 0."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


def events(text: str) -> Iterator[yaml.Event]:
    """The events of `text`, from the start of the stream to its end.

    Raises:
        YamlTextError: Where it ceases to be YAML; the events before have been given.
    """
    found = UNPRINTABLE.search(text)
    if found:
        line = text.count("\n", 0, found.start())
        raise YamlTextError(line, f"holds the control character U+{ord(found[0]):04X}")
    try:
        yield from yaml.parse(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = cast(yaml.Mark, error.problem_mark)  # every fault of scanner and parser has one
        # libyaml puts what is missing at the end one line after the last
        line = min(mark.line, text.count("\n"))
        raise YamlTextError(line, f"is not YAML: {error.problem}") from error


def line_of(event: yaml.Event) -> int:
    """The line that `event` begins on, from 0."""
    return cast(yaml.Mark, event.start_mark).line
