"""Who may administer whom, and what ends when an account changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alerts.desk.account import NewOfficer, OfficerChange
from alerts.desk.changes import Change
from alerts.desk.errors import OfficerError, OfficerNotFoundError, SignInError
from alerts.desk.people import may_give
from alerts.desk.views import Officer, Role
from alerts.errors import NotAllowedError
from tests.desk_factories import COUNTY, OTHER_TOWN, PASSWORD, TOWN, VILLAGE, add_officer
from tests.desk_rig import DeskRig
from tests.leaks import planted

HERE = "10.0.0.1"
ANOTHER = planted("quite another password")


@pytest.fixture
def boss(rig: DeskRig) -> Officer:
    return add_officer(rig.service.officers, "boss", role=Role.COUNTY_SUPERVISOR, area_id=TOWN)


def new(role: Role = Role.TOWN_OFFICER, area: str = TOWN, name: str = "new") -> NewOfficer:
    password = None if role is Role.INTEGRATOR else PASSWORD
    department = "水务" if role is Role.DEPARTMENT_HANDLER else None
    return NewOfficer(name=name, password=password, role=role, area_id=area, department=department)


@pytest.mark.parametrize("role", Role)
def test_nobody_gives_more_than_they_have(rig: DeskRig, role: Role) -> None:
    given = {
        Role.COUNTY_SUPERVISOR: set(Role) - {Role.AUDITOR},
        Role.MAINTAINER: {Role.MAINTAINER},
    }.get(role, set())
    department = "水务" if role is Role.DEPARTMENT_HANDLER else None
    giver = add_officer(rig.service.officers, "giver", role=role, department=department)
    assert {each for each in Role if may_give(giver, each)} == given
    for number, wanted in enumerate(Role):
        if wanted in given:
            assert rig.service.people.add(giver, new(wanted, name=f"n{number}")).role is wanted
        else:
            with pytest.raises(NotAllowedError):
                rig.service.people.add(giver, new(wanted, name=f"n{number}"))


@pytest.mark.parametrize("area", [COUNTY, OTHER_TOWN])
def test_nobody_gives_an_area_that_is_not_theirs(rig: DeskRig, boss: Officer, area: str) -> None:
    with pytest.raises(NotAllowedError):
        rig.service.people.add(boss, new(area=area))
    rig.service.people.add(boss, new(area=VILLAGE))
    with pytest.raises(NotAllowedError):
        rig.service.people.change(boss, "new", OfficerChange(area_id=area))


Deed = Callable[[DeskRig, Officer, str], object]
DEEDS: dict[str, Deed] = {
    "role": lambda r, o, n: r.service.people.change(o, n, OfficerChange(role=Role.GRID_WORKER)),
    "area": lambda r, o, n: r.service.people.change(o, n, OfficerChange(area_id=VILLAGE)),
    "department": lambda r, o, n: r.service.people.change(o, n, OfficerChange(department="消防")),
    "lock": lambda r, o, n: r.service.people.lock(o, n),
    "password": lambda r, o, n: r.service.people.reset_password(o, n, ANOTHER),
}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_whoever_is_changed_is_signed_out_at_once(rig: DeskRig, boss: Officer, deed: Deed) -> None:
    heard: list[Change] = []
    add_officer(rig.service.officers, "li.na")
    token = rig.service.sign_in("li.na", PASSWORD, HERE).token
    rig.service.changes.subscribe(heard.append)
    deed(rig, boss, "li.na")
    assert rig.service.officer_of(token) is None
    assert [change.kind for change in heard] == ["session"]


def test_another_display_name_signs_nobody_out(rig: DeskRig, boss: Officer) -> None:
    add_officer(rig.service.officers, "li.na")
    token = rig.service.sign_in("li.na", PASSWORD, HERE).token
    changed = rig.service.people.change(boss, "li.na", OfficerChange(display_name="李娜"))
    assert rig.service.officer_of(token) == changed


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_an_account_elsewhere_does_not_exist(rig: DeskRig, boss: Officer, deed: Deed) -> None:
    add_officer(rig.service.officers, "other", area_id=OTHER_TOWN)
    add_officer(rig.service.officers, "county", area_id=COUNTY)
    for name in ("other", "county", "nobody", "\0"):
        with pytest.raises(OfficerNotFoundError):
            deed(rig, boss, name)
    assert {each.name for each in rig.service.people.list(boss)} == {"boss"}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_nobody_changes_themselves_or_an_auditor(rig: DeskRig, boss: Officer, deed: Deed) -> None:
    add_officer(rig.service.officers, "auditor", role=Role.AUDITOR)
    for name in ("boss", "auditor"):
        with pytest.raises(NotAllowedError):
            deed(rig, boss, name)


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_a_town_officer_administers_nobody(rig: DeskRig, deed: Deed) -> None:
    town = add_officer(rig.service.officers, "li.na")
    add_officer(rig.service.officers, "zhao", role=Role.GRID_WORKER)
    with pytest.raises(NotAllowedError):
        deed(rig, town, "zhao")


def test_a_locked_account_is_opened_again(rig: DeskRig, boss: Officer) -> None:
    add_officer(rig.service.officers, "li.na")
    rig.service.people.lock(boss, "li.na")
    assert not rig.service.people.unlock(boss, "li.na").is_disabled
    assert rig.service.sign_in("li.na", PASSWORD, HERE).officer.name == "li.na"


def test_ones_own_password_needs_the_old_one_and_keeps_this_session_only(rig: DeskRig) -> None:
    officer = add_officer(rig.service.officers, "li.na")
    here, there = (rig.service.sign_in("li.na", PASSWORD, HERE).token for _ in range(2))
    people = rig.service.people
    with pytest.raises(SignInError):
        people.change_password(officer, here, old="a guess", new=ANOTHER, client=HERE)
    with pytest.raises(OfficerError):
        people.change_password(officer, here, old=PASSWORD, new="short", client=HERE)
    people.change_password(officer, here, old=PASSWORD, new=ANOTHER, client=HERE)
    assert rig.service.officer_of(here) is not None
    assert rig.service.officer_of(there) is None
    assert rig.service.sign_in("li.na", ANOTHER, HERE).officer == officer


def test_signing_out_everywhere_ends_all_of_ones_own_and_no_other(rig: DeskRig) -> None:
    officer = add_officer(rig.service.officers, "li.na")
    add_officer(rig.service.officers, "zhao")
    mine = [rig.service.sign_in("li.na", PASSWORD, HERE).token for _ in range(2)]
    theirs = rig.service.sign_in("zhao", PASSWORD, HERE).token
    rig.service.people.sign_out_everywhere(officer)
    assert [rig.service.officer_of(token) for token in mine] == [None, None]
    assert rig.service.officer_of(theirs) is not None


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"role": Role.DEPARTMENT_HANDLER}, "needs a department"),
        ({"role": Role.DEPARTMENT_HANDLER, "department": "  "}, "needs a department"),
        ({"role": Role.INTEGRATOR}, "no password"),
        ({"password": None}, "8 to 200"),
        ({"display_name": "x" * 101}, "display name"),
        ({"display_name": "\0"}, "display name"),
        ({"department": "x" * 101}, "department"),
    ],
)
def test_an_account_that_makes_no_sense_says_why(fields: dict[str, object], says: str) -> None:
    sound: dict[str, object] = {
        "name": "li.na",
        "password": PASSWORD,
        "role": Role.TOWN_OFFICER,
        "area_id": TOWN,
    }
    with pytest.raises(OfficerError, match=says):
        NewOfficer(**{**sound, **fields})  # type: ignore[arg-type]  # fields by name, in tests only


def test_a_handler_keeps_a_department(rig: DeskRig, boss: Officer) -> None:
    rig.service.people.add(boss, new(Role.DEPARTMENT_HANDLER))
    with pytest.raises(OfficerError, match="needs a department"):
        rig.service.people.change(boss, "new", OfficerChange(department=""))
    moved = OfficerChange(role=Role.TOWN_OFFICER, department="")
    assert rig.service.people.change(boss, "new", moved).department is None


def test_a_password_shows_nowhere() -> None:
    assert PASSWORD not in repr(new())
