"""Evidence that nodes send: in pieces, resumed where it broke off, kept once it is whole."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from threading import Lock

from alerts.desk.errors import UploadError
from alerts.desk.folder_shelf import EvidenceFolder

MAX_BYTES = 200_000_000
ABANDONED_S = 86_400.0
"""A part nobody has added to for a day is thrown away; its node begins again."""

PARTS = ".parts"
_BLOCK = 1 << 20


class Uploads:
    """Parts `.parts/{sha256}.{total}` in the evidence folder; thread-safe.

    They lie there because a finished part is renamed into its place, which works within one
    volume only.
    """

    def __init__(self, store: EvidenceFolder) -> None:
        self._parts = store.folder / PARTS
        self._store = store
        self._lock = Lock()

    def offset(self, sha256: str) -> int | None:
        """How many bytes are here; None when there are none.

        Raises:
            OSError: All of it is here and cannot be put into its place: do not call it stored.
        """
        with self._lock:
            if self._is_here(sha256):
                return self._store.place(sha256).stat().st_size
            part = self._part(sha256)
            return None if part is None else part.stat().st_size

    def is_stored(self, sha256: str) -> bool:
        """Whether all of it is here and was checked."""
        return self._store.place(sha256).is_file()

    def append(self, sha256: str, block: bytes, *, offset: int, total: int) -> bool:
        """Add a block at `offset`; whether it is now whole and stored.

        Raises:
            UploadError: The block does not begin where the part ends, or the whole is not what
                its hash says; `offset` is where to go on.
            OSError: It cannot be written.
        """
        with self._lock:
            if self._is_here(sha256):
                return True
            part = self._part(sha256) or self._begin(sha256, total)
            size = part.stat().st_size
            if offset != size or part.suffix != f".{total}":
                raise UploadError(f"{sha256}: {size} bytes are here, not {offset}", offset=size)
            with part.open("ab") as file:
                file.write(block)
                file.flush()
                os.fsync(file.fileno())
            return size + len(block) == total and self._finish(part, sha256)

    def _is_here(self, sha256: str) -> bool:
        """Whether it is stored; a whole part that a desk left behind is put into its place now."""
        if self.is_stored(sha256):
            return True
        part = self._part(sha256)
        if part is None or part.suffix != f".{part.stat().st_size}":
            return False
        if _sha256(part) != sha256:
            part.unlink()
            return False
        self._place(part, sha256)
        return True

    def _part(self, sha256: str) -> Path | None:
        return next(self._parts.glob(f"{sha256}.*"), None)

    def _begin(self, sha256: str, total: int) -> Path:
        self._parts.mkdir(parents=True, exist_ok=True)
        self._forget_abandoned()
        part = self._parts / f"{sha256}.{total}"
        part.touch()
        return part

    def _finish(self, part: Path, sha256: str) -> bool:
        if _sha256(part) != sha256:
            part.unlink()
            raise UploadError(f"{sha256}: the content has another hash", offset=0)
        self._place(part, sha256)
        return True

    def _place(self, part: Path, sha256: str) -> None:
        """A failure leaves the part, for the next attempt."""
        place = self._store.place(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        part.replace(place)
        for folder in (place.parent, self._store.folder):  # a name is kept once its folder is
            _sync(folder)

    def _forget_abandoned(self) -> None:
        for part in self._parts.iterdir():
            if time.time() - part.stat().st_mtime > ABANDONED_S:
                part.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
