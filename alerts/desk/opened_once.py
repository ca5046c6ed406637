"""One case of one request: whoever asks again under the same key gets the case they have.

A double click, or a request sent again because its answer was lost, opens no second case.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from alerts.desk.columns import Base
from alerts.desk.errors import OpenedAlreadyError, RequestError
from alerts.desk.tables import CaseRecord
from alerts.desk.views import Officer

MAX_KEY = 64
_KEY = re.compile(rf"[\x21-\x7e]{{1,{MAX_KEY}}}")


class OpeningRecord(Base):
    """The key an officer sent with a case; `digest` is of what they said of it."""

    __tablename__ = "openings"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(MAX_KEY), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]


def check_key(key: str) -> None:
    """Raise RequestError unless it can be one."""
    if not _KEY.fullmatch(key):
        raise RequestError(f"a key has 1 to {MAX_KEY} visible ASCII characters")


def opened_before(session: Session, officer: Officer, key: str, digest: str) -> str | None:
    """The code of the case that was opened under this key, if any.

    Raises:
        OpenedAlreadyError: It was opened with other words.
    """
    known = session.get(OpeningRecord, (officer.id, key))
    if known is None:
        return None
    code = session.get_one(CaseRecord, known.case_id).code
    if known.digest != digest:
        raise OpenedAlreadyError(code)
    return code


def keep_key(session: Session, record: CaseRecord, officer: Officer, key: str, digest: str) -> None:
    """Keep it with the case; of two at once the second fails with IntegrityError."""
    session.flush()
    session.add(
        OpeningRecord(
            officer_id=officer.id, key=key, digest=digest, case_id=record.id, at=record.opened_at
        )
    )
    session.flush()


def digest_of(said: Mapping[str, object]) -> str:
    """What was said, as something to compare."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
