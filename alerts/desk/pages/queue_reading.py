"""What one queue page reads of the desk at a time, as props."""

from __future__ import annotations

from dataclasses import dataclass, field

from alerts.case import CaseStatus
from alerts.desk.clock import utc_now
from alerts.desk.pages.frame import Frame
from alerts.desk.pages.queue_asked import Asked
from alerts.desk.pages.queue_choices import Known, choices
from alerts.desk.pages.queue_patch import Props
from alerts.desk.pages.queue_props import (
    LOUD,
    MOST_RINGING,
    allowed_props,
    rows_props,
    tab_props,
)
from alerts.desk.rights import Right, may
from alerts.desk.sight import sight_key
from alerts.desk.views import Officer, QueueFilter

STEP = 50
MOST_ROWS = 500
"""More rows than this nobody reads, and no call of the service gives more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The rows of the list in their order, and all else that the page shows."""

    rows: list[Props] = field(default_factory=list)
    rest: Props = field(default_factory=dict)


class Reading:
    """Reads for one page; on any thread."""

    def __init__(self, frame: Frame) -> None:
        self._service, self._words = frame.service, frame.words
        self._shared, self._equipment = frame.setting.cases, frame.equipment
        self._zone = frame.setting.zone

    def read(
        self, officer: Officer, asked: Asked, limit: int, client: str, *, is_new: bool = False
    ) -> Seen:
        """The newest `limit` cases of what is asked for; to be shown and not to be changed.

        `is_new`: see `SharedReadings.read`.

        Raises:
            RegisterAwayError: A search in words that cannot be registered.
            RequestError: The filters are not what the service takes.
        """
        if not may(officer, Right.SEE_CASES):
            return self.nothing(officer, asked)
        if asked.q:  # each search is registered in the name of who made it
            return self._read(officer, asked, limit, client)
        own = officer.id if asked.mine else None
        key = (sight_key(officer), own, asked, limit, self._words.language)
        return self._shared.read(
            key, lambda: self._read(officer, asked, limit, client), is_new=is_new
        )

    def _read(self, officer: Officer, asked: Asked, limit: int, client: str) -> Seen:
        words = self._words
        wanted = asked.wanted(officer, utc_now(), self._zone)
        page = self._service.queue(officer, wanted, limit=limit, client=client)
        has_more = page.next_cursor is not None
        rest: Props = {
            **self.nothing(officer, asked).rest,
            "tabs": tab_props(page.counts, words, asked),
            "more": has_more and limit < MOST_ROWS,
            "capped": words("capped", count=MOST_ROWS) if has_more and limit >= MOST_ROWS else "",
            "rules": sorted({row.rule_id for row in page.rows} - {""}),
            "choices": choices(asked, officer, self._known(officer), words),
            "waiting": self._waiting(officer),
            "limit": limit,
        }
        return Seen(rows=rows_props(page.rows, words, self._service.needs_reason), rest=rest)

    def nothing(self, officer: Officer, asked: Asked) -> Seen:
        """The page without cases: the officer sees none, or cannot be answered now."""
        empty: dict[CaseStatus, int] = {}
        rest: Props = {
            "status": asked.tab,
            "asked": asked.fields(),
            "isFiltered": asked.is_filtered,
            "tabs": tab_props(empty, self._words, asked) if may(officer, Right.SEE_CASES) else [],
            "more": False,
            "capped": "",
            "rules": [],
            "choices": choices(asked, officer, Known((), (), ()), self._words),
            "waiting": [],
            "allowed": allowed_props(officer),
            "limit": STEP,
        }
        return Seen(rest=rest)

    def _known(self, officer: Officer) -> Known:
        sees_cameras = may(officer, Right.SEE_EQUIPMENT)
        return Known(
            areas=self._service.areas(officer),
            cameras=self._equipment.cameras(officer) if sees_cameras else (),
            categories=self._service.categories(officer),
        )

    def _waiting(self, officer: Officer) -> list[list[object]]:
        """Numbers and codes of the newest cases that wait and are worth a sound."""
        wanted = QueueFilter(statuses=frozenset({CaseStatus.PENDING}), severities=LOUD)
        rows = self._service.queue(officer, wanted, limit=MOST_RINGING).rows
        return [[row.case_id, row.code] for row in rows]
