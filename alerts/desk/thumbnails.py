"""A small copy of a snapshot for the queue, made when somebody first looks."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock
from typing import Protocol
from uuid import uuid4

import cv2
import numpy as np
from numpy.typing import NDArray

from alerts.desk.errors import EvidenceMissingError, EvidenceStoreError

WIDTH_PX = 160
QUALITY = 75
MAX_BYTES = 64 * 1024 * 1024
"""Some 10,000 pictures; those made longest ago go first, they can be made again."""
_LEFT_SHARE = 0.8

logger = logging.getLogger(__name__)


class Thumbnails:
    """Keeps the copies by the SHA-256 of their snapshot; thread-safe."""

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = Lock()
        self._held: int | None = None

    def of(self, snapshot: Path, sha256: str) -> Path:
        """The small copy of a picture.

        Raises:
            EvidenceMissingError: It is no picture.
            EvidenceStoreError: The disk is full, or cannot be read or written.
        """
        copy = self._folder / f"{sha256}.jpg"
        try:
            if copy.exists():
                return copy
            with self._lock:  # one at a time: a page asks for fifty at once
                if not copy.exists():
                    self._make(snapshot, copy)
        except OSError as error:
            logger.warning("no thumbnail: %s", error, extra={"action": "thumbnail-failed"})
            raise EvidenceStoreError("the thumbnail cannot be made now") from error
        return copy

    def forget(self, sha256: str) -> None:
        """Remove the copy of a snapshot that is deleted."""
        (self._folder / f"{sha256}.jpg").unlink(missing_ok=True)

    def _make(self, snapshot: Path, copy: Path) -> None:
        content = small(snapshot.read_bytes())
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f"{uuid4().hex}.draft"
        try:
            draft.write_bytes(content)
            draft.rename(copy)  # it need not survive a power cut: a torn one has no name yet
        finally:
            draft.unlink(missing_ok=True)
        self._held = self._size() if self._held is None else self._held + len(content)
        if self._held > self._max_bytes:
            self._held = self._forget_oldest()

    def _size(self) -> int:
        return sum(path.stat().st_size for path in self._folder.glob("*.jpg"))

    def _forget_oldest(self) -> int:
        """Make room for a while; the bytes that are left."""
        left = 0
        newest_first = sorted(self._folder.glob("*.jpg"), key=_made_at, reverse=True)
        for path in newest_first:
            left += path.stat().st_size
            if left > self._max_bytes * _LEFT_SHARE:
                left -= path.stat().st_size
                path.unlink(missing_ok=True)
        return left


class Forgets(Protocol):
    """Keeps copies of evidence under its hash."""

    def forget(self, sha256: str) -> None: ...  # noqa: D102


class AllCopies:
    """All copies that are made of evidence, for whoever deletes it."""

    def __init__(self, *keepers: Forgets) -> None:
        self._keepers = keepers

    def forget(self, sha256: str) -> None:
        """Remove whatever was made of it."""
        for keeper in self._keepers:
            keeper.forget(sha256)


def _made_at(path: Path) -> int:
    return path.stat().st_mtime_ns


def small(picture: bytes) -> bytes:
    """A JPEG of `WIDTH_PX`, or half its size where that is smaller (all of it under two pixels).

    Raises:
        EvidenceMissingError: `picture` is none.
    """
    read = _decoded(np.frombuffer(picture, np.uint8))
    if read is None:
        raise EvidenceMissingError("what was stored is no picture")
    height, width = read.shape[:2]
    if width > WIDTH_PX:
        size = (WIDTH_PX, max(1, round(height * WIDTH_PX / width)))
        read = cv2.resize(read, size, interpolation=cv2.INTER_AREA)
    is_done, encoded = cv2.imencode(".jpg", read, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    assert is_done
    return _bytes_of(encoded)


def _decoded(picture: NDArray[np.uint8]) -> cv2.typing.MatLike | None:
    try:
        return cv2.imdecode(picture, cv2.IMREAD_REDUCED_COLOR_2)
    except cv2.error:  # half of one pixel is none
        return cv2.imdecode(picture, cv2.IMREAD_COLOR)


def _bytes_of(encoded: NDArray[np.uint8]) -> bytes:
    return encoded.tobytes()
