"""The evidence in the desk's store, looked at as it comes and then cleared away.

That of a thousand faults would fill the disk. What is cleared away was hashed before, and is
noted in a file that outlives an interrupted run.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

KEPT_S = 30.0
NAME = re.compile(r"[0-9a-f]{64}")


class Seen(BaseModel):
    """A file under its final name: whoever asks for that hash is given it.

    Attributes:
        sha256: Its name.
        is_whole: Whether its content has that hash.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str
    size: int
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """All that ever lay there.

    Attributes:
        sizes: In bytes, by hash, of what was whole.
        spoilt: Names of files with other content.
    """

    sizes: dict[str, int]
    spoilt: frozenset[str]


class StoreWatch:
    """Over the folder `store`; notes in `notes`."""

    def __init__(self, store: Path, notes: Path) -> None:
        self._store = store
        self._notes = notes

    def sweep(self) -> None:
        """Look at what is older than half a minute, and clear it away."""
        oldest = time.time() - KEPT_S
        old = [path for path in self._files() if path.stat().st_mtime < oldest]
        lines = [seen(path).model_dump_json() for path in old]
        with self._notes.open("a", encoding="utf-8") as notes:
            notes.writelines(f"{line}\n" for line in lines)
        for path in old:
            path.unlink(missing_ok=True)

    def stored(self) -> Stored:
        """What was cleared away and what lies there still."""
        lines = self._notes.read_text("utf-8").splitlines() if self._notes.exists() else []
        all_seen = [*map(Seen.model_validate_json, lines), *map(seen, self._files())]
        return Stored(
            sizes={each.sha256: each.size for each in all_seen if each.is_whole},
            spoilt=frozenset(each.sha256 for each in all_seen if not each.is_whole),
        )

    def _files(self) -> Iterator[Path]:
        """Drafts and parts of uploads have other names: nobody is given them."""
        return (path for path in self._store.glob("??/*") if NAME.fullmatch(path.name))


def seen(path: Path) -> Seen:
    """Look at one file."""
    content = path.read_bytes()
    is_whole = hashlib.sha256(content).hexdigest() == path.name
    return Seen(sha256=path.name, size=len(content), is_whole=is_whole)
