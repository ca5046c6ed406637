"""How long each step of a case may take, and when the step that runs now ends.

| status | what has to happen | limit (`desk.limits`, by severity) | when it is over |
|---|---|---|---|
| pending | somebody accepts | `accept_min` | it is supervised |
| accepted | any action at all | `act_min`, again after each | it expires back to the queue |
| dispatched, handling | feedback | the one given, or `handle_min` | it is supervised |
| reported | it is closed or sent back | `act_min` | it is supervised |

Supervision (督办) begins one area up and rises by one with each further period of the same length,
up to the county. Nobody waits for a closed case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.alert import Severity
from alerts.case import ENDED, CaseStatus
from alerts.desk.errors import RequestError
from alerts.desk.limit_clock import LimitClock
from alerts.desk.tables import CaseRecord
from alerts.limits_config import LimitsConfig

LONGEST = timedelta(days=90)
"""What takes longer is no case of a duty desk; a wrong year is found out here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """A limit as an officer gives it: minutes from now, or a date; neither: the usual one."""

    minutes: float | None = None
    due_at: datetime | None = None

    @property
    def is_given(self) -> bool:
        """Whether it says anything."""
        return self.minutes is not None or self.due_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The end of a step: `at` and `rises_at` on the clock of limits, `shown_at` for officers."""

    at: datetime
    rises_at: datetime | None
    shown_at: datetime


class Limits:
    """The site's limits on the desk's clock of limits; thread-safe."""

    def __init__(self, config: LimitsConfig, clock: LimitClock) -> None:
        self._config = config
        self.clock = clock

    def opened(self, severity: Severity, wall: datetime) -> Due:
        """For a case that was heard of at `wall` and waits to be accepted."""
        return self._after(self.clock.kept(wall), self.period(severity, CaseStatus.PENDING))

    def of(self, record: CaseRecord, status: CaseStatus) -> Due | None:
        """For a step of the case that begins now; None where nothing runs."""
        if status in ENDED:
            return None
        return self._after(self.clock.now(), self.period(Severity(record.severity), status))

    def running(self, record: CaseRecord) -> Due | None:
        """The limit that runs already."""
        if record.due_at is None:
            return None
        shown = self.clock.shown(record.due_at)
        return Due(at=record.due_at, rises_at=record.rises_at, shown_at=shown)

    def given(self, limit: TimeLimit) -> Due | None:
        """As an officer says; None where they leave it open. Raises RequestError."""
        if limit.minutes is not None and limit.due_at is not None:
            raise RequestError("a limit is minutes or a date, not both")
        now = self.clock.now()
        if limit.minutes is not None:
            return self._checked(now, timedelta(minutes=limit.minutes))
        if limit.due_at is not None:
            if limit.due_at.tzinfo is None:
                raise RequestError("due_at names its time zone")
            return self._checked(now, self.clock.kept(limit.due_at) - now)
        return None

    def is_over(self, record: CaseRecord) -> bool:
        """Whether the step that runs now is late."""
        return record.due_at is not None and record.due_at <= self.clock.now()

    def period(self, severity: Severity, status: CaseStatus) -> timedelta:
        """How long a step may take."""
        limits = self._config.of(severity)
        if status is CaseStatus.PENDING:
            return timedelta(minutes=limits.accept_min)
        if status in {CaseStatus.DISPATCHED, CaseStatus.HANDLING}:
            return timedelta(minutes=limits.handle_min)
        return timedelta(minutes=limits.act_min)

    def _checked(self, now: datetime, period: timedelta) -> Due:
        if not timedelta(0) < period <= LONGEST:
            raise RequestError(f"a limit ends in the future and within {LONGEST.days} days")
        return self._after(now, period)

    def _after(self, now: datetime, period: timedelta) -> Due:
        at = now + period
        return Due(at=at, rises_at=at, shown_at=self.clock.shown(at))
