"""The hash chain of the register: what is hashed, and how a chain is checked.

Each entry's hash is SHA-256 over the canonical JSON of its other fields, of which `previous` is
the hash of the entry before; the first one's is `START`. So no entry can be changed, taken out,
put in or moved without breaking every hash after it.

What the chain cannot show by itself: whoever may write the database may make all of it anew, or
cut off its end. That shows only against a head (number and hash of the last entry) kept where they
cannot write: a line of the log, an exported file, a note on paper.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

START = "0" * 64
"""What stands before the first entry."""

FIELDS = frozenset(
    {
        *("number", "at", "actor", "role", "client", "action", "case", "camera", "subject"),
        *("area", "owner", "reason", "previous", "hash"),
    }
)
SEALED_FIELDS = frozenset({"number", "previous", "hash"})
"""An entry of another area in a partial export: its place in the chain, not what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of a chain: how many entries there are, and the hash of the last one."""

    count: int
    hash: str

    @classmethod
    def parse(cls, words: str) -> Self:
        """From `COUNT:HASH`, as the log and the page show it; ValueError for anything else."""
        count, _, digest = words.strip().partition(":")
        if not count.isascii() or not count.isdigit() or not _is_digest(digest):
            raise ValueError("a head is written as COUNT:HASH, with the 64 digits of the hash")
        return cls(count=int(count), hash=digest)

    def __str__(self) -> str:
        return f"{self.count}:{self.hash}"


NO_ENTRY = Head(count=0, hash=START)


class BrokenChainError(Exception):
    """The chain is broken; `number` is the first entry that does not stand as it was written."""

    def __init__(self, number: int, fault: str) -> None:
        super().__init__(f"entry {number}: {fault}")
        self.number = number
        self.fault = fault


def hash_of(fields: Mapping[str, object]) -> str:
    """The hash of an entry from its fields, whatever stands under `hash`."""
    hashed = {key: value for key, value in fields.items() if key != "hash"}
    text = json.dumps(hashed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def time_text(at: datetime) -> str:
    """As it is hashed and exported: UTC to the microsecond, always of one length."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class ChainCheck:
    """Takes entries in their order and raises at the first that does not fit.

    Attributes:
        head: Up to where the chain is intact.
        sealed: Entries whose words are not there, so that only their place could be checked.
    """

    def __init__(self, after: Head = NO_ENTRY, *, must_hold: Head | None = None) -> None:
        """Go on `after` a head already checked; `must_hold` is one that must lie on the way."""
        self.head = after
        self.sealed = 0
        self._must_hold = must_hold

    def take(self, entry: Mapping[str, object]) -> None:
        """Check the next entry; raises BrokenChainError."""
        number = self.head.count + 1
        if entry.get("number") != number or isinstance(entry.get("number"), bool):
            found = str(entry.get("number"))[:20]
            raise BrokenChainError(number, f"is not there; {found} stands in its place")
        _check_fields(number, entry)
        if entry["previous"] != self.head.hash:
            raise BrokenChainError(
                number, "does not follow the entry before it: one of the two was exchanged"
            )
        self._check_hash(number, entry)
        self.head = Head(count=number, hash=str(entry["hash"]))
        self._check_held()

    def finish(self) -> Head:
        """After the last entry: the head, unless the chain ends before what it must hold."""
        wanted = self._must_hold
        if wanted is not None and self.head.count < wanted.count:
            raise BrokenChainError(
                self.head.count + 1,
                f"is not there; there were {wanted.count} entries: the end was cut off",
            )
        return self.head

    def _check_hash(self, number: int, entry: Mapping[str, object]) -> None:
        if entry.keys() == SEALED_FIELDS:
            self.sealed += 1
        elif hash_of(entry) != entry["hash"]:
            raise BrokenChainError(number, "was changed: its hash is not that of its words")

    def _check_held(self) -> None:
        wanted = self._must_hold
        if wanted is None or wanted.count != self.head.count:
            return
        if wanted.hash != self.head.hash:
            raise BrokenChainError(
                wanted.count, "or one before it was changed and the chain made anew: another hash"
            )


def _check_fields(number: int, entry: Mapping[str, object]) -> None:
    if entry.keys() not in (FIELDS, SEALED_FIELDS):
        raise BrokenChainError(number, "has other fields than an entry has")
    if not all(isinstance(value, str) for key, value in entry.items() if key != "number"):
        raise BrokenChainError(number, "has fields of another kind than an entry has")
    if not _is_digest(str(entry["hash"])):
        raise BrokenChainError(number, "has no hash")


def _is_digest(words: str) -> bool:
    return len(words) == 64 and set(words) <= set("0123456789abcdef")
