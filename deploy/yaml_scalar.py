"""The value of one YAML scalar: text, number, truth value, date or null."""

from __future__ import annotations

from typing import cast

import yaml

TAG = "tag:yaml.org,2002:"
KINDS = {f"{TAG}{kind}": kind for kind in ("null", "bool", "int", "float", "timestamp")}
"""Tags whose values are not text."""


class ScalarError(Exception):
    """A scalar is not what its tag or its form says."""


class Scalars:
    """Reads scalars by YAML 1.1, as PyYAML's safe loader does; a site repeats most of its own."""

    def __init__(self) -> None:
        self._tools = yaml.SafeLoader("")
        self._seen: dict[str, object] = {}

    def value(self, event: yaml.ScalarEvent) -> object:
        """Raises ScalarError, which never shows the text: it may be an address."""
        is_plain = event.tag is None and event.implicit[0]
        if not is_plain:
            return self._of_tag(event.tag, event.value)
        if event.value not in self._seen:
            self._seen[event.value] = self._of_tag(self._tag(event), event.value)
        return self._seen[event.value]

    def _tag(self, event: yaml.ScalarEvent) -> str:
        node, text, implicit = yaml.ScalarNode, event.value, event.implicit
        tag: str = self._tools.resolve(node, text, implicit)  # type: ignore[no-untyped-call]  # its stubs
        return tag

    def _of_tag(self, tag: str | None, text: str) -> object:
        if tag not in KINDS:
            return text
        try:
            return cast(object, self._tools.construct_object(yaml.ScalarNode(tag, text)))
        # what PyYAML raises on 2027-02-30, !!int "", !!bool maybe, !!timestamp x
        except (ArithmeticError, AttributeError, LookupError, ValueError):
            raise ScalarError(f"is not a valid {KINDS[tag]}") from None
