"""Serves evidence: through its case only, never by hash alone."""

from __future__ import annotations

from dataclasses import replace

from alerts.desk.cases import Cases
from alerts.desk.clips import Clips
from alerts.desk.errors import EvidenceMissingError
from alerts.desk.shelf import Shelf
from alerts.desk.thumbnails import Thumbnails
from alerts.desk.views import EvidenceFile, Officer
from alerts.schema import EvidenceKind, EvidenceState

_TYPES = {
    EvidenceKind.SNAPSHOT: ("image/jpeg", frozenset({"image/jpeg", "image/png", "image/webp"})),
    EvidenceKind.CLIP: ("video/mp4", frozenset({"video/mp4"})),
}
"""By kind: the usual type, and those a browser may be told; a message may claim anything."""


class Evidence:
    """Finds the file an officer asks for."""

    def __init__(self, cases: Cases, shelf: Shelf, clips: Clips, thumbnails: Thumbnails) -> None:
        self._cases = cases
        self._shelf = shelf
        self._clips = clips
        self._thumbnails = thumbnails

    def file(
        self, officer: Officer, code: str, kind: EvidenceKind, *, is_original: bool
    ) -> EvidenceFile:
        """The file.

        Raises:
            CaseNotFoundError, EvidenceMissingError: There is none to show.
            EvidenceStoreError: The store or the disk cannot be read now.
        """
        stored = self._stored(officer, code, kind)
        if kind is EvidenceKind.CLIP and not is_original:
            return replace(stored, path=self._clips.playable(stored.path, stored.sha256))
        return stored

    def thumbnail(self, officer: Officer, code: str) -> EvidenceFile:
        """The case's snapshot, small; raises what `file` does."""
        stored = self._stored(officer, code, EvidenceKind.SNAPSHOT)
        path = self._thumbnails.of(stored.path, stored.sha256)
        return EvidenceFile(path=path, media_type="image/jpeg", sha256=stored.sha256)

    def _stored(self, officer: Officer, code: str, kind: EvidenceKind) -> EvidenceFile:
        record = self._cases.evidence(officer, code, kind)
        if record is None or record.state != EvidenceState.STORED or record.sha256 is None:
            raise EvidenceMissingError(f"case {code} has no stored {kind}")
        path = self._shelf.path(record.sha256)
        if path is None:
            raise EvidenceMissingError(f"the {kind} of case {code} is not in the store any more")
        usual, allowed = _TYPES[kind]
        media_type = record.media_type if record.media_type in allowed else usual
        return EvidenceFile(path=path, media_type=media_type or usual, sha256=record.sha256)
