"""Files that an administrator makes in the desk's folder stay usable to the desk."""

from __future__ import annotations

import os
from pathlib import Path


def give_to_folders_owner(path: Path) -> None:
    """Where root made `path`, hand it to whom the folder belongs; raises OSError."""
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
