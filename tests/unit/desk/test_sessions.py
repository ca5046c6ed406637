from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from alerts.desk.account import NewOfficer, OfficerChange
from alerts.desk.changes import Change
from alerts.desk.errors import LockedOutError, OfficerError, SignInError
from alerts.desk.service import DeskService
from alerts.desk.tables import OfficerRecord, SessionRecord
from alerts.desk.views import Role
from tests.desk_factories import PASSWORD, TOWN, add_officer
from tests.desk_rig import QUICK, DeskRig

HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"
IDLE = timedelta(minutes=60)


def test_a_session_lasts_its_hours(rig: DeskRig) -> None:
    officer = add_officer(rig.service.officers, "li.na")
    session = rig.service.sign_in("li.na", PASSWORD, HERE)
    while rig.now < session.expires_at:
        assert rig.service.officer_of(session.token) == officer
        rig.now += IDLE / 2
    assert rig.service.officer_of(session.token) is None


def test_a_session_that_nobody_uses_ends_earlier(rig: DeskRig) -> None:
    add_officer(rig.service.officers, "li.na")
    used, left = (rig.service.sign_in("li.na", PASSWORD, HERE).token for _ in range(2))
    for _ in range(10):
        rig.now += IDLE / 10
        assert rig.service.officer_of(used) is not None
    assert rig.service.officer_of(left) is None
    rig.service.sign_in("li.na", PASSWORD, HERE)
    with rig.store.reading() as session:
        assert len(session.scalars(select(SessionRecord)).all()) == 2


