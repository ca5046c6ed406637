from __future__ import annotations

import pytest

from alerts.desk.changes import Change, Changes
from alerts.desk.views import Role
from tests.desk_factories import COUNTY, OTHER_TOWN, TOWN, VILLAGE, add_officer
from tests.desk_rig import DeskRig

CASE = Change(kind="case", id="A-1", area_id=TOWN)


def test_everybody_hears_until_they_unsubscribe() -> None:
    changes, first, second = Changes(), list[Change](), list[Change]()
    stop = changes.subscribe(first.append)
    changes.subscribe(second.append)
    changes.publish(CASE)
    stop()
    stop()
    changes.publish(CASE)
    assert (len(first), len(second)) == (1, 2)


def test_a_subscriber_whose_loop_is_closed_does_not_keep_others_from_hearing() -> None:
    changes, heard, calls = Changes(), list[Change](), list[int]()

    def closed(_: Change) -> None:
        calls.append(1)
        raise RuntimeError("Event loop is closed")

    changes.subscribe(closed)
    changes.subscribe(heard.append)
    changes.publish(CASE)
    changes.publish(CASE)
    assert (len(calls), len(heard)) == (1, 2)


@pytest.mark.parametrize(
    ("area", "is_seen"),
    [(TOWN, True), (VILLAGE, True), (OTHER_TOWN, False), (COUNTY, False), (None, True)],
)
def test_an_officer_hears_of_their_own_areas_only(
    rig: DeskRig, area: str | None, is_seen: bool
) -> None:
    officer = add_officer(rig.service.officers, "li.na", role=Role.TOWN_OFFICER, area_id=TOWN)
    assert rig.service.may_see(officer, Change(kind="case", id="x", area_id=area)) is is_seen
