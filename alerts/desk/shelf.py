"""What the desk needs of the place where evidence lies: to serve it, list it and remove it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """A file in the store; `name` is its SHA-256, or that of a draft left by a crash."""

    name: str
    stored_at: datetime


class Shelf(Protocol):
    """A folder or a bucket."""

    def path(self, sha256: str) -> Path | None:
        """A whole file with this content on this machine; None where the store has none.

        Raises:
            EvidenceStoreError: The store cannot be read now.
        """
        ...

    def items(self) -> Iterator[StoredItem]:
        """Everything there, in any order; what changes meanwhile may be missed.

        Raises:
            OSError, EvidenceError: While iterating: it cannot be listed now.
        """
        ...

    def remove(self, name: str) -> None:
        """Delete it; nothing to complain about where it is not there.

        Raises:
            OSError, EvidenceError: It cannot be deleted now.
        """
        ...

    def close(self) -> None:
        """Let go of connections; a second call does nothing."""
        ...
