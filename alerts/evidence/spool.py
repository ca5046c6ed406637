"""Evidence on the node until it is stored: files named by their content."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from uuid import uuid4

from alerts.disk_room import DiskRoom
from alerts.errors import EvidenceLostError
from alerts.evidence.set_aside import set_aside

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
    Nothing new is written into the disk's reserve: it belongs to the alerts.
    """

    def __init__(self, folder: Path, room: DiskRoom | None = None) -> None:
        """Make the folder where there is none; raises OSError. `room` is that of its disk."""
        self.folder = folder
        self.aside = folder.with_name(f"{folder.name}.aside")
        self._lock = Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self._room = DiskRoom(folder) if room is None else room

    def path(self, sha256: str) -> Path:
        """Where content lies, if it does."""
        return self.folder / sha256

    @contextmanager
    def drafted(self, write: Callable[[Path], None], media_type: str) -> Iterator[Spooled]:
        """What `write(path)` writes, whole and on the disk, under a name of its own.

        The draft is removed when the block is left, unless it was adopted in between.

        Raises:
            EvidenceLostError: It cannot be written, or only into the disk's reserve.
        """
        self._check_room(media_type)
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

    def _check_room(self, media_type: str) -> None:
        is_clip = media_type.startswith("video/")
        if not (self._room.has_for_clips if is_clip else self._room.has_for_snapshots):
            raise EvidenceLostError(f"the disk is full: {self._room.free} bytes are left")

    def is_whole(self, item: Spooled) -> bool:
        """Whether the file is there and is what its name says.

        Raises:
            OSError: It cannot be read now.
        """
        try:
            with item.path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == item.sha256
        except (FileNotFoundError, IsADirectoryError):
            return False

    def set_aside(self, item: Spooled) -> None:
        """Take a file that is not what its name says out of the way."""
        with self._lock:
            if item.path.exists() or item.path.is_symlink():
                set_aside(item.path, self.aside)

    def sweep(self, wanted: Collection[str]) -> int:
        """Remove drafts and what nothing refers to, left by a crash; how many there were.

        What was never ours is set aside, not removed.
        """
        strangers = [path for path in self.folder.iterdir() if path.name not in wanted]
        for path in strangers:
            if _is_ours(path):
                path.unlink(missing_ok=True)
            else:
                set_aside(path, self.aside)
        return len(strangers)


def _is_ours(path: Path) -> bool:
    is_named = path.name.endswith(DRAFT) or re.fullmatch(r"[0-9a-f]{64}", path.name) is not None
    return is_named and path.is_file() and not path.is_symlink()


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
