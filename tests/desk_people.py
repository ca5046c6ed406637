"""One officer of every role, and cases for each of them to see or not to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import select

from alerts.desk.service import DeskService
from alerts.desk.store import Store
from alerts.desk.tables import CaseRecord
from alerts.desk.token_views import MadeToken, NewToken
from alerts.desk.views import Officer, Role, Scope
from tests.desk_factories import COUNTY, OTHER_TOWN, TOWN, add_officer

WATER = "水务"
LETTERS: Mapping[str, Role] = MappingProxyType(
    {
        "v": Role.VILLAGE_OFFICER,
        "t": Role.TOWN_OFFICER,
        "c": Role.COUNTY_SUPERVISOR,
        "d": Role.DEPARTMENT_HANDLER,
        "g": Role.GRID_WORKER,
        "m": Role.MAINTAINER,
        "a": Role.AUDITOR,
        "i": Role.INTEGRATOR,
    }
)
"""Roles as the tables of the matrix write them, all with the area of the town."""
EVERYBODY = "vtcdgmai"
ADMIN = "root-of-county"
HOOK = "https://receiver.invalid/hook"


class Place(StrEnum):
    """Where something lies, seen from the officers of the town."""

    HANDED = "handed"  # in the town, and handed to the department and the grid worker
    OWN = "own"  # in the town
    OTHER = "other"  # in the other town


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Officers by letter; `token` is one of the integrator with every scope."""

    officers: Mapping[str, Officer]
    token: MadeToken

    def caller(self, letter: str, service: DeskService) -> Officer:
        """The officer; the integrator as its token lets it in."""
        if letter != "i":
            return self.officers[letter]
        found = service.officer_of_token(self.token.secret)
        assert found is not None
        return found


def make_crowd(service: DeskService) -> Crowd:
    """Everybody in the town; a target account and a token to administer in each town."""
    officers = {
        letter: add_officer(
            service.officers,
            role.value,
            role=role,
            area_id=TOWN,
            department=WATER if role is Role.DEPARTMENT_HANDLER else None,
        )
        for letter, role in LETTERS.items()
    }
    admin = add_officer(service.officers, ADMIN, role=Role.COUNTY_SUPERVISOR, area_id=COUNTY)
    for place, area in ((Place.OWN, TOWN), (Place.HANDED, TOWN), (Place.OTHER, OTHER_TOWN)):
        add_officer(service.officers, f"target-{place}", area_id=area)
        add_officer(service.officers, f"platform-{place}", role=Role.INTEGRATOR, area_id=area)
    everything = frozenset(Scope)
    made = service.tokens.add(
        admin, NewToken(account=Role.INTEGRATOR.value, name="matrix", scopes=everything)
    )
    return Crowd(officers=MappingProxyType(officers), token=made)


def make_token(service: DeskService, place: Place) -> int:
    """The number of a fresh token of the platform there."""
    admin = service.officers.find(ADMIN)
    assert admin is not None
    wish = NewToken(
        account=f"platform-{place}", name="x", scopes=frozenset({Scope.CASES_READ}), days=1
    )
    return service.tokens.add(admin, wish).row.token_id


def make_webhook(service: DeskService, place: Place) -> tuple[int, int]:
    """The numbers of a fresh webhook there, which sends nothing, and of a delivery that waits."""
    admin = service.officers.find(ADMIN)
    assert admin is not None
    area = OTHER_TOWN if place is Place.OTHER else TOWN
    made = service.webhooks.add(admin, HOOK, area_id=area).webhook.id
    service.webhooks.set_enabled(admin, made, is_enabled=False)
    return made, service.webhooks.test(admin, made).id


def hand(store: Store, code: str, crowd: Crowd) -> None:
    """Hand a case to the department and to the grid worker of the town."""
    with store.writing() as session:
        record = session.scalars(select(CaseRecord).where(CaseRecord.code == code)).one()
        record.department, record.handler_id = WATER, crowd.officers["g"].id
