"""The demo leads its first cases through every stage of their lives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.case import CaseStatus, Origin, Verdict
from alerts.desk.account import NewOfficer
from alerts.desk.views import CaseRow, QueueFilter
from deploy.demo.log_in import COUNTY, DEMO_OFFICERS
from deploy.demo.stages import Stages
from deploy.demo.stories import STORIES
from tests.acceptance.duty_desk import PASSWORD, DutyDesk, running_desk
from tests.acceptance.sightings import LAWN, ROAD, WORKSITE, YARD_GATE, Sighting

COURTYARD = Sighting(camera_id="courtyard-wang", box=(0.4, 0.4, 0.5, 0.8), confidence=0.8)
SEEN = (LAWN, WORKSITE, COURTYARD, YARD_GATE, ROAD, YARD_GATE, LAWN)
STEPS = max(len(story.steps) for story in STORIES) + 2


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DutyDesk]:
    with running_desk(tmp_path) as desk:
        for officer in DEMO_OFFICERS:
            desk.desk.service.officers.add(
                NewOfficer(
                    name=officer.name,
                    password=PASSWORD,
                    role=officer.role,
                    area_id=officer.area_id,
                    display_name=officer.display_name,
                    department=officer.department,
                )
            )
        for minute, sighting in enumerate(SEEN):
            desk.raise_alert(sighting, ago=timedelta(minutes=minute + 1))
        yield desk


def advance(desk: DutyDesk, folder: Path) -> tuple[CaseRow, ...]:
    with Stages(desk.url, PASSWORD, folder) as stages:
        for _ in range(STEPS):
            stages.advance()
    officer = desk.desk.service.officers.find(COUNTY.name)
    assert officer is not None
    return desk.desk.service.queue(officer, QueueFilter(), limit=100).rows


def test_every_stage_is_there(desk: DutyDesk, tmp_path: Path) -> None:
    rows = advance(desk, tmp_path)
    assert {row.status for row in rows} == set(CaseStatus)
    assert {row.verdict for row in rows} >= {Verdict.TRUE, Verdict.FALSE, Verdict.DUPLICATE}
    assert {row.origin for row in rows} == {Origin.ALERT, Origin.TELEPHONE, Origin.GRID_WORKER}
    assert any(row.supervised_since for row in rows)
    assert any(row.place for row in rows)


def test_a_demo_started_again_leaves_its_cases_alone(desk: DutyDesk, tmp_path: Path) -> None:
    before = advance(desk, tmp_path)
    assert advance(desk, tmp_path) == before


def test_a_case_that_a_visitor_moved_is_theirs(desk: DutyDesk, tmp_path: Path) -> None:
    officer = desk.desk.service.officers.find(COUNTY.name)
    assert officer is not None
    with Stages(desk.url, PASSWORD, tmp_path) as stages:
        stages.advance()
        wanted = QueueFilter(camera_id="station-road")
        (row,) = desk.desk.service.queue(officer, wanted).rows
        desk.desk.service.false_alarm(officer, row.code, row.version, "树影")
        for _ in range(STEPS):
            stages.advance()
    (row,) = desk.desk.service.queue(officer, wanted).rows
    assert (row.status, row.verdict) == (CaseStatus.CLOSED, Verdict.FALSE)
