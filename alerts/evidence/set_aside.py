"""Where spooled files go that are not what they should be: kept to be looked at, never retried."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from uuid import uuid4

MAX_KEPT = 20
"""The oldest goes first; what is looked for in them is a failing disk, not evidence."""


def set_aside(path: Path, folder: Path) -> Path | None:
    """Move `path` into `folder`; None where it cannot be moved, then it is removed if possible."""
    place = folder / f"{path.name}.{uuid4().hex[:8]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.rename(place)
    except OSError:
        _remove(path)
        return None
    kept = sorted(folder.iterdir(), key=lambda each: each.lstat().st_ctime)
    for old in kept[:-MAX_KEPT]:
        _remove(old)
    return place


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            rmtree(path)
        else:
            path.unlink()
