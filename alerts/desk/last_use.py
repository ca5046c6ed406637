"""When a session or token was last used, written seldom."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, update
from sqlalchemy.exc import SQLAlchemyError

from alerts.desk.people_tables import ApiTokenRecord
from alerts.desk.store import Store
from alerts.desk.tables import SessionRecord

_log = logging.getLogger(__name__)


def is_stale(used_at: datetime | None, now: datetime, step: timedelta) -> bool:
    """Whether a use is to be written: the one kept is `step` old, or none is."""
    return used_at is None or now - used_at >= step


def keep_use(
    store: Store,
    table: type[SessionRecord | ApiTokenRecord],
    which: ColumnElement[bool],
    now: datetime,
) -> None:
    """Write it; a database that takes no writes now must not keep anybody from reading."""
    try:
        with store.writing() as session:
            session.execute(update(table).where(which).values(used_at=now))
    except SQLAlchemyError as error:
        _log.warning(
            "a use was not kept: %s", type(error).__name__, extra={"action": "use-not-kept"}
        )
