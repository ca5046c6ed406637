"""Tokens by which other platforms come, as they are kept; who may make whose is in `tokens`."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from alerts.desk.clock import Clock, utc_now
from alerts.desk.errors import OfficerError, OfficerNotFoundError
from alerts.desk.last_use import is_stale, keep_use
from alerts.desk.officers import officer
from alerts.desk.people_tables import ApiTokenRecord
from alerts.desk.sessions import token_hash
from alerts.desk.store import Store
from alerts.desk.tables import OfficerRecord
from alerts.desk.token_views import MadeToken, NewToken, TokenRow
from alerts.desk.views import Officer, Role, Scope

PREFIX = "xlt_"
"""So that a token is known for one wherever it is found."""
MAX_TOKENS = 20
"""Of one account, those that still work."""
_HINT = len(PREFIX) + 6
_MAX_TOKEN = 100
_STEP = timedelta(minutes=10)


class ApiTokens:
    """Makes, lists, revokes and knows tokens; thread-safe."""

    def __init__(self, store: Store, *, clock: Clock = utc_now) -> None:
        """`clock` is that of time limits."""
        self._store = store
        self._clock = clock

    def add(self, new: NewToken, *, by: str) -> MadeToken:
        """Make a token for an integrator's account.

        Raises:
            OfficerNotFoundError: There is no such account.
            OfficerError: The account is no integrator's, disabled, or has too many tokens.
        """
        secret, now = PREFIX + secrets.token_urlsafe(32), self._clock()
        with self._store.writing() as session:
            owner = _owner(session, new.account)
            self._check_room(session, owner)
            record = ApiTokenRecord(
                officer=owner,
                name=new.name,
                token_hash=token_hash(secret),
                hint=secret[:_HINT],
                scopes=" ".join(sorted(new.scopes)),
                created_at=now,
                created_by=by,
                expires_at=None if new.days is None else now + timedelta(days=new.days),
            )
            session.add(record)
            session.flush()
            return MadeToken(row=_row(record), secret=secret)

    def list(self) -> tuple[TokenRow, ...]:
        """All tokens, those revoked or run out too; by account, the newest first."""
        query = (
            select(ApiTokenRecord).join(OfficerRecord).options(joinedload(ApiTokenRecord.officer))
        )
        order = query.order_by(OfficerRecord.name, ApiTokenRecord.id.desc())
        with self._store.reading() as session:
            return tuple(_row(record) for record in session.scalars(order))

    def find(self, token_id: int) -> TokenRow | None:
        """The token of this number."""
        with self._store.reading() as session:
            record = session.get(ApiTokenRecord, token_id)
            return None if record is None else _row(record)

    def revoke(self, token_id: int) -> TokenRow:
        """Have it work no more; idempotent. OfficerNotFoundError where there is none."""
        with self._store.writing() as session:
            record = session.get(ApiTokenRecord, token_id)
            if record is None:
                raise OfficerNotFoundError(f"there is no token {token_id}")
            record.revoked_at = record.revoked_at or self._clock()
            return _row(record)

    def officer_of(self, secret: str) -> Officer | None:
        """The integrator whose token it is, narrowed to its scopes; None where it is none."""
        if not secret.startswith(PREFIX) or len(secret) > _MAX_TOKEN:
            return None
        now = self._clock()
        query = (
            select(ApiTokenRecord)
            .join(OfficerRecord)
            .options(joinedload(ApiTokenRecord.officer))
            .where(ApiTokenRecord.token_hash == token_hash(secret))
            .where(ApiTokenRecord.revoked_at.is_(None))
            .where(or_(ApiTokenRecord.expires_at.is_(None), ApiTokenRecord.expires_at > now))
            .where(OfficerRecord.disabled_at.is_(None), OfficerRecord.role == Role.INTEGRATOR)
        )
        with self._store.reading() as session:
            record = session.scalars(query).one_or_none()
            if record is None:
                return None
            token_id, used_at = record.id, record.used_at
            who = officer(record.officer, scopes=_scopes(record))
        if is_stale(used_at, now, _STEP):
            keep_use(self._store, ApiTokenRecord, ApiTokenRecord.id == token_id, now)
        return who

    def _check_room(self, session: Session, owner: OfficerRecord) -> None:
        is_living = or_(
            ApiTokenRecord.expires_at.is_(None), ApiTokenRecord.expires_at > self._clock()
        )
        living = (
            select(func.count())
            .select_from(ApiTokenRecord)
            .where(ApiTokenRecord.officer_id == owner.id, ApiTokenRecord.revoked_at.is_(None))
            .where(is_living)
        )
        if (session.scalar(living) or 0) >= MAX_TOKENS:
            raise OfficerError(f"{owner.name} has {MAX_TOKENS} tokens: revoke one first")


def _owner(session: Session, account: str) -> OfficerRecord:
    named = select(OfficerRecord).where(OfficerRecord.name == account.replace("\0", ""))
    owner = session.scalars(named.with_for_update()).one_or_none()
    if owner is None:
        raise OfficerNotFoundError(f"there is no officer named {account[:64]!r}")
    if owner.role != Role.INTEGRATOR or owner.disabled_at is not None:
        raise OfficerError(f"{owner.name} is no integrator, or disabled: only they have tokens")
    return owner


def _row(record: ApiTokenRecord) -> TokenRow:
    return TokenRow(
        token_id=record.id,
        account=record.officer.name,
        name=record.name,
        hint=record.hint,
        scopes=_scopes(record),
        created_at=record.created_at,
        created_by=record.created_by,
        expires_at=record.expires_at,
        revoked_at=record.revoked_at,
        used_at=record.used_at,
    )


def _scopes(record: ApiTokenRecord) -> frozenset[Scope]:
    """Those this program knows; one of a newer version lets nothing through."""
    return frozenset(Scope(word) for word in record.scopes.split() if word in set(Scope))
