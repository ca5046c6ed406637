"""Log-ins: a random token in the officer's cookie, its hash in the database."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select

from alerts.desk.changes import Change, Changes
from alerts.desk.clock import Clock, utc_now
from alerts.desk.errors import SignInError
from alerts.desk.last_use import is_stale, keep_use
from alerts.desk.lockout import Lockout
from alerts.desk.officers import Officers, end_sessions, officer
from alerts.desk.store import Store
from alerts.desk.tables import OfficerRecord, SessionRecord
from alerts.desk.views import Officer, SessionToken

FAILURES_PER_ACCOUNT = 5
FAILURES_PER_CLIENT = 20
"""More than one officer may sit behind an address, and one guesser tries many names."""

_MAX_TOKEN = 100
"""Ours have 43 characters; nothing longer is worth hashing."""
_STEPS = 10
"""A use is kept when the last one kept is a tenth of the idle time old: few writes, and a session
ends at most that much too early."""


class Sessions:
    """Signs officers in and out; thread-safe."""

    def __init__(
        self,
        store: Store,
        officers: Officers,
        changes: Changes,
        *,
        lifetime: timedelta,
        idle: timedelta,
        clock: Clock = utc_now,
    ) -> None:
        """A session ends after `lifetime`, or `idle` after its last request or open page."""
        self._store = store
        self._officers = officers
        self._changes = changes
        self._lifetime = lifetime
        self._idle = idle
        self._clock = clock
        # By account *and* address: a stranger must not be able to lock a duty officer out.
        self._accounts = Lockout(store, "account", limit=FAILURES_PER_ACCOUNT)
        self._clients = Lockout(store, "client", limit=FAILURES_PER_CLIENT)

    def sign_in(self, name: str, password: str, client: str) -> SessionToken:
        """A new session; raises SignInError or LockedOutError."""
        return self._start(self.prove(name, password, client))

    def prove(self, name: str, password: str, client: str) -> Officer:
        """The officer of this password, from address `client`; SignInError or LockedOutError."""
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
        return found

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._store.writing() as session:
            ended = delete(SessionRecord).where(SessionRecord.token_hash == token_hash(token))
            session.execute(ended)
        self.tell()

    def sign_out_all(self, officer_id: int) -> None:
        """End all sessions of an officer."""
        with self._store.writing() as session:
            end_sessions(session, officer_id)
        self.tell()

    def tell(self) -> None:
        """Have every open page look whether its session still runs."""
        self._changes.publish(Change(kind="session", id="", area_id=None))

    def officer_of(self, token: str | None) -> Officer | None:
        """Whose session it is, if it still runs; asking is using it."""
        if not token or len(token) > _MAX_TOKEN:
            return None
        hashed, now = token_hash(token), self._clock()
        query = (
            select(OfficerRecord, SessionRecord.used_at)
            .join(SessionRecord)
            .where(SessionRecord.token_hash == hashed, self._is_running(now))
            .where(OfficerRecord.disabled_at.is_(None))
        )
        with self._store.reading() as session:
            found = session.execute(query).one_or_none()
            if found is None:
                return None
            who = officer(found.OfficerRecord)
        if is_stale(found.used_at, now, self._idle / _STEPS):
            keep_use(self._store, SessionRecord, SessionRecord.token_hash == hashed, now)
        return who

    def _is_running(self, now: datetime) -> ColumnElement[bool]:
        was_used = or_(SessionRecord.used_at.is_(None), SessionRecord.used_at > now - self._idle)
        return and_(SessionRecord.expires_at > now, was_used)

    def _start(self, found: Officer) -> SessionToken:
        token, now = secrets.token_urlsafe(32), self._clock()
        expires_at = now + self._lifetime
        with self._store.writing() as session:
            session.execute(delete(SessionRecord).where(~self._is_running(now)))
            session.add(
                SessionRecord(
                    token_hash=token_hash(token),
                    officer_id=found.id,
                    created_at=now,
                    used_at=now,
                    expires_at=expires_at,
                )
            )
        return SessionToken(
            token=token, officer=found, expires_at=expires_at, lifetime=self._lifetime
        )


def token_hash(token: str) -> str:
    """As it is kept: SHA-256, for a token of 256 random bits needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
