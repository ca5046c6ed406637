"""Accounts: made, listed and disabled by the command line, checked at log-in."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alerts.area import AreaConfig
from alerts.desk.clock import Clock, utc_now
from alerts.desk.errors import OfficerError
from alerts.desk.store import Store
from alerts.desk.tables import OfficerRecord, SessionRecord
from alerts.desk.views import Language, Officer, Role

MIN_PASSWORD = 8
MAX_PASSWORD = 200
"""Argon2 reads all of it; without a bound a log-in of megabytes would keep a core busy."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
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

    def add(
        self,
        name: str,
        password: str,
        *,
        role: Role,
        area_id: str,
        display_name: str = "",
        language: Language = "zh",
    ) -> Officer:
        """Make an account.

        Raises:
            OfficerError: The name is taken or malformed, the password too short or too long,
                the area unknown.
        """
        self._check_new(name, password, area_id)
        record = OfficerRecord(
            name=name,
            display_name=display_name or name,
            role=role.value,
            area_id=area_id,
            language=language,
            password_hash=self._hash(password),
            created_at=self._clock(),
        )
        try:
            with self._store.writing() as session:
                session.add(record)
                session.flush()
                return officer(record)
        except IntegrityError as error:
            raise OfficerError(f"there is an officer named {name} already") from error

    def list(self) -> tuple[Officer, ...]:
        """All accounts, by name; disabled ones too."""
        with self._store.reading() as session:
            records = session.scalars(select(OfficerRecord).order_by(OfficerRecord.name))
            return tuple(officer(record) for record in records)

    def disable(self, name: str) -> Officer:
        """Close the account and end its sessions; it stays in the journal's history."""
        with self._store.writing() as session:
            record = _by_name(session, name)
            if record is None:
                raise OfficerError(f"there is no officer named {name}")
            record.disabled_at = record.disabled_at or self._clock()
            session.execute(delete(SessionRecord).where(SessionRecord.officer_id == record.id))
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
        """The officer of this name and password; None when either is wrong, or it is disabled."""
        record = None
        if _NAME.fullmatch(name):  # not every database takes every character
            with self._store.reading() as session:
                record = _by_name(session, name)
        nobody = self._nobody  # made at the first log-in, whoever that is
        kept = nobody if record is None else record.password_hash
        is_right = self._is_right(kept, password)
        if record is None or record.disabled_at is not None or not is_right:
            return None
        return officer(record)

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

    def _check_new(self, name: str, password: str, area_id: str) -> None:
        if _NAME.fullmatch(name) is None:
            raise OfficerError("a name is 1 to 64 letters, digits, dots, dashes or underscores")
        if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
            raise OfficerError(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")
        if area_id not in self._areas:
            raise OfficerError(f"area {area_id} is not in the site file")


def officer(record: OfficerRecord) -> Officer:
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
    )


def _by_name(session: Session, name: str) -> OfficerRecord | None:
    return session.scalars(select(OfficerRecord).where(OfficerRecord.name == name)).one_or_none()
