"""Which cases exist for whom, by area and role, in SQL and for one case at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.desk.errors import EvidenceMissingError
from alerts.desk.sight import case_change, case_conditions, hears_of, holding, sees_case
from alerts.desk.tables import CaseRecord
from alerts.desk.views import Officer, QueueFilter, Role
from alerts.errors import CaseNotFoundError, NotAllowedError
from alerts.schema import EvidenceKind
from tests.desk_factories import (
    COUNTY,
    GATE,
    OTHER_TOWN,
    PLAZA,
    TOWN,
    VILLAGE,
    YARD,
    add_officer,
    alert_message,
    desk_site,
)
from tests.desk_rig import DeskRig

WATER, FIRE = "水务", "消防"


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[DeskRig]:
    with DeskRig(desk_site(tmp_path, database=database_url)) as started:
        yield started


@dataclass
class Scene:
    """Cases of town, village and other town; the water department has one of each town."""

    rig: DeskRig
    grid_worker: Officer

    def __post_init__(self) -> None:
        cameras = (PLAZA, PLAZA, PLAZA, GATE, YARD)
        numbers = (1, 2, 3, 1, 1)
        self.rig.take(
            *(
                alert_message(n, alert=n, camera=camera)
                for n, camera in zip(numbers, cameras, strict=True)
            )
        )
        self.hand(f"{TOWN}-20261122-0001", department=WATER)
        self.hand(f"{OTHER_TOWN}-20261122-0001", department=WATER)
        self.hand(f"{TOWN}-20261122-0002", handler_id=self.grid_worker.id)
        self.hand(f"{VILLAGE}-20261122-0001", opened_by_id=self.grid_worker.id)

    def hand(self, code: str, **to: object) -> None:
        with self.rig.store.writing() as session:
            record = session.scalars(select(CaseRecord).where(CaseRecord.code == code)).one()
            for name, value in to.items():
                setattr(record, name, value)

    def queue(self, officer: Officer) -> set[str]:
        return {row.code for row in self.rig.service.queue(officer, QueueFilter()).rows}

    def by_conditions(self, officer: Officer) -> set[str]:
        conditions = case_conditions(officer, self.rig.service.directory)
        with self.rig.store.reading() as session:
            return {r.code for r in session.scalars(select(CaseRecord).where(*conditions))}

    def by_predicate(self, officer: Officer) -> set[str]:
        directory = self.rig.service.directory
        with self.rig.store.reading() as session:
            records = session.scalars(select(CaseRecord)).all()
            return {r.code for r in records if sees_case(officer, directory, r)}

    def by_change(self, officer: Officer) -> set[str]:
        directory = self.rig.service.directory
        with self.rig.store.reading() as session:
            changes = [case_change(r.code, r) for r in session.scalars(select(CaseRecord))]
        return {change.id for change in changes if hears_of(officer, directory, change)}


@pytest.fixture
def scene(rig: DeskRig) -> Scene:
    return Scene(rig, add_officer(rig.service.officers, "walker", role=Role.GRID_WORKER))


def codes(*parts: str) -> set[str]:
    return {part.replace("/", "-20261122-000") for part in parts}


IN_TOWN = codes(f"{TOWN}/1", f"{TOWN}/2", f"{TOWN}/3", f"{VILLAGE}/1")


@pytest.mark.parametrize(
    ("role", "area", "department", "seen"),
    [
        (Role.VILLAGE_OFFICER, VILLAGE, None, codes(f"{VILLAGE}/1")),
        (Role.TOWN_OFFICER, TOWN, None, IN_TOWN),
        (Role.TOWN_OFFICER, OTHER_TOWN, None, codes(f"{OTHER_TOWN}/1")),
        (Role.COUNTY_SUPERVISOR, COUNTY, None, IN_TOWN | codes(f"{OTHER_TOWN}/1")),
        (Role.AUDITOR, TOWN, None, IN_TOWN),
        (Role.INTEGRATOR, TOWN, None, IN_TOWN),
        (Role.MAINTAINER, COUNTY, None, set()),
        (Role.DEPARTMENT_HANDLER, TOWN, WATER, codes(f"{TOWN}/1")),
        (Role.DEPARTMENT_HANDLER, COUNTY, WATER, codes(f"{TOWN}/1", f"{OTHER_TOWN}/1")),
        (Role.DEPARTMENT_HANDLER, COUNTY, FIRE, set()),
        (Role.GRID_WORKER, COUNTY, None, set()),
    ],
)
def test_a_role_sees_its_cases_in_its_areas_by_every_way_of_asking(
    scene: Scene, role: Role, area: str, department: str | None, seen: set[str]
) -> None:
    officer = add_officer(
        scene.rig.service.officers, "asker", role=role, area_id=area, department=department
    )
    assert scene.by_conditions(officer) == seen
    assert scene.by_predicate(officer) == seen
    assert scene.by_change(officer) == seen
    if role is Role.MAINTAINER:
        with pytest.raises(NotAllowedError):
            scene.queue(officer)
    else:
        assert scene.queue(officer) == seen


def test_a_grid_worker_sees_what_was_handed_to_them_or_opened_by_them(scene: Scene) -> None:
    seen = codes(f"{TOWN}/2", f"{VILLAGE}/1")
    worker = scene.grid_worker
    assert scene.queue(worker) == scene.by_predicate(worker) == scene.by_change(worker) == seen
    assert scene.rig.service.case(worker, f"{TOWN}-20261122-0002").row.code in seen
    with pytest.raises(CaseNotFoundError):
        scene.rig.service.case(worker, f"{TOWN}-20261122-0003")


def test_whoever_loses_a_case_hears_of_it(scene: Scene) -> None:
    water = add_officer(
        scene.rig.service.officers, "w", role=Role.DEPARTMENT_HANDLER, department=WATER
    )
    with scene.rig.store.writing() as session:
        mine = select(CaseRecord).where(CaseRecord.code == f"{TOWN}-20261122-0001")
        record = session.scalars(mine).one()
        before = holding(record)
        record.department = FIRE
        change = case_change(record.code, record, before=before)
        silent = case_change(record.code, record)
    directory = scene.rig.service.directory
    assert hears_of(water, directory, change)
    assert not hears_of(water, directory, silent)


def test_the_counts_are_of_the_cases_in_sight(scene: Scene) -> None:
    page = scene.rig.service.queue(scene.grid_worker, QueueFilter())
    assert sum(page.counts.values()) == len(page.rows) == 2


def test_other_cases_are_told_of_only_where_they_are_in_sight(scene: Scene) -> None:
    """Nearby, related and merged cases are seen from one in sight: the same rule holds."""
    rig, one = scene.rig, f"{TOWN}-20261122-0001"
    town = add_officer(rig.service.officers, "t")
    water = add_officer(rig.service.officers, "w", role=Role.DEPARTMENT_HANDLER, department=WATER)
    rig.service.moves.relate(town, one, f"{VILLAGE}-20261122-0001")
    rig.service.moves.merge(town, f"{TOWN}-20261122-0003", 1, into=one)
    for officer, others in ((town, IN_TOWN - {one}), (water, set[str]())):
        view = rig.service.case(officer, one)
        assert {each.code for each in view.links} == others
        assert {each.code for each in view.merged} == others & codes(f"{TOWN}/3")
    scene.hand(f"{TOWN}-20261122-0003", department=WATER)
    scene.hand(one, department=FIRE)
    of_water, of_town = (
        rig.service.case(officer, f"{TOWN}-20261122-0003").merged_into for officer in (water, town)
    )
    assert (of_water, of_town) == (None, one)


def test_what_a_case_shows_of_its_duplicates_is_not_refused(scene: Scene) -> None:
    """Page and evidence go by one rule: an address that is shown leads somewhere."""
    rig, main = scene.rig, f"{TOWN}-20261122-0001"
    town = add_officer(rig.service.officers, "t")
    water = add_officer(rig.service.officers, "w", role=Role.DEPARTMENT_HANDLER, department=WATER)
    own, foreign = f"{TOWN}-20261122-0002", f"{TOWN}-20261122-0003"
    for duplicate in (own, foreign):
        rig.service.moves.merge(town, duplicate, 1, into=main)
    scene.hand(own, department=WATER)
    for officer, seen in ((town, {own, foreign}), (water, {own})):
        assert {each.code for each in rig.service.case(officer, main).merged} == seen
        for code in (own, foreign):
            refusal = EvidenceMissingError if code in seen else CaseNotFoundError
            with pytest.raises(refusal):
                rig.service.evidence_path(officer, code, EvidenceKind.SNAPSHOT)


def test_the_last_cases_of_a_camera_are_those_in_sight(scene: Scene) -> None:
    rows = scene.rig.service.camera_history(scene.grid_worker, PLAZA)
    assert {row.code for row in rows} == codes(f"{TOWN}/2")


@pytest.mark.parametrize("text", ["草坪", "停留", TOWN, f"{VILLAGE}-20261122-0001", "北街村口"])
def test_a_search_finds_nothing_out_of_sight(scene: Scene, text: str) -> None:
    add = scene.rig.service.officers
    water = add_officer(add, "w", role=Role.DEPARTMENT_HANDLER, department=WATER)
    town = add_officer(add, "t")
    for officer in (water, scene.grid_worker, town):
        page = scene.rig.service.queue(officer, QueueFilter(text=text))
        found = {row.code for row in page.rows}
        assert found <= scene.by_conditions(officer)
        assert sum(page.counts.values()) == len(found)
    assert found, "the town's officer finds it"
