"""The counts of cases are kept small and are checked, now and then: they are never counted anew."""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from alerts.desk.case_counts import faults, fold
from alerts.desk.store import Store

MOST_NAMED = 5

logger = logging.getLogger(__name__)


def care_for_counts(store: Store) -> list[str]:
    """Fold PostgreSQL's slots and compare with the cases; what is wrong, which is logged, too.

    Raises:
        SQLAlchemyError, StoreError: The store is away.
    """
    fold(store)
    with store.reading() as session:
        _see_one_state(session)
        found = faults(session)
    if found:
        logger.error(
            "the counts of %d kinds of cases are wrong: %s",
            len(found),
            "; ".join(found[:MOST_NAMED]),
            extra={"action": "counts-wrong"},
        )
    return found


def _see_one_state(session: Session) -> None:
    """Cases and counts are two queries, and alerts come in between; SQLite needs no telling."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
