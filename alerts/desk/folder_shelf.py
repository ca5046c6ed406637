"""Evidence in a folder: files `ab/abcdef…`, named by their content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from alerts.desk.shelf import SHA256, StoredItem
from alerts.evidence.spool import DRAFT

_SUB_FOLDER = re.compile(r"[0-9a-f]{2}")


class EvidenceFolder:
    """A `Shelf` on this machine or a mount, as `alerts.evidence.store` writes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, sha256: str) -> Path:
        """Where content of this hash lies, or would."""
        return self.folder / sha256[:2] / sha256

    def path(self, sha256: str) -> Path | None:
        """See `Shelf`."""
        place = self.place(sha256)
        return place if place.is_file() else None

    def items(self) -> Iterator[StoredItem]:
        """See `Shelf`; parts of uploads are not among them."""
        if not self.folder.is_dir():
            return
        for sub_folder in self.folder.iterdir():
            if _SUB_FOLDER.fullmatch(sub_folder.name) and sub_folder.is_dir():
                yield from _items(sub_folder)

    def remove(self, name: str) -> None:
        """See `Shelf`."""
        is_draft = name.endswith(DRAFT)  # a draft lies beside the place it was meant for
        places = self.folder.glob(f"??/{name}") if is_draft else [self.place(name)]
        for place in places:
            place.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is held open."""


def _items(sub_folder: Path) -> Iterator[StoredItem]:
    for path in sub_folder.iterdir():
        is_ours = SHA256.fullmatch(path.name) and path.name.startswith(sub_folder.name)
        if not is_ours and not path.name.endswith(DRAFT):
            continue
        with suppress(FileNotFoundError):  # moved or removed while we look
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            yield StoredItem(name=path.name, stored_at=changed)
