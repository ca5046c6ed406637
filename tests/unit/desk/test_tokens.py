"""API tokens: what they let through, for how long, and whose they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts.desk.api_tokens import MAX_TOKENS
from alerts.desk.errors import OfficerError, OfficerNotFoundError
from alerts.desk.people_tables import ApiTokenRecord
from alerts.desk.token_views import NewToken
from alerts.desk.views import Officer, QueueFilter, Role, Scope
from alerts.errors import NotAllowedError
from tests.desk_factories import COUNTY, OTHER_TOWN, TOWN, add_officer, alert_message
from tests.desk_rig import DeskRig

READ = frozenset({Scope.CASES_READ})


@pytest.fixture
def boss(rig: DeskRig) -> Officer:
    add_officer(rig.service.officers, "platform", role=Role.INTEGRATOR)
    return add_officer(rig.service.officers, "boss", role=Role.COUNTY_SUPERVISOR, area_id=COUNTY)


def wish(scopes: frozenset[Scope] = READ, days: int | None = None) -> NewToken:
    return NewToken(account="platform", name="县平台", scopes=scopes, days=days)


def test_a_token_is_its_account_narrowed_to_its_scopes(rig: DeskRig, boss: Officer) -> None:
    rig.take(alert_message())
    made = rig.service.tokens.add(boss, wish())
    caller = rig.service.officer_of_token(made.secret)
    assert caller is not None
    assert (caller.name, caller.area_id, caller.scopes) == ("platform", TOWN, READ)
    (row,) = rig.service.queue(caller, QueueFilter()).rows
    with pytest.raises(NotAllowedError, match="scopes"):
        rig.service.accept(caller, row.code, 1)
    writer = rig.service.tokens.add(boss, wish(READ | {Scope.CASES_WRITE}))
    other = rig.service.officer_of_token(writer.secret)
    assert other is not None
    assert rig.service.accept(other, row.code, 1).version == 2


def test_the_secret_is_kept_nowhere(rig: DeskRig, boss: Officer) -> None:
    made = rig.service.tokens.add(boss, wish())
    assert made.secret.startswith("xlt_")
    assert made.secret.startswith(made.row.hint)
    assert made.secret not in repr(made)
    with rig.store.reading() as session:
        kept = session.scalars(select(ApiTokenRecord)).one()
        assert made.secret not in " ".join(str(value) for value in vars(kept).values())
    (row,) = rig.service.tokens.list(boss)
    assert (row.account, row.created_by, row.used_at) == ("platform", "boss", None)


def test_a_token_works_until_it_runs_out_or_is_revoked(rig: DeskRig, boss: Officer) -> None:
    short, long = (rig.service.tokens.add(boss, wish(days=days)) for days in (1, None))
    rig.now += timedelta(days=1)
    assert rig.service.officer_of_token(short.secret) is None
    assert rig.service.officer_of_token(long.secret) is not None
    rig.service.tokens.revoke(boss, long.row.token_id)
    assert rig.service.officer_of_token(long.secret) is None
    again = rig.service.tokens.revoke(boss, long.row.token_id)
    assert again.revoked_at == rig.now


def test_a_locked_account_has_no_tokens(rig: DeskRig, boss: Officer) -> None:
    made = rig.service.tokens.add(boss, wish())
    rig.service.people.lock(boss, "platform")
    assert rig.service.officer_of_token(made.secret) is None
    with pytest.raises(OfficerError):
        rig.service.tokens.add(boss, wish())


def test_the_last_use_is_kept_coarsely(rig: DeskRig, boss: Officer) -> None:
    made, began = rig.service.tokens.add(boss, wish()), rig.now
    uses = []
    for _ in range(6):
        rig.service.officer_of_token(made.secret)
        uses.append(rig.service.tokens.list(boss)[0].used_at)
        rig.now += timedelta(minutes=4)
    step = timedelta(minutes=12)
    assert uses == [began] * 3 + [began + step] * 3


@pytest.mark.parametrize(
    "secret", ["", "xlt_", "xlt_invented", "xlt_" + "x" * 10_000, "xlt_\udcff"]
)
def test_an_invented_token_is_nobodys(rig: DeskRig, secret: str) -> None:
    assert rig.service.officer_of_token(secret) is None


def test_tokens_are_for_integrators_of_ones_areas_only(rig: DeskRig, boss: Officer) -> None:
    town = add_officer(
        rig.service.officers, "chief", role=Role.COUNTY_SUPERVISOR, area_id=OTHER_TOWN
    )
    made = rig.service.tokens.add(boss, wish())
    with pytest.raises(OfficerNotFoundError):
        rig.service.tokens.add(town, wish())
    with pytest.raises(OfficerNotFoundError):
        rig.service.tokens.revoke(town, made.row.token_id)
    assert rig.service.tokens.list(town) == ()
    with pytest.raises(OfficerError):
        rig.service.tokens.add(boss, NewToken(account="boss", name="x", scopes=READ))
    fitter = add_officer(rig.service.officers, "fitter", role=Role.MAINTAINER, area_id=COUNTY)
    with pytest.raises(NotAllowedError):
        rig.service.tokens.add(fitter, wish())


def test_an_integrator_sees_and_revokes_its_own(rig: DeskRig, boss: Officer) -> None:
    mine = rig.service.tokens.add(boss, wish())
    add_officer(rig.service.officers, "another", role=Role.INTEGRATOR)
    theirs = rig.service.tokens.add(boss, NewToken(account="another", name="x", scopes=READ))
    me = rig.service.officer_of_token(mine.secret)
    assert me is not None
    assert [row.token_id for row in rig.service.tokens.list(me)] == [mine.row.token_id]
    with pytest.raises(OfficerNotFoundError):
        rig.service.tokens.revoke(me, theirs.row.token_id)
    rig.service.tokens.revoke(me, mine.row.token_id)
    assert rig.service.officer_of_token(mine.secret) is None


def test_an_account_has_a_bounded_number_of_tokens(rig: DeskRig, boss: Officer) -> None:
    made = [rig.service.tokens.add(boss, wish()) for _ in range(MAX_TOKENS)]
    with pytest.raises(OfficerError, match="revoke one"):
        rig.service.tokens.add(boss, wish())
    rig.service.tokens.revoke(boss, made[0].row.token_id)
    rig.service.tokens.add(boss, wish())


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_a_token_that_makes_no_sense_says_why(days: int) -> None:
    with pytest.raises(OfficerError):
        wish(days=days)
    with pytest.raises(OfficerError):
        wish(frozenset())
