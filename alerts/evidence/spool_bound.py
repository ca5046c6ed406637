"""How much evidence may wait on the node."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

MAX_SPOOL_BYTES = 4_000_000_000


class SpoolBound:
    """Half of what the spool has and the disk still gives, at most `MAX_SPOOL_BYTES`.

    It grows where others give room back: a node that is started on a full disk must not go on
    giving evidence up once the disk has been cleared. It does not shrink where others take room:
    nothing that was kept is given up for them, and `DiskRoom` stops what is new.
    """

    def __init__(self, folder: Path, max_bytes: int | None = None) -> None:
        """What an earlier run left is within it; `max_bytes` is a bound that stays.

        Raises:
            OSError: The folder cannot be read.
        """
        self._folder = folder
        self._is_fixed = max_bytes is not None
        self._bytes = 0 if max_bytes is None else max_bytes
        if max_bytes is None:
            held = sum(path.lstat().st_size for path in folder.iterdir())
            self._bytes = min(MAX_SPOOL_BYTES, max(held, self._half(held)))

    def now(self, held: int) -> int:
        """In bytes, where the spool holds `held`."""
        if not self._is_fixed:
            with suppress(OSError):  # the disk does not say: it stays as it is
                self._bytes = max(self._bytes, min(MAX_SPOOL_BYTES, self._half(held)))
        return self._bytes

    def _half(self, held: int) -> int:
        return (shutil.disk_usage(self._folder).free + held) // 2
