"""Limits end when they would have ended, whoever sets the machine's clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from alerts.case import CaseStatus
from alerts.desk.recipients import Recipient
from alerts.desk.time_limits import TimeLimit
from alerts.desk.views import CaseRow, QueueFilter, Role
from tests.desk_factories import RAISED, add_officer, alert_message, desk_site
from tests.desk_rig import DeskRig

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
ACCEPT, ACT = timedelta(minutes=30), timedelta(minutes=60)
"""Of a medium case."""


class Clocks:
    """A wall clock that can be set, beside the time that passes, over lives of a desk."""

    def __init__(self, folder: Path) -> None:
        self._site = desk_site(folder)
        self._steady = RAISED
        self._wall = RAISED
        self.rig = self._start()
        self.officer = add_officer(self.rig.service.officers, "li.na")

    def steady(self) -> datetime:
        return self._steady

    def pass_by(self, time: timedelta) -> None:
        self._steady += time
        self._wall += time
        self.rig.now = self._wall
        while self.rig.overdue.step():
            pass

    def set_wall(self, by: timedelta) -> None:
        self._wall += by
        self.rig.now = self._wall

    def restart(self, *, after: timedelta) -> None:
        """Both clocks are one again."""
        self.rig.__exit__(None, None, None)
        self._wall += after
        self._steady = self._wall
        self.rig = self._start()

    def row(self) -> CaseRow:
        (row,) = self.rig.service.queue(self.officer, QueueFilter()).rows
        return row

    def _start(self) -> DeskRig:
        rig = DeskRig(self._site, steady=self.steady)
        rig.now = self._wall
        rig.__enter__()
        rig.overdue.settle()
        return rig


@pytest.fixture
def clocks(tmp_path: Path) -> Iterator[Clocks]:
    clocks = Clocks(tmp_path)
    yield clocks
    clocks.rig.__exit__(None, None, None)


STEPS = [timedelta(0), HOUR, -HOUR]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_of_the_clock_moves_no_limit(clocks: Clocks, step: timedelta) -> None:
    clocks.rig.take(alert_message(captured_at=RAISED))
    clocks.set_wall(step)
    clocks.pass_by(ACCEPT - SECOND)
    row = clocks.row()
    assert (row.is_overdue, row.supervised_since) == (False, None)
    assert row.due_at == clocks.rig.now + SECOND  # as the clock on the wall will show it
    clocks.pass_by(SECOND)
    assert (clocks.row().is_overdue, clocks.row().escalation_level) == (True, 1)


@pytest.mark.parametrize("step", STEPS)
def test_a_case_that_comes_after_the_step_has_its_whole_time(
    clocks: Clocks, step: timedelta
) -> None:
    clocks.set_wall(step)
    clocks.rig.take(alert_message(raised_at=clocks.rig.now, captured_at=clocks.rig.now))
    assert clocks.row().due_at == clocks.rig.now + ACCEPT
    clocks.pass_by(ACCEPT - SECOND)
    assert not clocks.row().is_overdue
    clocks.pass_by(SECOND)
    assert clocks.row().is_overdue


@pytest.mark.parametrize("step", STEPS)
def test_a_restart_after_a_step_keeps_the_limits(clocks: Clocks, step: timedelta) -> None:
    clocks.rig.take(alert_message(captured_at=RAISED))
    clocks.set_wall(step)
    clocks.pass_by(10 * SECOND)
    clocks.restart(after=10 * SECOND)
    clocks.restart(after=10 * SECOND)  # what was moved once is not moved again
    clocks.pass_by(ACCEPT - 31 * SECOND)
    assert not clocks.row().is_overdue
    assert clocks.row().due_at == clocks.rig.now + SECOND
    clocks.pass_by(SECOND)
    assert clocks.row().is_overdue


@pytest.mark.parametrize("step", STEPS)
def test_an_acceptance_expires_by_the_time_that_passed(clocks: Clocks, step: timedelta) -> None:
    clocks.rig.take(alert_message(captured_at=RAISED))
    code = clocks.row().code
    clocks.rig.service.accept(clocks.officer, code, 1)
    clocks.set_wall(step)
    clocks.pass_by(ACT - SECOND)
    assert clocks.row().status is CaseStatus.ACCEPTED
    clocks.rig.service.note(clocks.officer, code, "在路上")  # an action: its time begins again
    clocks.pass_by(ACT - SECOND)
    assert clocks.row().status is CaseStatus.ACCEPTED
    clocks.pass_by(SECOND)
    assert (clocks.row().status, clocks.row().assignee) == (CaseStatus.PENDING, None)


def test_a_date_is_meant_as_the_wall_shows_it(clocks: Clocks) -> None:
    worker = add_officer(clocks.rig.service.officers, "grid", role=Role.GRID_WORKER)
    clocks.rig.take(alert_message(captured_at=RAISED))
    clocks.set_wall(HOUR)
    clocks.rig.service.moves.dispatch(
        clocks.officer,
        clocks.row().code,
        1,
        to=Recipient(handler_id=worker.id),
        limit=TimeLimit(due_at=clocks.rig.now + 2 * HOUR),
    )
    clocks.pass_by(2 * HOUR - SECOND)
    assert not clocks.row().is_overdue
    clocks.pass_by(SECOND)
    assert clocks.row().is_overdue
