"""Accounts as they are kept; who may change whose is said in `people`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alerts.area import AreaConfig
from alerts.desk.account import (
    MAX_PASSWORD,
    NAME,
    NewOfficer,
    OfficerChange,
    check_department,
    check_password,
)
from alerts.desk.clock import Clock, utc_now
from alerts.desk.errors import OfficerError, OfficerNotFoundError
from alerts.desk.store import Store
from alerts.desk.tables import OfficerRecord, SessionRecord
from alerts.desk.views import Language, Officer, Role, Scope

NO_PASSWORD = ""
"""In place of a hash: nothing that is typed fits."""
_PARALLEL_HASHES = 2
"""Each takes 64 MiB and a core for some 50 ms; more at once would let strangers fill memory."""


class Officers:
    """The accounts of one desk."""

    def __init__(
        self,
        store: Store,
        areas: Collection[AreaConfig],
        *,
        clock: Clock = utc_now,
        hasher: PasswordHasher | None = None,
    ) -> None:
        """`hasher` says how much work a password is; unless given, what RFC 9106 says."""
        self._store = store
        self._areas = frozenset(area.id for area in areas)
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._hashing = BoundedSemaphore(_PARALLEL_HASHES)

    def add(self, new: NewOfficer) -> Officer:
        """Make an account.

        Raises:
            OfficerError: The name is taken, or the area unknown.
        """
        self._check_area(new.area_id)
        record = OfficerRecord(
            name=new.name,
            display_name=new.display_name or new.name,
            role=new.role.value,
            area_id=new.area_id,
            department=new.department or None,
            language=new.language,
            password_hash=NO_PASSWORD if new.password is None else self._hash(new.password),
            created_at=self._clock(),
        )
        try:
            with self._store.writing() as session:
                session.add(record)
                session.flush()
                return officer(record)
        except IntegrityError as error:
            raise OfficerError(f"there is an officer named {new.name} already") from error

    def find(self, name: str) -> Officer | None:
        """The account of this name, disabled or not; None where there is none."""
        if NAME.fullmatch(name) is None:  # not every database takes every character
            return None
        with self._store.reading() as session:
            record = _by_name(session, name)
            return None if record is None else officer(record)

    def list(self) -> tuple[Officer, ...]:
        """All accounts, by name; disabled ones too."""
        with self._store.reading() as session:
            records = session.scalars(select(OfficerRecord).order_by(OfficerRecord.name))
            return tuple(officer(record) for record in records)

    def change(self, name: str, change: OfficerChange) -> Officer:
        """Change an account; its sessions end where what it may see or do is another now."""
        with self._changing(name) as (session, record):
            before = (record.role, record.area_id, record.department)
            self._apply(record, change)
            if (record.role, record.area_id, record.department) != before:
                end_sessions(session, record.id)
            return officer(record)

    def disable(self, name: str) -> Officer:
        """Close the account and end its sessions; it stays in the journal's history."""
        with self._changing(name) as (session, record):
            record.disabled_at = record.disabled_at or self._clock()
            end_sessions(session, record.id)
            return officer(record)

    def enable(self, name: str) -> Officer:
        """Open a closed account again."""
        with self._changing(name) as (_, record):
            record.disabled_at = None
            return officer(record)

    def set_password(self, name: str, password: str, *, kept_session: str | None = None) -> Officer:
        """Give another password and end the sessions, but for the one whose hash is given."""
        check_password(password)
        hashed = self._hash(password)  # before the database is held: it takes its time
        with self._changing(name) as (session, record):
            if record.role == Role.INTEGRATOR:
                raise OfficerError("an integrator has no password: make a token")
            record.password_hash = hashed
            end_sessions(session, record.id, but=kept_session)
            return officer(record)

    def set_language(self, officer_id: int, language: Language) -> Officer:
        """Keep the language an officer reads."""
        with self._store.writing() as session:
            record = session.get(OfficerRecord, officer_id)
            if record is None:
                raise OfficerError(f"there is no officer {officer_id}")
            record.language = language
            return officer(record)

    def verified(self, name: str, password: str) -> Officer | None:
        """The officer of this name and password.

        None when either is wrong, the account is disabled, or an integrator's.
        """
        record = None
        if NAME.fullmatch(name):  # not every database takes every character
            with self._store.reading() as session:
                record = _by_name(session, name)
        nobody = self._nobody  # made at the first log-in, whoever that is
        has_password = record is not None and record.password_hash != NO_PASSWORD
        kept = record.password_hash if record is not None and has_password else nobody
        is_right = self._is_right(kept, password)
        if record is None or not has_password or record.disabled_at is not None or not is_right:
            return None
        return None if record.role == Role.INTEGRATOR else officer(record)

    @cached_property
    def _nobody(self) -> str:
        """Unknown names cost as much time as known ones, so that names cannot be found out."""
        return self._hash("nobody's password")

    def _is_right(self, kept: str, password: str) -> bool:
        if len(password) > MAX_PASSWORD:
            return False
        try:
            with self._hashing:
                return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    def _hash(self, password: str) -> str:
        with self._hashing:
            return self._hasher.hash(password)

    def _apply(self, record: OfficerRecord, change: OfficerChange) -> None:
        if change.area_id is not None:
            self._check_area(change.area_id)
            record.area_id = change.area_id
        if change.department is not None:
            record.department = change.department.strip() or None
        record.role = (change.role or Role(record.role)).value
        record.display_name = change.display_name or record.display_name
        check_department(Role(record.role), record.department)
        if record.role != Role.INTEGRATOR and record.password_hash == NO_PASSWORD:
            raise OfficerError("an integrator has no password, so it stays one: add an account")

    @contextmanager
    def _changing(self, name: str) -> Iterator[tuple[Session, OfficerRecord]]:
        with self._store.writing() as session:
            record = _by_name(session, name) if NAME.fullmatch(name) else None
            if record is None:
                raise OfficerNotFoundError(f"there is no officer named {name[:64]}")
            yield session, record

    def _check_area(self, area_id: str) -> None:
        if area_id not in self._areas:
            raise OfficerError(f"area {area_id[:32]} is not in the site file")


def officer(record: OfficerRecord, *, scopes: frozenset[Scope] | None = None) -> Officer:
    """The account as everybody else sees it: without its password."""
    return Officer(
        id=record.id,
        name=record.name,
        display_name=record.display_name,
        role=Role(record.role),
        area_id=record.area_id,
        department=record.department,
        language="en" if record.language == "en" else "zh",
        is_disabled=record.disabled_at is not None,
        scopes=scopes,
    )


def end_sessions(session: Session, officer_id: int, *, but: str | None = None) -> None:
    """End the log-ins of an officer, but for the one whose hash is given."""
    ended = delete(SessionRecord).where(SessionRecord.officer_id == officer_id)
    if but is not None:
        ended = ended.where(SessionRecord.token_hash != but)
    session.execute(ended)


def _by_name(session: Session, name: str) -> OfficerRecord | None:
    return session.scalars(select(OfficerRecord).where(OfficerRecord.name == name)).one_or_none()
