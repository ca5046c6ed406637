"""What officers attach to a case: photos, papers and films, as `service.attachments`.

Whoever may write a note may attach; whoever may see footage may look, and stands in the register
for it. Of files officers made themselves no reason is asked: no camera of a household took them.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.desk.attachment_content import clean
from alerts.desk.attachment_folder import AttachmentFolder
from alerts.desk.attachment_rows import attachment_row
from alerts.desk.attachment_tables import AttachmentRecord
from alerts.desk.case_actions import check_role
from alerts.desk.case_hold import CaseHold, Held
from alerts.desk.errors import (
    AttachmentCountError,
    AttachmentSizeError,
    EvidenceMissingError,
)
from alerts.desk.journal import JournalKind, Said, note_change
from alerts.desk.register import Register
from alerts.desk.register_views import Looker, RegisterAction, Subject
from alerts.desk.rights import Right, needs
from alerts.desk.tables import CaseRecord
from alerts.desk.thumbnails import Thumbnails
from alerts.desk.views import Action, AttachmentRow, EvidenceFile, Officer

MAX_BYTES = 20_000_000
MOST = 20
MAX_NAME = 200
NAMELESS = "附件"


class Attachments:
    """Thread-safe."""

    def __init__(
        self,
        hold: CaseHold,
        folder: AttachmentFolder,
        thumbnails: Thumbnails,
        register: Register,
    ) -> None:
        self._hold = hold
        self._folder = folder
        self._thumbnails = thumbnails
        self._register = register

    @needs(Right.NOTE_CASES)
    def check(self, officer: Officer, code: str) -> None:
        """Whether the officer may attach to the case: asked before a body is read.

        Raises:
            CaseNotFoundError, NotAllowedError: They may not.
        """
        with self._hold.store.reading() as session:
            check_role(officer, self._hold.one(session, officer, code), Action.NOTE)

    @needs(Right.NOTE_CASES)
    def add(self, officer: Officer, code: str, name: str, content: bytes) -> AttachmentRow:
        """Attach a file: JPEG, PNG, PDF or MP4 by its content.

        Raises:
            CaseNotFoundError, NotAllowedError: Not this case, or not this officer.
            AttachmentSizeError, AttachmentTypeError, AttachmentCountError: It does not do.
            EvidenceStoreError: The desk's disk cannot be written.
        """
        if len(content) > MAX_BYTES:
            raise AttachmentSizeError(f"an attachment has at most {MAX_BYTES} bytes")
        self.check(officer, code)
        kept = clean(content)
        if len(kept.content) > MAX_BYTES:
            raise AttachmentSizeError("the picture is too large once its metadata is gone")
        record = AttachmentRecord(
            name=_name(name),
            media_type=kept.media_type,
            bytes=len(kept.content),
            actor=officer.name,
            at=self._hold.clock(),
        )

        added = list[AttachmentRow]()

        def deed(held: Held) -> None:
            if _count(held.session, held.record) >= MOST:
                raise AttachmentCountError(f"a case has at most {MOST} attachments")
            # While the case is held: a file that no case knows of is left behind by a crash only.
            record.sha256 = self._folder.keep(kept.content)
            record.case_id = held.record.id
            held.session.add(record)
            said = Said(actor=officer.name, at=record.at, note=record.name)
            note_change(held.session, held.record, JournalKind.ATTACHED, said)
            held.session.flush()
            added.append(attachment_row(record, code, officer.display_name))

        self._hold.act(officer, code, None, Action.NOTE, deed)
        return added[0]

    @needs(Right.SEE_FOOTAGE)
    def file(self, officer: Officer, code: str, number: int, *, client: str = "") -> EvidenceFile:
        """The file, registered as a look.

        Raises:
            CaseNotFoundError, EvidenceMissingError: There is none to show.
            RegisterAwayError: The look cannot be registered.
        """
        case, record = self._stored(officer, code, number)
        assert record.sha256 is not None
        path = self._folder.path(record.sha256)
        subject = Subject(
            area_id=case.area_id, case_code=code, camera_id=case.camera_id, words=record.name
        )
        who = Looker(officer=officer, client=client)
        self._register.looked(who, RegisterAction.WATCHED_ATTACHMENT, subject)
        return EvidenceFile(path=path, media_type=record.media_type, sha256=record.sha256)

    @needs(Right.SEE_FOOTAGE)
    def thumbnail(self, officer: Officer, code: str, number: int) -> EvidenceFile:
        """A picture small, which is no look; EvidenceMissingError for what is no picture."""
        _, record = self._stored(officer, code, number)
        assert record.sha256 is not None
        if not record.media_type.startswith("image/"):
            raise EvidenceMissingError("this attachment is no picture")
        path = self._thumbnails.of(self._folder.path(record.sha256), record.sha256)
        return EvidenceFile(path=path, media_type="image/jpeg", sha256=record.sha256)

    def _stored(
        self, officer: Officer, code: str, number: int
    ) -> tuple[CaseRecord, AttachmentRecord]:
        with self._hold.store.reading() as session:
            case = self._hold.one(session, officer, code)
            record = session.get(AttachmentRecord, number)
            if record is None or record.case_id != case.id or record.sha256 is None:
                raise EvidenceMissingError(f"case {code} has no attachment {number}")
            return case, record


def _count(session: Session, case: CaseRecord) -> int:
    query = select(func.count()).where(AttachmentRecord.case_id == case.id)
    return session.scalar(query) or 0


def _name(name: str) -> str:
    """What to call it, without folders and without what cannot be shown."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(each for each in last if each.isprintable())
    kept = " ".join(shown.encode("utf-8", "replace").decode().split())
    return kept[-MAX_NAME:] or NAMELESS
