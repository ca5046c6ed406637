"""An exported register: one JSON object a line, a closing line with the head, and its check.

Needs neither a database nor the desk, so that whoever audits can check a file anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alerts.desk.errors import VerifyError
from alerts.desk.register_chain import BrokenChainError, ChainCheck, Head, time_text

CLOSING = "register-end"
VERSION = 1
MAX_LINE = 65_536
"""Ours have at most some 9 kB; a file of one endless line must not fill the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedRegister:
    """A file found intact.

    Attributes:
        head: Of the whole chain when it was exported.
        sealed: Entries without their words, because they belong to other areas than the reader's.
    """

    head: Head
    sealed: int
    site: str
    exported_at: str


def line(fields: Mapping[str, object]) -> str:
    """An entry as it stands in a file."""
    return json.dumps(fields, ensure_ascii=False, sort_keys=True) + "\n"


def closing_line(head: Head, site: str, at: datetime) -> str:
    """The last line: without it the end of a file could be cut off unseen."""
    closing = {"kind": CLOSING, "version": VERSION, "site": site, "count": head.count}
    return line(closing | {"head": head.hash, "exported_at": time_text(at)})


def verify_file(path: Path, *, must_hold: Head | None = None) -> ExportedRegister:
    """Check an exported register.

    Args:
        path: The file.
        must_hold: A head kept elsewhere, which the chain must still hold.

    Raises:
        VerifyError: It cannot be read, or is no register.
        BrokenChainError: It is broken; says at which entry.
    """
    check = ChainCheck(must_hold=must_hold)
    closing: dict[str, object] | None = None
    for entry in _objects(path, check):
        if closing is not None:
            raise BrokenChainError(check.head.count + 1, "stands behind the closing line")
        if entry.get("kind") == CLOSING:
            closing = entry
        else:
            check.take(entry)
    if closing is None:
        number = check.head.count + 1
        raise BrokenChainError(number, "is not there, nor a closing line: the end was cut off")
    return _closed(check, closing)


def head_in(path: Path) -> Head:
    """The head of an intact file, to compare a later one with; raises as `verify_file` does."""
    return verify_file(path).head


def _closed(check: ChainCheck, closing: Mapping[str, object]) -> ExportedRegister:
    try:
        stated = Head.parse(f"{closing['count']}:{closing['head']}")
    except (KeyError, ValueError) as error:
        raise BrokenChainError(
            check.head.count + 1, "is a closing line without count or head"
        ) from error
    if stated.count != check.head.count:
        raise BrokenChainError(
            min(stated.count, check.head.count) + 1,
            f"is where it differs: the closing line speaks of {stated.count} entries, "
            f"there are {check.head.count}",
        )
    if stated.hash != check.head.hash:
        raise BrokenChainError(stated.count, "has another hash than the closing line says")
    return ExportedRegister(
        head=check.finish(),
        sealed=check.sealed,
        site=str(closing.get("site", "")),
        exported_at=str(closing.get("exported_at", "")),
    )


def _objects(path: Path, check: ChainCheck) -> Iterator[dict[str, object]]:
    is_first = True
    try:
        with path.open("rb") as file:
            while text := file.readline(MAX_LINE):
                found = _object(text)
                if found is None and is_first:
                    raise VerifyError(f"{path} is no exported register")
                if found is None:
                    raise BrokenChainError(check.head.count + 1, "is no line of a register")
                yield found
                is_first = False
    except OSError as error:
        raise VerifyError(f"{path} cannot be read: {error.strerror}") from error
    if is_first:
        raise VerifyError(f"{path} is empty")


def _object(text: bytes) -> dict[str, object] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not ("number" in found or found.get("kind") == CLOSING):
        return None
    return found
