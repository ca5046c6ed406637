"""A desk in memory with the methods that pages call, for tests of the pages alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from alerts.area import AreaLevel
from alerts.case import Verdict
from alerts.desk.changes import Change, Changes
from alerts.desk.equipment_views import AreaRow, CameraRow, NodeRow
from alerts.desk.errors import LockedOutError, SignInError
from alerts.desk.service import DeskService
from alerts.desk.views import (
    CaseRow,
    CaseView,
    Language,
    Officer,
    QueueFilter,
    QueuePage,
    SessionToken,
)
from alerts.errors import CaseNotFoundError
from tests.desk_rows import OFFICER

PASSWORD = "right password"


@dataclass
class FakeDesk(DeskService):
    """One officer, and the cases a test puts into `views`.

    Attributes:
        failure: Raised by the next action instead of doing it.
        did: Actions that reached the desk, in words.
    """

    officer: Officer = OFFICER
    changes: Changes = field(default_factory=Changes)
    living: set[str] = field(default_factory=set)
    views: dict[str, CaseView] = field(default_factory=dict)
    camera_rows: tuple[CameraRow, ...] = ()
    node_rows: tuple[NodeRow, ...] = ()
    locked_for_s: int = 0
    has_bus: bool = True
    failure: Exception | None = None
    did: list[str] = field(default_factory=list)

    def sign_in(self, name: str, password: str, client: str) -> SessionToken:
        if self.locked_for_s:
            raise LockedOutError(self.locked_for_s)
        if (name, password) != (self.officer.name, PASSWORD):
            raise SignInError("wrong name or password")
        token = f"token-{len(self.living) + 1}"
        self.living.add(token)
        lifetime = timedelta(hours=12)
        return SessionToken(
            token=token,
            officer=self.officer,
            expires_at=datetime.now(UTC) + lifetime,
            lifetime=lifetime,
        )

    def sign_out(self, token: str) -> None:
        self.living.discard(token)
        self.changes.publish(Change(kind="session", id="", area_id=None))

    def officer_of(self, token: str | None) -> Officer | None:
        return self.officer if token in self.living else None

    def set_language(self, officer: Officer, language: Language) -> Officer:
        self.officer = replace(officer, language=language)
        return self.officer

    def queue(
        self,
        officer: Officer,
        wanted: QueueFilter,
        *,
        limit: int = 50,
        cursor: str | None = None,
        client: str = "",
    ) -> QueuePage:
        rows = sorted(
            (view.row for view in self.views.values()), key=lambda row: row.opened_at, reverse=True
        )
        shown = [row for row in rows if row.status in wanted.statuses]
        return QueuePage(
            rows=tuple(shown[:limit]),
            next_cursor="next" if len(shown) > limit else None,
            counts=Counter(row.status for row in rows),
        )

    def case(self, officer: Officer, code: str) -> CaseView:
        if code not in self.views:
            raise CaseNotFoundError(f"there is no case {code}")
        return self.views[code]

    def accept(self, officer: Officer, code: str, version: int) -> CaseRow:
        return self._do(f"accept {code} {version}", code)

    def false_alarm(self, officer: Officer, code: str, version: int, note: str) -> CaseRow:
        return self._do(f"false-alarm {code} {version} {note}", code)

    def close(
        self, officer: Officer, code: str, version: int, *, verdict: Verdict, note: str
    ) -> CaseRow:
        return self._do(f"close {code} {version} {verdict} {note}", code)

    def note(self, officer: Officer, code: str, text: str) -> CaseRow:
        return self._do(f"note {code} {text}", code)

    def _do(self, what: str, code: str) -> CaseRow:
        if self.failure is not None:
            raise self.failure
        self.did.append(what)
        return self.views[code].row

    def cameras(self, officer: Officer) -> tuple[CameraRow, ...]:
        return self.camera_rows

    def nodes(self, officer: Officer) -> tuple[NodeRow, ...]:
        return self.node_rows

    def areas(self, officer: Officer) -> tuple[AreaRow, ...]:
        return (AreaRow(area_id="620725101", name="清泉镇", level=AreaLevel.TOWN, parent=None),)

    def is_bus_connected(self) -> bool:
        return self.has_bus

    def may_see(self, officer: Officer, change: Change) -> bool:
        return True
