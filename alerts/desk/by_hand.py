"""A case that no camera saw: by telephone, on patrol, from a grid worker or a villager."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alerts.alert import Severity
from alerts.case import CaseStatus, Origin
from alerts.desk import codes
from alerts.desk.case_actions import may_open
from alerts.desk.case_hold import CaseHold, words
from alerts.desk.errors import RequestError
from alerts.desk.journal import Fact, Said, open_case
from alerts.desk.opened_once import check_key, digest_of, keep_key, opened_before
from alerts.desk.sight import case_change
from alerts.desk.tables import CaseRecord
from alerts.desk.views import CaseRow, Officer
from alerts.errors import NotAllowedError

MAX_PLACE = 300
MAX_CATEGORY = 100
NO_CAMERA = ""
"""In the table; views say None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """What whoever opens a case says of it.

    Attributes:
        origin: How the desk came to know; not `alert`.
        category: As rules name them, `security` for instance.
        place: Where, in words; may be empty where a camera says it.
        text: What happened, 1 to 2,000 characters; nobody is named in it.
        camera_id: A camera that shows the place, of `area_id` or below.
    """

    origin: Origin
    category: str
    severity: Severity
    area_id: str
    text: str
    place: str = ""
    camera_id: str | None = None


class ByHand:
    """Thread-safe."""

    def __init__(self, hold: CaseHold) -> None:
        self._hold = hold

    def open(self, officer: Officer, new: NewCase, key: str | None = None) -> CaseRow:
        """Open a case; it waits to be accepted like any other. One of each `key` of an officer.

        Raises:
            OpenedAlreadyError: A case was opened under this key with other words.
            NotAllowedError: This role opens no cases, or not in this area.
            RequestError: Something lacks or is too long, or the camera lies elsewhere.
        """
        if not may_open(officer):
            raise NotAllowedError(f"a {officer.role} opens no cases")
        if new.area_id not in self._hold.directory.seen_by(officer):
            raise NotAllowedError("this area is not yours")
        self._check_camera(new)
        if key is None:
            return self._opened(officer, new)
        check_key(key)
        try:
            return self._known(officer, new, key) or self._opened(officer, new, key)
        except IntegrityError:  # the same at the same time, and the other was quicker
            row = self._known(officer, new, key)
            if row is None:
                raise
            return row

    def _known(self, officer: Officer, new: NewCase, key: str) -> CaseRow | None:
        """The case that was opened under this key, as it is now."""
        with self._hold.store.reading() as session:
            code = opened_before(session, officer, key, _digest(new))
            if code is None:
                return None
            return self._hold.row(session, self._hold.one(session, officer, code))

    def _opened(self, officer: Officer, new: NewCase, key: str | None = None) -> CaseRow:
        with self._hold.store.writing() as session:
            record = self._open(session, officer, new)
            if key is not None:
                keep_key(session, record, officer, key, _digest(new))
            row, change = self._hold.row(session, record), case_change(record.code, record)
        self._hold.tell(change)
        return row

    def _check_camera(self, new: NewCase) -> None:
        if new.camera_id is None:
            return
        directory = self._hold.directory
        camera = directory.cameras.get(new.camera_id)
        if camera is None or camera.area not in directory.below(new.area_id):
            raise RequestError("there is no such camera in this area")

    def _open(self, session: Session, officer: Officer, new: NewCase) -> CaseRecord:
        now, text = self._hold.clock(), words(new.text)
        directory = self._hold.directory
        prefix = codes.prefix(new.area_id, now, ZoneInfo(directory.site.timezone))
        record = CaseRecord(
            code=codes.reserve(session, [prefix])[0],
            version=1,
            status=CaseStatus.PENDING.value,
            severity=new.severity.value,
            category=_short(new.category, "category", MAX_CATEGORY, is_required=True),
            label="",
            text_zh=text,
            text_en=text,
            camera_id=new.camera_id or NO_CAMERA,
            area_id=new.area_id,
            opened_at=now,
            queued_at=now,
            updated_at=now,
            alert_count=0,
            origin=_origin(new.origin),
            place=_short(new.place, "place", MAX_PLACE),
            escalation_level=0,
            opened_by_id=officer.id,
        )
        facts = {Fact.ORIGIN: record.origin}
        said = Said(actor=officer.name, at=now, facts=facts)
        due = directory.limits.opened(new.severity, now)
        open_case(session, record, now, due=due, said=said)
        return record


def _digest(new: NewCase) -> str:
    return digest_of({name: str(value) for name, value in asdict(new).items()})


def _origin(origin: Origin) -> str:
    if origin is Origin.ALERT:
        raise RequestError("a case of an alert is opened by the alert")
    return origin.value


def _short(text: str, name: str, most: int, *, is_required: bool = False) -> str:
    kept = " ".join(text.replace("\0", "").split())
    if is_required and not kept:
        raise RequestError(f"{name} is empty")
    if len(kept) > most:
        raise RequestError(f"{name} has at most {most} characters")
    return kept
