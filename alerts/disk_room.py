"""How much of the disk is left to evidence: the last of it belongs to the alerts."""

from __future__ import annotations

import shutil
from pathlib import Path

MIN_RESERVE_BYTES = 16_000_000
"""The outbox's log alone grows to 4 MB before it is folded into its file."""
MAX_RESERVE_BYTES = 256_000_000
RESERVE_SHARE = 0.05


class DiskRoom:
    """Room for new evidence on the disk of a folder.

    Attributes:
        reserve: Bytes that clips leave free: 5 % of the disk, 16 to 256 MB. Snapshots, a
            hundredth of a clip's size, may take three quarters of that.
    """

    def __init__(self, folder: Path, reserve: int | None = None) -> None:
        self._folder = folder
        if reserve is None:
            total = shutil.disk_usage(folder).total
            share = int(RESERVE_SHARE * total)
            reserve = min(MAX_RESERVE_BYTES, max(MIN_RESERVE_BYTES, share))
        self.reserve = reserve

    @property
    def free(self) -> int:
        """Bytes left on the disk."""
        return shutil.disk_usage(self._folder).free

    @property
    def has_for_clips(self) -> bool:
        """Whether clips may be written."""
        return self.free > self.reserve

    @property
    def has_for_snapshots(self) -> bool:
        """Whether snapshots may be written."""
        return self.free > self.reserve // 4
