"""The node's data folder on a disk of its own that can be filled."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from pathlib import Path

SIZE = 200_000_000
"""The outbox takes some 30 MB and what waits; clips are here until their store has them."""


class SmallDisk:
    """A tmpfs where one can be mounted, else the folder itself, which is never filled."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._ballast = folder / "ballast"
        self.is_mounted = os.path.ismount(folder) or _mount(folder)

    def fill(self, leaving: int) -> None:
        """Take all but so many bytes; does nothing on an ordinary disk."""
        if not self.is_mounted:
            return
        self.heal()
        size = shutil.disk_usage(self.folder).free - leaving
        if size <= 0:
            return
        with self._ballast.open("wb") as file:
            try:
                os.posix_fallocate(file.fileno(), 0, size)
            except OSError as error:
                if error.errno != errno.ENOSPC:  # the node took some of it meanwhile
                    raise

    def heal(self) -> None:
        """Give it back."""
        if self.is_mounted:
            self._ballast.unlink(missing_ok=True)

    def unmount(self) -> None:
        """What is on it is gone."""
        if self.is_mounted:
            subprocess.run(["umount", str(self.folder)], check=True)
            self.is_mounted = False


def _mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False
