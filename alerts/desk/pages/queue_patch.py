"""Only what changed goes to an open queue page: rows by code, and the rest by name."""

from __future__ import annotations

from collections.abc import Sequence

Props = dict[str, object]


class Sent:
    """What the page shows, as far as the desk knows.

    Every patch names the one it follows; a page that has missed one asks for all of it again.
    """

    def __init__(self) -> None:
        self.number = 0
        self._rows: dict[object, Props] = {}
        self._order: list[object] = []
        self._rest: Props = {}

    def forget(self) -> None:
        """The page knows nothing: the next patch holds everything."""
        self.number = 0
        self._rows, self._order, self._rest = {}, [], {}

    def patch(self, rows: Sequence[Props] | None, rest: Props) -> Props | None:
        """What to send so that the page shows this; None where it does already.

        `rows` in their order, told apart by `code`; None leaves them as they are.
        """
        found = {
            key: value
            for key, value in rest.items()
            if key not in self._rest or self._rest[key] != value
        }
        self._rest.update(found)
        if rows is not None:
            found |= self._changed(rows)
        if not found:
            return None
        found["after"] = self.number
        self.number += 1
        return found | {"number": self.number}

    def _changed(self, rows: Sequence[Props]) -> Props:
        order = [row["code"] for row in rows]
        changed = [row for row in rows if self._rows.get(row["code"]) != row]
        found: Props = {"rows": changed} if changed else {}
        if order != self._order or self.number == 0:
            found["order"] = order
        self._rows, self._order = {row["code"]: row for row in rows}, order
        return found
