"""Who works on the desk's SQLite file: many at once, or one who replaces it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from alerts.desk.errors import StoreError
from alerts.desk.ownership import give_to_folders_owner


class DatabaseHold:
    """A lock on `FILE.lock`, held until `close`; the kernel frees it when the process dies.

    Desk and account commands share it; `desk restore` holds it alone, so that nothing is
    replaced under a running desk. The file stays: it is empty.
    """

    def __init__(self, path: Path, *, is_alone: bool = False) -> None:
        """Take it at once, or raise StoreError, which says who is in the way."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(_beside(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            give_to_folders_owner(_beside(path))
        except OSError as error:
            raise StoreError(f"database sqlite:///{path}: {error.strerror}") from error
        try:
            fcntl.flock(self._file, (fcntl.LOCK_EX if is_alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            who = "a desk runs on it: stop it first" if is_alone else "it is being restored"
            raise StoreError(f"database {path}: {who}") from error
        self._is_held = True

    def close(self) -> None:
        """Let it go; idempotent."""
        if self._is_held:
            self._is_held = False
            os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".lock")