def test_looking_again_and_again_writes_seldom(
    rig: DeskRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_officer(rig.service.officers, "li.na")
    token = rig.service.sign_in("li.na", PASSWORD, HERE).token
    writes: list[datetime] = []
    monkeypatch.setattr("alerts.desk.sessions.keep_use", lambda *_: writes.append(rig.now))
    for _ in range(IDLE // timedelta(seconds=4) // 10 + 1):
        rig.service.officer_of(token)
        rig.now += timedelta(seconds=4)
    assert len(writes) == 1


def test_a_lock_out_outlives_a_restart_and_ends_in_its_time(rig: DeskRig) -> None:
    add_officer(rig.service.officers, "li.na")
    for _ in range(5):
        with pytest.raises(SignInError):
            rig.service.sign_in("li.na", "not the password", HERE)
    restarted = DeskService(rig.store, rig.site, clock=rig.clock, hasher=QUICK)
    with pytest.raises(LockedOutError):
        restarted.sign_in("li.na", PASSWORD, HERE)
    rig.now += timedelta(seconds=60)
    assert restarted.sign_in("li.na", PASSWORD, HERE).officer.name == "li.na"


def test_an_integrator_signs_in_nowhere(rig: DeskRig) -> None:
    add_officer(rig.service.officers, "platform", role=Role.INTEGRATOR)
    add_officer(rig.service.officers, "was.one.of.us")
    rig.service.officers.change("was.one.of.us", OfficerChange(role=Role.INTEGRATOR))
    for name in ("platform", "was.one.of.us"):
        for password in ("", PASSWORD):
            with pytest.raises(SignInError):
                rig.service.sign_in(name, password, HERE)


def test_a_signed_out_token_is_worth_nothing_and_pages_hear_of_it(rig: DeskRig) -> None:
    heard: list[Change] = []
    add_officer(rig.service.officers, "li.na")
    first, second = (rig.service.sign_in("li.na", PASSWORD, HERE).token for _ in range(2))
    rig.service.changes.subscribe(heard.append)
    rig.service.sign_out(first)
    assert rig.service.officer_of(first) is None
    assert rig.service.officer_of(second) is not None
    assert [change.kind for change in heard] == ["session"]


@pytest.mark.parametrize("token", [None, "", "invented", "x" * 10_000, "\udcff"])
def test_an_invented_token_is_nobodys(rig: DeskRig, token: str | None) -> None:
    assert rig.service.officer_of(token) is None


def test_the_store_holds_neither_password_nor_token(rig: DeskRig) -> None:
    add_officer(rig.service.officers, "li.na")
    token = rig.service.sign_in("li.na", PASSWORD, HERE).token
    with rig.store.reading() as session:
        officer = session.scalars(select(OfficerRecord)).one()
        kept = session.scalars(select(SessionRecord)).one()
    assert officer.password_hash.startswith("$argon2id$")
    assert PASSWORD not in officer.password_hash
    assert token != kept.token_hash


def test_five_failures_lock_the_account_for_that_address_only(rig: DeskRig) -> None:
    add_officer(rig.service.officers, "li.na")
    for _ in range(5):
        with pytest.raises(SignInError, match="wrong name or password"):
            rig.service.sign_in("li.na", "not the password", HERE)
    with pytest.raises(LockedOutError) as caught:
        rig.service.sign_in("li.na", PASSWORD, HERE)
    assert caught.value.retry_after_s == 60
    assert rig.service.sign_in("li.na", PASSWORD, ELSEWHERE).officer.name == "li.na"
    rig.now += timedelta(seconds=60)
    assert rig.service.sign_in("li.na", PASSWORD, HERE).officer.name == "li.na"


def test_an_address_that_tries_many_names_is_locked_out(rig: DeskRig) -> None:
    for number in range(20):
        with pytest.raises(SignInError):
            rig.service.sign_in(f"name-{number}", "a guess", HERE)
    with pytest.raises(LockedOutError):
        rig.service.sign_in("one-more", "a guess", HERE)


def test_typing_errors_of_weeks_do_not_add_up(rig: DeskRig) -> None:
    add_officer(rig.service.officers, "li.na")
    for number in range(60):
        with pytest.raises(SignInError, match="wrong name or password"):
            rig.service.sign_in(f"name-{number}", "a typing error", HERE)
        rig.now += timedelta(seconds=20) if number % 2 else timedelta(hours=8)


def test_a_success_forgives_its_address(rig: DeskRig) -> None:
    add_officer(rig.service.officers, "li.na")
    for number in range(40):
        with pytest.raises(SignInError, match="wrong name or password"):
            rig.service.sign_in(f"name-{number}", "a typing error", HERE)
        if number % 10 == 9:
            rig.service.sign_in("li.na", PASSWORD, HERE)


def test_a_disabled_officer_is_out_at_once_and_cannot_come_back(rig: DeskRig) -> None:
    add_officer(rig.service.officers, "li.na")
    token = rig.service.sign_in("li.na", PASSWORD, HERE).token
    assert rig.service.officers.disable("li.na").is_disabled
    assert rig.service.officer_of(token) is None
    with pytest.raises(SignInError):
        rig.service.sign_in("li.na", PASSWORD, HERE)


@pytest.mark.parametrize(
    ("name", "password", "area", "says"),
    [
        ("", PASSWORD, TOWN, "a name"),
        ("li na", PASSWORD, TOWN, "a name"),
        ("a" * 65, PASSWORD, TOWN, "a name"),
        ("li.na", "short", TOWN, "8 to 200"),
        ("li.na", "x" * 201, TOWN, "8 to 200"),
        ("li.na", PASSWORD, "999", "area 999"),
        ("taken", PASSWORD, TOWN, "taken already"),
    ],
)
def test_an_account_that_cannot_be_says_why(
    rig: DeskRig, name: str, password: str, area: str, says: str
) -> None:
    add_officer(rig.service.officers, "taken")
    with pytest.raises(OfficerError, match=says):
        rig.service.officers.add(
            NewOfficer(name=name, password=password, role=Role.VILLAGE_OFFICER, area_id=area)
        )
    assert [officer.name for officer in rig.service.officers.list()] == ["taken"]


def test_the_language_is_kept(rig: DeskRig) -> None:
    officer = add_officer(rig.service.officers, "li.na")
    token = rig.service.sign_in("li.na", PASSWORD, HERE).token
    assert rig.service.set_language(officer, "en").language == "en"
    found = rig.service.officer_of(token)
    assert found is not None
    assert found.language == "en"


@pytest.mark.parametrize("step_h", [1, -1])
def test_a_step_of_the_wall_clock_logs_nobody_out_and_lengthens_nothing(
    rig: DeskRig, step_h: int
) -> None:
    add_officer(rig.service.officers, "li.na")
    limits_at = rig.now
    service = DeskService(
        rig.store, rig.site, clock=rig.clock, steady=lambda: limits_at, hasher=QUICK
    )
    session = service.sign_in("li.na", PASSWORD, HERE)
    rig.now += timedelta(hours=step_h)
    limits_at += IDLE - timedelta(seconds=1)
    assert service.officer_of(session.token) is not None
    limits_at += IDLE
    assert service.officer_of(session.token) is None
