"""Serves evidence: through its case only, never by hash alone, and never unregistered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alerts.case import CaseStatus
from alerts.desk.cases import Cases
from alerts.desk.clips import Clips
from alerts.desk.directory import Directory
from alerts.desk.errors import EvidenceMissingError
from alerts.desk.footage_reason import check_reason, stated
from alerts.desk.register import Register
from alerts.desk.register_views import Looker, RegisterAction, Subject
from alerts.desk.shelf import Shelf
from alerts.desk.tables import EvidenceRecord
from alerts.desk.thumbnails import Thumbnails
from alerts.desk.views import EvidenceFile, Officer
from alerts.schema import EvidenceKind, EvidenceState

_TYPES = {
    EvidenceKind.SNAPSHOT: ("image/jpeg", frozenset({"image/jpeg", "image/png", "image/webp"})),
    EvidenceKind.CLIP: ("video/mp4", frozenset({"video/mp4"})),
}
"""By kind: the usual type, and those a browser may be told; a message may claim anything."""


_LOOKS = {
    EvidenceKind.SNAPSHOT: RegisterAction.WATCHED_SNAPSHOT,
    EvidenceKind.CLIP: RegisterAction.WATCHED_CLIP,
}
_ORIGINAL = "original"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """What is made of evidence and kept: clips that browsers play, and small pictures."""

    clips: Clips
    thumbnails: Thumbnails


class Evidence:
    """Finds the file an officer asks for."""

    def __init__(
        self,
        cases: Cases,
        shelf: Shelf,
        copies: Copies,
        *,
        directory: Directory,
        register: Register,
    ) -> None:
        self._cases = cases
        self._shelf = shelf
        self._clips, self._thumbnails = copies.clips, copies.thumbnails
        self._directory = directory
        self._register = register

    def file(
        self,
        who: Looker,
        code: str,
        kind: EvidenceKind,
        *,
        is_original: bool = False,
        reason: str | None = None,
    ) -> EvidenceFile:
        """The file; whoever gets it stands in the register.

        Raises:
            CaseNotFoundError, EvidenceMissingError: There is none to show.
            RequestError: The reason is too short or too long.
            ReasonNeededError: There must be one, see `footage_reason`.
            EvidenceStoreError: The store or the disk cannot be read now.
            RegisterAwayError: The look cannot be registered now.
        """
        words = stated(reason)
        record, sha256 = self._stored(who.officer, code, kind, words)
        case, path = record.case, self._snapshot_or_clip(sha256, code, kind)
        if kind is EvidenceKind.CLIP and not is_original:
            path = self._clips.playable(path, sha256)
        subject = Subject(
            area_id=case.area_id,
            case_code=case.code,
            camera_id=case.camera_id,
            words=_ORIGINAL if is_original else "",
            reason=words,
        )
        self._register.looked(who, _LOOKS[kind], subject)
        return EvidenceFile(path=path, media_type=_media_type(record, kind), sha256=sha256)

    def thumbnail(self, officer: Officer, code: str) -> EvidenceFile:
        """The snapshot as a small JPEG, which is no look.

        Raises:
            CaseNotFoundError, EvidenceMissingError: There is none to show.
            ReasonNeededError: None is shown of a household's camera whose case is over.
            EvidenceStoreError: The store or the disk cannot be read or written now.
        """
        kind = EvidenceKind.SNAPSHOT
        _, sha256 = self._stored(officer, code, kind, "")
        path = self._thumbnails.of(self._snapshot_or_clip(sha256, code, kind), sha256)
        return EvidenceFile(path=path, media_type="image/jpeg", sha256=sha256)

    def _stored(
        self, officer: Officer, code: str, kind: EvidenceKind, reason: str
    ) -> tuple[EvidenceRecord, str]:
        record = self._cases.evidence(officer, code, kind)
        if record is None or record.state != EvidenceState.STORED or record.sha256 is None:
            raise EvidenceMissingError(f"case {code} has no stored {kind}")
        case = record.case
        # A duplicate is closed, yet needed while the case that it was merged into is open.
        status = self._cases.main_status(officer, case) or CaseStatus(case.status)
        check_reason(self._directory, case.camera_id, status, reason)
        return record, record.sha256

    def _snapshot_or_clip(self, sha256: str, code: str, kind: EvidenceKind) -> Path:
        path = self._shelf.path(sha256)
        if path is None:
            raise EvidenceMissingError(f"the {kind} of case {code} is not in the store any more")
        return path


def _media_type(record: EvidenceRecord, kind: EvidenceKind) -> str:
    usual, allowed = _TYPES[kind]
    return record.media_type if record.media_type in allowed else usual
