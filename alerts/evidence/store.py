"""Where evidence stays: a folder on this machine or a mount."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from alerts.errors import EvidenceError, EvidenceLostError
from alerts.evidence.spool import DRAFT, Spooled, sync


class EvidenceStore(Protocol):
    """Takes what the spool holds."""

    def put(self, item: Spooled) -> None:
        """Store it; it is safe when this returns. Storing twice is no fault.

        Raises:
            EvidenceError: Not now; the caller tries again.
            EvidenceLostError: Never.
        """
        ...

    def close(self) -> None:
        """Let go of connections; a second call does nothing."""
        ...


class FolderStore:
    """Files `ab/abcdef…` below a folder, named by their content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def from_url(cls, url: str) -> FolderStore:
        """From `file:///absolute/folder`."""
        return cls(Path(unquote(urlsplit(url).path)))

    def put(self, item: Spooled) -> None:
        """Copy it beside its place and move it there whole."""
        if not item.path.exists():
            raise EvidenceLostError(f"{item.sha256} is gone from the spool")
        place = self.folder / item.sha256[:2] / item.sha256
        draft = place.with_name(f"{uuid4().hex}{DRAFT}")
        try:
            if not (place.exists() and place.stat().st_size == item.size):
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(item.path, draft)
                sync(draft)
                draft.rename(place)
            for folder in (place.parent, self.folder):  # a name is kept once its folder is
                sync(folder)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise EvidenceError(f"the store cannot be written: {error}") from error

    def close(self) -> None:
        """Nothing is held open."""
