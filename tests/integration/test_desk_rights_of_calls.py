"""Every call of the service layer × role × place: who gets in, and for whom it does not exist.

A new public call, or a new part of the service, fails here until it has its row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from alerts.alert import Severity
from alerts.case import FollowUp, Origin, Verdict
from alerts.desk.account import NewOfficer, OfficerChange
from alerts.desk.attachments import Attachments
from alerts.desk.by_hand import NewCase
from alerts.desk.case_moves import CaseMoves
from alerts.desk.changes import Change
from alerts.desk.errors import OfficerNotFoundError
from alerts.desk.people import People
from alerts.desk.recipients import Recipient
from alerts.desk.register_reader import RegisterReader
from alerts.desk.register_views import RegisterFilter
from alerts.desk.rights import RULE
from alerts.desk.service import DeskService
from alerts.desk.time_limits import TimeLimit
from alerts.desk.token_views import NewToken
from alerts.desk.tokens import Tokens
from alerts.desk.views import Officer, QueueFilter, Role, Scope
from alerts.desk.webhook_errors import WebhookNotFoundError
from alerts.desk.webhooks import Webhooks
from alerts.errors import AlertError, CaseNotFoundError, NotAllowedError
from alerts.schema import EvidenceKind
from tests.desk_factories import (
    OTHER_TOWN,
    PASSWORD,
    PLAZA,
    TOWN,
    YARD,
    alert_message,
    desk_site,
)
from tests.desk_people import (
    EVERYBODY,
    HOOK,
    WATER,
    Crowd,
    Place,
    hand,
    make_crowd,
    make_token,
    make_webhook,
)
from tests.desk_rig import DeskRig

IN, REFUSED, ABSENT = "in", "403", "404"
STALE = 99
"""A version no case has: who is let in meets a conflict, and the case stays as it is."""


@dataclass(frozen=True, slots=True)
class Spot:
    """What lies at one place; `near` is one more case, handed to the department, in the town."""

    place: Place
    code: str
    near: str
    token_id: int
    webhook: int
    delivery: int

    @property
    def area(self) -> str:
        return OTHER_TOWN if self.place is Place.OTHER else TOWN


Call = Callable[[DeskService, Officer, Spot], object]


@dataclass(frozen=True, slots=True)
class Row:
    """Who gets in, by the letters of `tests.desk_people`; who is not named is refused.

    Attributes:
        handed: Who gets in at what is handed to the department and the grid worker.
        own: Who gets in at what lies in the town; for the rest of `handed` it does not exist.
        other: What everybody of `handed` meets at what lies in the other town.
        blind: Who else meets ABSENT there, for they may not know of it.
        refused: What those not named meet.
    """

    call: Call
    handed: str
    own: str
    other: str
    blind: str = ""
    refused: str = REFUSED

    def expected(self, letter: str, place: Place) -> str:
        if letter not in self.handed:
            return ABSENT if letter in self.blind and place is Place.OTHER else self.refused
        if place is Place.OTHER:
            return self.other
        return IN if place is Place.HANDED or letter in self.own else ABSENT


READERS, WORKERS, OWNERS, DESK = "vtcdgai", "vtcdgi", "vtci", "vtc"
TO, SOON = Recipient(department=WATER), TimeLimit(minutes=30)

CALLS: Mapping[str, Row] = {
    # call                  how                                        handed   own    other
    "queue": Row(lambda s, o, _: s.queue(o, QueueFilter()), READERS, READERS, IN),
    "case": Row(lambda s, o, at: s.case(o, at.code), READERS, "vtcai", ABSENT),
    "evidence_path": Row(
        lambda s, o, at: s.evidence_path(o, at.code, EvidenceKind.CLIP), READERS, "vtcai", ABSENT
    ),
    "thumbnail": Row(lambda s, o, at: s.thumbnail(o, at.code), READERS, "vtcai", ABSENT),
    "export_dossier": Row(lambda s, o, at: s.export_dossier(o, at.code), DESK, DESK, ABSENT),
    "attachments.check": Row(
        lambda s, o, at: s.attachments.check(o, at.code), WORKERS, OWNERS, ABSENT
    ),
    "attachments.add": Row(
        lambda s, o, at: s.attachments.add(o, at.code, "x.jpg", b"x"), WORKERS, OWNERS, ABSENT
    ),
    "attachments.file": Row(
        lambda s, o, at: s.attachments.file(o, at.code, 1), READERS, "vtcai", ABSENT
    ),
    "attachments.thumbnail": Row(
        lambda s, o, at: s.attachments.thumbnail(o, at.code, 1), READERS, "vtcai", ABSENT
    ),
    "accept": Row(lambda s, o, at: s.accept(o, at.code, STALE), OWNERS, OWNERS, ABSENT),
    "false_alarm": Row(
        lambda s, o, at: s.false_alarm(o, at.code, STALE, "why"), OWNERS, OWNERS, ABSENT
    ),
    "close": Row(
        lambda s, o, at: s.close(o, at.code, STALE, verdict=Verdict.TRUE, note=""),
        OWNERS,
        OWNERS,
        ABSENT,
    ),
    "note": Row(lambda s, o, at: s.note(o, at.code, "hello"), WORKERS, OWNERS, ABSENT),
    "categories": Row(lambda s, o, _: s.categories(o), READERS, READERS, IN),
    "camera_history": Row(lambda s, o, _: s.camera_history(o, PLAZA), READERS, READERS, IN),
    "moves.open_by_hand": Row(
        lambda s, o, at: s.moves.open_by_hand(o, _telephoned(at.area)), "vtcgi", "vtcgi", REFUSED
    ),
    "moves.recipients": Row(
        lambda s, o, at: s.moves.recipients(o, at.code), OWNERS, OWNERS, ABSENT
    ),
    "moves.dispatch": Row(
        lambda s, o, at: s.moves.dispatch(o, at.code, STALE, to=TO), OWNERS, OWNERS, ABSENT
    ),
    "moves.start": Row(lambda s, o, at: s.moves.start(o, at.code, STALE), WORKERS, OWNERS, ABSENT),
    "moves.report": Row(
        lambda s, o, at: s.moves.report(o, at.code, STALE, "done"), WORKERS, OWNERS, ABSENT
    ),
    "moves.send_back": Row(
        lambda s, o, at: s.moves.send_back(o, at.code, STALE, "why"), OWNERS, OWNERS, ABSENT
    ),
    "moves.hand_over": Row(
        lambda s, o, at: s.moves.hand_over(o, at.code, STALE, to=TO), DESK, DESK, ABSENT, blind="i"
    ),
    "moves.release": Row(
        lambda s, o, at: s.moves.release(o, at.code, STALE, "why"), OWNERS, OWNERS, ABSENT
    ),
    "moves.reopen": Row(
        lambda s, o, at: s.moves.reopen(o, at.code, STALE, "why"), "tci", "tci", ABSENT, blind="v"
    ),
    "moves.follow_up": Row(
        lambda s, o, at: s.moves.follow_up(o, at.code, STALE, result=FollowUp.SATISFIED),
        OWNERS,
        OWNERS,
        ABSENT,
    ),
    "moves.supervise": Row(
        lambda s, o, at: s.moves.supervise(o, at.code, STALE, "why"), "tc", "tc", ABSENT
    ),
    "moves.extend": Row(
        lambda s, o, at: s.moves.extend(o, at.code, STALE, limit=SOON, reason="why"),
        "tc",
        "tc",
        ABSENT,
    ),
    "moves.merge": Row(
        lambda s, o, at: s.moves.merge(o, at.code, STALE, into=at.near),
        "tc",
        "tc",
        ABSENT,
        blind="vi",
    ),
    "moves.split": Row(
        lambda s, o, at: s.moves.split(o, at.code, STALE, alerts=[UUID(int=1)], reason="why"),
        "tc",
        "tc",
        ABSENT,
        blind="vi",
    ),
    "moves.relate": Row(
        lambda s, o, at: s.moves.relate(o, at.code, at.near), DESK, DESK, ABSENT, blind="i"
    ),
    "cameras": Row(lambda s, o, _: s.cameras(o), "vtcmai", "vtcmai", IN),
    "camera_page": Row(lambda s, o, _: s.camera_page(o, limit=9), "vtcmai", "vtcmai", IN),
    "nodes": Row(lambda s, o, _: s.nodes(o), "vtcmai", "vtcmai", IN),
    "areas": Row(lambda s, o, _: s.areas(o), EVERYBODY, EVERYBODY, IN),
    "set_language": Row(lambda s, o, _: s.set_language(o, "zh"), EVERYBODY, EVERYBODY, IN),
    "webhooks.list": Row(lambda s, o, _: s.webhooks.list(o), "ci", "ci", IN),
    "webhooks.add": Row(
        lambda s, o, at: s.webhooks.add(o, HOOK, area_id=at.area), "ci", "ci", REFUSED
    ),
    "webhooks.set_enabled": Row(
        lambda s, o, at: s.webhooks.set_enabled(o, at.webhook, is_enabled=False), "ci", "ci", ABSENT
    ),
    "webhooks.remove": Row(
        lambda s, o, at: s.webhooks.remove(o, make_webhook(s, at.place)[0]), "ci", "ci", ABSENT
    ),
    "webhooks.test": Row(lambda s, o, at: s.webhooks.test(o, at.webhook), "ci", "ci", ABSENT),
    "webhooks.deliveries": Row(
        lambda s, o, at: s.webhooks.deliveries(o, at.webhook), "ci", "ci", ABSENT
    ),
    "webhooks.redeliver": Row(
        lambda s, o, at: s.webhooks.redeliver(o, at.webhook, at.delivery), "ci", "ci", ABSENT
    ),
    "register_reader.page": Row(
        lambda s, o, _: s.register_reader.page(o, RegisterFilter()), "a", "a", IN
    ),
    "register_reader.export": Row(lambda s, o, _: s.register_reader.export(o), "a", "a", IN),
    "people.list": Row(lambda s, o, _: s.people.list(o), "cm", "cm", IN),
    "people.roles": Row(lambda s, o, _: s.people.roles(o), "cm", "cm", IN),
    "people.add": Row(lambda s, o, at: s.people.add(o, _newcomer(at.area)), "c", "c", REFUSED),
    "people.change": Row(
        lambda s, o, at: s.people.change(o, f"target-{at.place}", OfficerChange()),
        "c",
        "c",
        ABSENT,
        blind="m",
    ),
    "people.lock": Row(
        lambda s, o, at: s.people.lock(o, f"target-{at.place}"), "c", "c", ABSENT, blind="m"
    ),
    "people.unlock": Row(
        lambda s, o, at: s.people.unlock(o, f"target-{at.place}"), "c", "c", ABSENT, blind="m"
    ),
    "people.reset_password": Row(
        lambda s, o, at: s.people.reset_password(o, f"target-{at.place}", PASSWORD),
        "c",
        "c",
        ABSENT,
        blind="m",
    ),
    "people.change_password": Row(
        lambda s, o, _: s.people.change_password(o, "", old="x", new="y", client=o.name),
        "vtcdgma",
        "vtcdgma",
        IN,
    ),
    "people.sign_out_everywhere": Row(
        lambda s, o, _: s.people.sign_out_everywhere(o), EVERYBODY, EVERYBODY, IN
    ),
    "tokens.list": Row(lambda s, o, _: s.tokens.list(o), EVERYBODY, EVERYBODY, IN),
    "tokens.add": Row(
        lambda s, o, at: s.tokens.add(o, _wish(at.place)), "c", "c", ABSENT, blind="m"
    ),
    "tokens.revoke": Row(
        lambda s, o, at: s.tokens.revoke(o, at.token_id), "c", "c", ABSENT, refused=ABSENT
    ),
}
FOR_ALL = {
    *(
        "sign_in",
        "sign_out",
        "officer_of",
        "officer_of_token",
        "bus_lost_at",
        "is_bus_connected",
        "may_see",
    ),
    *("needs_reason", "register_reader.export_here", "register_reader.head"),
    "register_reader.verify",
}
"""They ask who it is, or are asked by whoever sees nothing of cases."""
PARTS: Mapping[str, type] = {
    "attachments": Attachments,
    "people": People,
    "tokens": Tokens,
    "moves": CaseMoves,
    "webhooks": Webhooks,
    "register_reader": RegisterReader,
}
"""Parts of the service whose calls take the officer."""
INSIDE = {
    "attachment_folder",
    *("changes", "directory", "officers", "register"),
    *("evidence_folder", "clips", "shelf", "thumbnails"),
}
"""Of the service, and no part of the door: pages and routes do not call them with an officer."""


def _telephoned(area: str) -> NewCase:
    return NewCase(
        origin=Origin.TELEPHONE,
        category="security",
        severity=Severity.LOW,
        area_id=area,
        text="somebody called",
    )


def _newcomer(area: str) -> NewOfficer:
    return NewOfficer(name="li.na", password=PASSWORD, role=Role.GRID_WORKER, area_id=area)


def _wish(place: Place) -> NewToken:
    scopes = frozenset({Scope.CASES_READ})
    return NewToken(account=f"platform-{place}", name="x", scopes=scopes)


@dataclass(frozen=True, slots=True)
class World:
    rig: DeskRig
    crowd: Crowd
    spots: Mapping[Place, Spot]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("rights")
    with DeskRig(desk_site(folder)) as rig:
        crowd = make_crowd(rig.service)
        near = _open(rig, 1, PLAZA)
        codes = {
            Place.HANDED: _open(rig, 2, PLAZA),
            Place.OWN: _open(rig, 3, PLAZA),
            Place.OTHER: _open(rig, 1, YARD),
        }
        for code in (near, codes[Place.HANDED]):
            hand(rig.store, code, crowd)
        spots = {
            place: Spot(
                place, code, near, make_token(rig.service, place), *make_webhook(rig.service, place)
            )
            for place, code in codes.items()
        }
        yield World(rig, crowd, spots)


def _open(rig: DeskRig, number: int, camera: str) -> str:
    heard: list[Change] = []
    stop = rig.service.changes.subscribe(heard.append)
    rig.take(alert_message(number, alert=number, camera=camera))
    stop()
    return next(change.id for change in heard if change.kind == "case")


def outcome(world: World, row: Row, letter: str, place: Place) -> str:
    officer = world.crowd.caller(letter, world.rig.service)
    try:
        row.call(world.rig.service, officer, world.spots[place])
    except NotAllowedError:
        return REFUSED
    except (CaseNotFoundError, OfficerNotFoundError, WebhookNotFoundError):
        return ABSENT
    except AlertError:
        return IN  # the gate was passed; what is asked for makes no sense, on purpose
    return IN


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("name", CALLS)
def test_a_call_lets_in_whom_its_row_names(world: World, name: str, place: Place) -> None:
    row = CALLS[name]
    found = {letter: outcome(world, row, letter, place) for letter in EVERYBODY}
    assert found == {letter: row.expected(letter, place) for letter in EVERYBODY}


@pytest.mark.parametrize("letter", EVERYBODY)
def test_lists_hold_nothing_of_elsewhere(world: World, letter: str) -> None:
    service = world.rig.service
    officer = world.crowd.caller(letter, service)
    areas = {area.area_id for area in service.areas(officer)}
    assert OTHER_TOWN not in areas
    found: list[str] = []
    asked: tuple[Callable[[], Iterable[str]], ...] = (
        lambda: [row.area_id for row in service.queue(officer, QueueFilter()).rows],
        lambda: [row.area_id for row in service.cameras(officer)],
        lambda: [each.area_id for each in service.people.list(officer)],
    )
    for ask in asked:
        with suppress(NotAllowedError):
            found += ask()
    assert set(found) <= areas
    tokens = {row.account for row in service.tokens.list(officer)}
    assert f"platform-{Place.OTHER}" not in tokens


def test_every_call_has_its_row_and_its_rule(world: World) -> None:
    service = world.rig.service
    parts = {name: getattr(service, name) for name in vars(service) if name[0] != "_"}
    assert set(parts) == set(PARTS) | INSIDE, "a new part of the service: give its calls rows"
    assert {name: type(parts[name]) for name in PARTS} == PARTS
    calls = _calls(DeskService, "")
    for name, kind in PARTS.items():
        calls |= _calls(kind, f"{name}.")
    assert {name for name, call in calls.items() if not hasattr(call, RULE)} == set()
    assert set(calls) == set(CALLS) | FOR_ALL


def _calls(kind: type, prefix: str) -> dict[str, object]:
    return {
        f"{prefix}{name}": call
        for name, call in vars(kind).items()
        if callable(call) and not name.startswith("_")
    }
