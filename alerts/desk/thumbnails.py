"""Small pictures for the queue, made from snapshots and kept in memory."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import cv2

from alerts.desk.errors import EvidenceMissingError

if TYPE_CHECKING:
    from cv2.typing import MatLike

WIDTH, HEIGHT = 216, 140
"""Pixels at most: twice what the queue shows, for sharp screens. Enough to see where something is,
too little to be a look that the register would have to keep."""
MOST = 1000
"""Some 6 kB each; when full, the one looked at longest ago goes."""
_QUALITY = 80


class Thumbnails:
    """Makes and keeps them by the hash of their snapshot; thread-safe."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def of(self, snapshot: Path, sha256: str) -> bytes:
        """A JPEG; EvidenceMissingError where the snapshot is no picture."""
        with self._lock:
            if sha256 in self._kept:
                self._kept.move_to_end(sha256)
                return self._kept[sha256]
        made = thumbnail(snapshot)
        with self._lock:
            self._kept[sha256] = made
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return made


def thumbnail(snapshot: Path) -> bytes:
    """The picture within `WIDTH` × `HEIGHT`, never enlarged; raises EvidenceMissingError."""
    # A quarter in each direction is read at once: a picture of any claimed size fits the memory.
    picture = cv2.imread(str(snapshot), cv2.IMREAD_REDUCED_COLOR_4)
    if picture is not None and picture.shape[1] < WIDTH:
        picture = cv2.imread(str(snapshot), cv2.IMREAD_COLOR)
    if picture is None:
        raise EvidenceMissingError("what was stored is no picture")
    is_done, coded = cv2.imencode(".jpg", _within(picture), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not is_done:
        raise EvidenceMissingError("the picture cannot be made small")
    return coded.tobytes()


def _within(picture: MatLike) -> MatLike:
    height, width = picture.shape[:2]
    scale = min(1.0, WIDTH / width, HEIGHT / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
