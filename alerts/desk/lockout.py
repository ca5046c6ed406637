"""Slows down whoever guesses passwords."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from alerts.desk.errors import LockedOutError
from alerts.desk.people_tables import LockoutRecord
from alerts.desk.store import Store

FIRST_WAIT_S = 60
LONGEST_WAIT_S = 3600
FORGOTTEN_AFTER = timedelta(minutes=15)
"""Without a further failure, and with no wait left. Typing errors of a whole duty room add up to
nothing; a guesser gains no more than a few tries an hour over waiting the locks out."""
MAX_ENTRIES = 10_000
"""When full, the entry that failed longest ago is forgotten."""


class Lockout:
    """Counts failures by key; after `limit` the key waits 1 minute, then 2, 4, … up to an hour.

    Failures are forgotten `FORGOTTEN_AFTER` the last of them, or the end of its wait. Kept in the
    database: a restart forgives nobody.
    """

    def __init__(self, store: Store, kind: str, *, limit: int = 5) -> None:
        """`kind` keeps the keys of several lock-outs apart."""
        self._store = store
        self._kind = kind
        self._limit = limit
        self._lock = Lock()  # one desk runs on a database, so its threads are all there are

    def check(self, key: str, now: datetime) -> None:
        """Raise LockedOutError while `key` has to wait."""
        with self._store.reading() as session:
            entry = session.get(LockoutRecord, self._hash(key))
            if entry is not None and entry.locked_until is not None and now < entry.locked_until:
                raise LockedOutError(math.ceil((entry.locked_until - now).total_seconds()))

    def failed(self, key: str, now: datetime) -> None:
        """Count one failure."""
        hashed = self._hash(key)
        with self._lock, self._store.writing() as session:
            _forget(session, now)
            entry = session.get(LockoutRecord, hashed)
            if entry is None:
                entry = LockoutRecord(key=hashed, last_at=now, count=0, locked_until=None)
                session.add(entry)
            entry.last_at, entry.count = now, entry.count + 1
            if entry.count >= self._limit:
                wait_s = min(FIRST_WAIT_S * 2 ** (entry.count - self._limit), LONGEST_WAIT_S)
                entry.locked_until = now + timedelta(seconds=wait_s)
            session.flush()
            _bound(session)

    def succeeded(self, key: str) -> None:
        """Forget the failures of `key`."""
        hashed = self._hash(key)
        with self._store.reading() as session:
            if session.get(LockoutRecord, hashed) is None:
                return
        with self._lock, self._store.writing() as session:
            session.execute(delete(LockoutRecord).where(LockoutRecord.key == hashed))

    def _hash(self, key: str) -> str:
        return hashlib.sha256(f"{self._kind}\n{key}".encode("utf-8", "replace")).hexdigest()


def _forget(session: Session, now: datetime) -> None:
    before = now - FORGOTTEN_AFTER
    is_served = or_(LockoutRecord.locked_until.is_(None), LockoutRecord.locked_until < before)
    session.execute(delete(LockoutRecord).where(LockoutRecord.last_at < before, is_served))


def _bound(session: Session) -> None:
    surplus = (session.scalar(select(func.count()).select_from(LockoutRecord)) or 0) - MAX_ENTRIES
    if surplus > 0:
        oldest = select(LockoutRecord.key).order_by(LockoutRecord.last_at).limit(surplus)
        session.execute(delete(LockoutRecord).where(LockoutRecord.key.in_(oldest)))
