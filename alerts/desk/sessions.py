"""Log-ins: a random token in the officer's cookie, its hash in the database."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select

from alerts.desk.changes import Change, Changes
from alerts.desk.clock import Clock, utc_now
from alerts.desk.errors import SignInError
from alerts.desk.lockout import Lockout
from alerts.desk.officers import Officers, officer
from alerts.desk.store import Store
from alerts.desk.tables import OfficerRecord, SessionRecord
from alerts.desk.views import Officer, SessionToken

FAILURES_PER_ACCOUNT = 5
FAILURES_PER_CLIENT = 20
"""More than one officer may sit behind an address, and one guesser tries many names."""

_MAX_TOKEN = 100
"""Ours have 43 characters; nothing longer is worth hashing."""


class Sessions:
    """Signs officers in and out; thread-safe."""

    def __init__(
        self,
        store: Store,
        officers: Officers,
        changes: Changes,
        *,
        hours: float,
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._officers = officers
        self._changes = changes
        self._lifetime = timedelta(hours=hours)
        self._clock = clock
        # By account *and* address: a stranger must not be able to lock a duty officer out.
        self._accounts = Lockout(limit=FAILURES_PER_ACCOUNT)
        self._clients = Lockout(limit=FAILURES_PER_CLIENT)

    def sign_in(self, name: str, password: str, client: str) -> SessionToken:
        """A new session; raises SignInError or LockedOutError."""
        account, now = f"{name[:64]}\n{client}", self._clock()
        self._accounts.check(account, now)
        self._clients.check(client, now)
        found = self._officers.verified(name, password)
        if found is None:
            self._accounts.failed(account, now)
            self._clients.failed(client, now)
            raise SignInError("wrong name or password")
        self._accounts.succeeded(account)
        self._clients.succeeded(client)
        return self._start(found)

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._store.writing() as session:
            session.execute(delete(SessionRecord).where(SessionRecord.token_hash == _hash(token)))
        self._changes.publish(Change(kind="session", id="", area_id=None))

    def officer_of(self, token: str | None) -> Officer | None:
        """Whose session it is, if it still runs."""
        if not token or len(token) > _MAX_TOKEN:
            return None
        query = (
            select(OfficerRecord)
            .join(SessionRecord)
            .where(SessionRecord.token_hash == _hash(token))
            .where(SessionRecord.expires_at > self._clock())
            .where(OfficerRecord.disabled_at.is_(None))
        )
        with self._store.reading() as session:
            record = session.scalars(query).one_or_none()
            return None if record is None else officer(record)

    def _start(self, found: Officer) -> SessionToken:
        token, now = secrets.token_urlsafe(32), self._clock()
        expires_at = now + self._lifetime
        with self._store.writing() as session:
            session.execute(delete(SessionRecord).where(SessionRecord.expires_at <= now))
            session.add(
                SessionRecord(
                    token_hash=_hash(token),
                    officer_id=found.id,
                    created_at=now,
                    expires_at=expires_at,
                )
            )
        return SessionToken(
            token=token, officer=found, expires_at=expires_at, lifetime=self._lifetime
        )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
