"""What an officer asks of the queue, as it stands in the address of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from alerts.alert import Severity
from alerts.case import CaseStatus
from alerts.desk.views import Officer, QueueFilter

DEFAULT_TAB = "pending"

TABS: Mapping[str, frozenset[CaseStatus]] = MappingProxyType(
    {
        "pending": frozenset({CaseStatus.PENDING}),
        "accepted": frozenset(
            {
                CaseStatus.ACCEPTED,
                CaseStatus.DISPATCHED,
                CaseStatus.HANDLING,
                CaseStatus.REPORTED,
            }
        ),
        "closed": frozenset({CaseStatus.CLOSED, CaseStatus.FOLLOWED_UP}),
        "all": frozenset(CaseStatus),
    }
)
"""The tabs of the queue, each with its statuses, as they stand in the address."""

PERIODS: Mapping[str, timedelta] = MappingProxyType(
    {
        "1h": timedelta(hours=1),
        "8h": timedelta(hours=8),
        "24h": timedelta(hours=24),
        "7d": timedelta(days=7),
        "30d": timedelta(days=30),
    }
)
STEP_OF_PERIODS = timedelta(minutes=10)
"""A period ends on a multiple of it, so that a page left open asks the same again: going on with
a search is then no new search for the register."""
MINE = ("me", "department")
MAX_WORD = 100
_PLAIN = ("category", "area", "camera", "rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A tab with its filters; an empty text asks for nothing.

    Attributes:
        period: One of `PERIODS`, counted back from now.
        since: The first day, in the site's time zone; `until`: the last one.
        mine: With the officer themselves (`me`: handed to them, or accepted by them and not over),
            or handed to their `department`.
        q: Words to search for, or the beginning of a code.
    """

    tab: str = DEFAULT_TAB
    severities: frozenset[Severity] = frozenset()
    category: str = ""
    area: str = ""
    camera: str = ""
    rule: str = ""
    period: str = ""
    since: date | None = None
    until: date | None = None
    is_overdue: bool = False
    mine: str = ""
    q: str = ""

    @classmethod
    def of_address(cls, values: Mapping[str, str]) -> Self:
        """What the address asks for; what it does not understand is not asked for."""
        words = {key: _word(values.get(key)) for key in (*_PLAIN, "q")}
        since, until = _day(values.get("since")), _day(values.get("until"))
        is_dated = since is not None or until is not None
        return cls(
            tab=_one_of(values.get("status"), TABS) or DEFAULT_TAB,
            severities=_severities(values.get("severity")),
            period="" if is_dated else _one_of(values.get("period"), PERIODS),
            since=since,
            until=until,
            is_overdue=values.get("overdue") == "1",
            mine=_one_of(values.get("mine"), MINE),
            **words,
        )

    @property
    def is_filtered(self) -> bool:
        """Whether anything but a tab is asked for."""
        return replace(self, tab=DEFAULT_TAB) != Asked()

    def fields(self) -> dict[str, str]:
        """As in the address, without the tab."""
        return {
            "q": self.q,
            "severity": ",".join(each for each in Severity if each in self.severities),
            "category": self.category,
            "area": self.area,
            "camera": self.camera,
            "rule": self.rule,
            "period": self.period,
            "since": "" if self.since is None else self.since.isoformat(),
            "until": "" if self.until is None else self.until.isoformat(),
            "overdue": "1" if self.is_overdue else "",
            "mine": self.mine,
        }

    def address(self, tab: str) -> str:
        """Where another tab with these filters is."""
        named = {key: value for key, value in self.fields().items() if value}
        if tab != DEFAULT_TAB:
            named = {"status": tab, **named}
        return f"/?{urlencode(named)}" if named else "/"

    def wanted(self, officer: Officer, now: datetime, zone: str) -> QueueFilter:
        """For the service; `zone` is the IANA name of the zone in which days begin."""
        since, until = self._times(now, ZoneInfo(zone))
        is_theirs = self.mine == "department"
        return QueueFilter(
            statuses=TABS[self.tab],
            severities=self.severities,
            categories=frozenset({self.category} - {""}),
            area_id=self.area or None,
            camera_id=self.camera or None,
            rule_id=self.rule or None,
            since=since,
            until=until,
            is_overdue=self.is_overdue,
            department=(officer.department or "-") if is_theirs else None,
            officer_id=officer.id if self.mine == "me" else None,
            text=self.q or None,
        )

    def _times(self, now: datetime, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        if self.period:
            step = STEP_OF_PERIODS.total_seconds()
            end = datetime.fromtimestamp(now.timestamp() // step * step, UTC)
            return end - PERIODS[self.period], None
        until = None if self.until is None else _midnight(self.until + timedelta(days=1), zone)
        return (None if self.since is None else _midnight(self.since, zone)), until


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _word(value: str | None) -> str:
    return " ".join((value or "").replace("\0", "").split())[:MAX_WORD]


def _one_of(value: str | None, known: Mapping[str, object] | tuple[str, ...]) -> str:
    return value if value is not None and value in known else ""


def _severities(value: str | None) -> frozenset[Severity]:
    named = (value or "").split(",")
    return frozenset(each for each in Severity if each.value in named)


def _day(value: str | None) -> date | None:
    try:
        day = date.fromisoformat(value or "")
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day < date(2100, 1, 1) else None  # zones end somewhere
