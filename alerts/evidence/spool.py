"""Evidence on the node until it is stored: files named by their content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from uuid import uuid4

from alerts.errors import EvidenceLostError

DRAFT = ".draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """A file in the spool.

    Attributes:
        sha256: Of the content, lower-case hexadecimal.
        size: In bytes.
    """

    path: Path
    sha256: str
    size: int
    media_type: str


class Spool:
    """A folder of files `{sha256}`; a file is there whole or not at all.

    Several processes may write drafts into it; only the node's own adopts and removes.
    """

    def __init__(self, folder: Path) -> None:
        """Make the folder where there is none; raises OSError."""
        self.folder = folder
        self._lock = Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Where content lies, if it does."""
        return self.folder / sha256

    @contextmanager
    def drafted(self, write: Callable[[Path], None], media_type: str) -> Iterator[Spooled]:
        """What `write(path)` writes, whole and on the disk, under a name of its own.

        The draft is removed when the block is left, unless it was adopted in between.

        Raises:
            EvidenceLostError: It cannot be written.
        """
        path = self.folder / f"{uuid4().hex}{DRAFT}"
        try:
            with _write_errors():
                write(path)
                draft = _item(path, media_type)
                sync(path)
            yield draft
        finally:
            with suppress(OSError):
                path.unlink()

    def adopt(self, draft: Spooled, note: Callable[[Spooled], None]) -> None:
        """Give a draft its final name, and have it noted; on the disk when this returns.

        Raises:
            EvidenceLostError: It cannot be renamed.
        """
        item = replace(draft, path=self.path(draft.sha256))
        with self._lock, _write_errors():
            draft.path.rename(item.path)
            sync(self.folder)
            note(item)

    def remove_unless(self, is_wanted: Callable[[str], bool], sha256: str) -> None:
        """Remove content, unless the same content was noted for another alert in between."""
        with self._lock:
            if not is_wanted(sha256):
                with suppress(OSError):  # the next start sweeps it
                    self.path(sha256).unlink()

    def sweep(self, wanted: Collection[str]) -> int:
        """Remove drafts and what nothing refers to, left by a crash; how many files."""
        strangers = [path for path in self.folder.iterdir() if path.name not in wanted]
        for path in strangers:
            path.unlink(missing_ok=True)
        return len(strangers)


def sync(path: Path) -> None:
    """Have the disk hold a file or a folder's entries."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _write_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EvidenceLostError(f"cannot be written to the spool: {error}") from error


def _item(path: Path, media_type: str) -> Spooled:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Spooled(path=path, sha256=sha256, size=path.stat().st_size, media_type=media_type)
