"""Attachments on the desk's disk, named by their content."""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from uuid import uuid4

from alerts.desk.errors import EvidenceMissingError, EvidenceStoreError
from alerts.desk.folder_shelf import EvidenceFolder
from alerts.desk.shelf import SHA256
from alerts.evidence.spool import DRAFT, sync

logger = logging.getLogger(__name__)


class AttachmentFolder:
    """`{data}/attachments`; a file is whole or not there, and survives a power cut."""

    def __init__(self, folder: Path) -> None:
        self.files = EvidenceFolder(folder)
        self._renaming = Lock()

    def keep(self, content: bytes) -> str:
        """Write it; its SHA-256. Raises EvidenceStoreError."""
        sha256 = hashlib.sha256(content).hexdigest()
        place = self.files.place(sha256)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            # Written anew even where it is there: its time starts again for whoever cleans up.
            draft = place.parent / f"{uuid4().hex}{DRAFT}"
            try:
                draft.write_bytes(content)
                sync(draft)
                with self._renaming:
                    draft.rename(place)
            finally:
                draft.unlink(missing_ok=True)
            sync(place.parent)
        except OSError as error:
            logger.warning("an attachment is lost: %s", error, extra={"action": "attachment-lost"})
            raise EvidenceStoreError("the attachment cannot be written now") from error
        return sha256

    def remove(self, name: str, *, written_before: datetime) -> None:
        """Delete it, unless it was written since, for a case not yet committed. Raises OSError."""
        if not SHA256.fullmatch(name):  # a draft, which nobody renames any more
            self.files.remove(name)
            return
        place = self.files.place(name)
        with self._renaming, suppress(FileNotFoundError):
            if datetime.fromtimestamp(place.stat().st_mtime, UTC) < written_before:
                place.unlink()

    def path(self, sha256: str) -> Path:
        """Where it is. Raises EvidenceMissingError."""
        path = self.files.path(sha256)
        if path is None:
            raise EvidenceMissingError("the attachment is not in the store any more")
        return path
