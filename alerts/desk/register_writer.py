"""Appends entries to the register: one chain, whoever writes at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from alerts.desk.errors import RegisterAwayError, StoreError
from alerts.desk.register_chain import NO_ENTRY, Head, hash_of
from alerts.desk.register_table import RegisterRecord, fields_of
from alerts.desk.store import Store

_LOCK = 6_207_251_013  # any number of its own; held until the entry is committed


class RegisterWriter:
    """Writes each entry in a transaction of its own; thread-safe, and so are several desks.

    SQLite lets one writer in at a time; on PostgreSQL an advisory lock does. Were both to fail,
    `previous` is unique: the second of two that follow one entry is refused.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def append(self, at: datetime, fields: Mapping[str, str]) -> Head:
        """Write one entry and return the new end of the chain.

        Raises:
            RegisterAwayError: It could not be written; whatever it was for must not happen.
        """
        try:
            with self._store.writing() as session:
                _lock(session)
                before = head_of(session)
                record = RegisterRecord(
                    number=before.count + 1, at=at, previous=before.hash, hash="", **fields
                )
                record.hash = hash_of(fields_of(record))
                session.add(record)
                return Head(count=record.number, hash=record.hash)
        except (SQLAlchemyError, StoreError) as error:
            raise RegisterAwayError("the register cannot be written: nothing is shown") from error


def head_of(session: Session) -> Head:
    """The end of the chain as this session sees it."""
    query = select(RegisterRecord.number, RegisterRecord.hash)
    last = session.execute(query.order_by(RegisterRecord.number.desc()).limit(1)).one_or_none()
    return NO_ENTRY if last is None else Head(count=last.number, hash=last.hash)


def _lock(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
