"""What the page about accounts shows and does."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from alerts.desk.pages.officer_deeds import DONE, OfficerAction, OfficerDeed, perform
from alerts.desk.pages.officers_page import row_props
from alerts.desk.pages.words import WORDS, Words
from alerts.desk.views import Officer, Role
from tests.desk_factories import COUNTY, OTHER_TOWN, PASSWORD, TOWN, add_officer
from tests.desk_rig import DeskRig
from tests.leaks import planted

ANOTHER = planted("quite another password")
NEW = {
    "action": "officer-add",
    "name": "wang",
    "display_name": "王芳",
    "role": "department-handler",
    "area_id": TOWN,
    "department": "水务",
    "password": PASSWORD,
}


@pytest.fixture
def boss(rig: DeskRig) -> Officer:
    add_officer(rig.service.officers, "li.na")
    add_officer(rig.service.officers, "other", area_id=OTHER_TOWN)
    return add_officer(rig.service.officers, "boss", role=Role.COUNTY_SUPERVISOR, area_id=TOWN)


def act(rig: DeskRig, officer: Officer, **sent: object) -> str:
    return perform(rig.service.people, officer, OfficerDeed.from_browser(sent))


def test_every_action_and_role_has_words() -> None:
    keys = {f"done.{each}" for each in OfficerAction} | {f"role.{each}" for each in Role}
    assert keys <= set(WORDS)


def test_an_account_is_made_changed_locked_and_opened(rig: DeskRig, boss: Officer) -> None:
    assert act(rig, boss, **NEW) == DONE
    made = rig.service.sign_in("wang", PASSWORD, "10.0.0.1").officer
    assert (made.role, made.department) == (Role.DEPARTMENT_HANDLER, "水务")
    change = {"action": "officer-change", "name": "wang", "role": "town-officer", "department": ""}
    assert act(rig, boss, **change, area_id=TOWN, display_name="王芳") == DONE
    assert act(rig, boss, action="officer-reset", name="wang", password=ANOTHER) == DONE
    assert rig.service.sign_in("wang", ANOTHER, "10.0.0.1").officer.department is None
    assert act(rig, boss, action="officer-lock", name="wang") == DONE
    assert act(rig, boss, action="officer-unlock", name="wang") == DONE


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (NEW | {"name": "li.na"}, "officer_wrong"),
        (NEW | {"password": "short"}, "officer_wrong"),
        (NEW | {"department": ""}, "officer_wrong"),
        (NEW | {"area_id": None}, "officer_wrong"),
        (NEW | {"area_id": COUNTY}, "refused"),
        (NEW | {"role": "auditor"}, "refused"),
        (NEW | {"role": "emperor"}, "malformed"),
        (NEW | {"name": {"is": "no text"}}, "malformed"),
        (NEW | {"more": 1}, "malformed"),
        ({"action": "officer-lock", "name": "other"}, "officer_gone"),
        ({"action": "officer-lock", "name": "boss"}, "refused"),
        ({"action": "officer-reset", "name": "li.na"}, "officer_wrong"),
    ],
)
def test_what_cannot_be_is_said_in_words(
    rig: DeskRig, boss: Officer, sent: dict[str, object], says: str
) -> None:
    assert act(rig, boss, **sent) == says
    assert says in WORDS
    assert {each.name for each in rig.service.people.list(boss)} == {"boss", "li.na"}


def test_a_database_that_is_away_is_said_as_that(
    rig: DeskRig, boss: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> Officer:
        raise OperationalError("UPDATE", {}, OSError("database is locked"))

    monkeypatch.setattr(rig.service.officers, "disable", away)
    assert act(rig, boss, action="officer-lock", name="li.na") == "away"


def test_only_accounts_that_may_be_changed_have_buttons(rig: DeskRig, boss: Officer) -> None:
    auditor = add_officer(rig.service.officers, "auditor", role=Role.AUDITOR)
    words, areas = Words("zh"), {TOWN: "清泉镇"}
    rows = {
        each.name: row_props(each, boss, areas, words) for each in rig.service.people.list(boss)
    }
    assert {name: row["can"] for name, row in rows.items()} == {
        "li.na": True,
        "boss": False,
        auditor.name: False,
    }
    assert rows["boss"]["self"]
    assert (rows["li.na"]["role_name"], rows["li.na"]["area_name"]) == ("镇级值班员", "清泉镇")


def test_a_password_from_the_browser_shows_nowhere() -> None:
    assert PASSWORD not in repr(OfficerDeed.from_browser(NEW))
