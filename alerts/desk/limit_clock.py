"""The clock that limits are kept by, whatever happens to the machine's clock.

Limits (`due_at`, `rises_at`) lie in the database on the steady clock: wall time as it was when the
desk started, carried on by the monotonic clock. A step of the wall clock while the desk runs moves
none of them. How far the wall clock has been set since is written down (`limit_clock`), and at the
next start, when both clocks are one again, open limits are moved by as much, once: they end when
they would have ended. What officers read is translated to the wall clock as it is now.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from alerts.desk.clock import Clock, utc_now
from alerts.desk.move_tables import ClockRecord
from alerts.desk.tables import CaseRecord

_ONLY = 1


class LimitClock:
    """Both clocks; from any thread."""

    def __init__(self, wall: Clock = utc_now, steady: Clock | None = None) -> None:
        self._wall = wall
        self._steady = steady or wall

    def now(self) -> datetime:
        """On the steady clock, as limits are."""
        return self._steady()

    def ahead(self) -> timedelta:
        """How far the wall clock has been set since the start, in whole seconds.

        Whole, so that what is read does not tremble with the clocks' own slewing.
        """
        return timedelta(seconds=round((self._wall() - self._steady()).total_seconds()))

    def kept(self, wall: datetime) -> datetime:
        """A time of the wall clock as limits are kept."""
        return wall - self.ahead()

    def shown(self, kept: datetime) -> datetime:
        """A limit as the clock on the wall will show it."""
        return kept + self.ahead()


def note_steps(session: Session, clock: LimitClock) -> None:
    """Write down how far the wall clock has been set, where that is news."""
    ahead_s = int(clock.ahead().total_seconds())
    record = session.get(ClockRecord, _ONLY)
    if record is None:
        session.add(ClockRecord(id=_ONLY, ahead_s=ahead_s))
    elif record.ahead_s != ahead_s:
        record.ahead_s = ahead_s


def settle(session: Session) -> timedelta:
    """At the start of the desk: move the limits by the steps of its last life; by how much."""
    record = session.get(ClockRecord, _ONLY)
    ahead = timedelta(seconds=0 if record is None else record.ahead_s)
    if record is None or not ahead:
        return ahead
    running = select(CaseRecord.id, CaseRecord.due_at, CaseRecord.rises_at).where(
        CaseRecord.due_at.is_not(None)
    )
    moved = [
        {"id": number, "due_at": due_at + ahead, "rises_at": rises_at and rises_at + ahead}
        for number, due_at, rises_at in session.execute(running)
        if due_at is not None
    ]
    if moved:
        session.execute(update(CaseRecord), moved)
    record.ahead_s = 0
    return ahead
