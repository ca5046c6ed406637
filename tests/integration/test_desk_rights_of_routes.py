"""Every route of the app × role × place over HTTP: who gets in, and for whom it does not exist.

A new route fails here until it has its row. Officers come by cookie, the integrator by token.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from alerts.desk.app import app_of, openapi_document
from alerts.desk.desk import Desk
from alerts.desk.views import Role
from tests.desk_bus import FakeBus
from tests.desk_factories import OTHER_TOWN, PASSWORD, PLAZA, TOWN, YARD, desk_site
from tests.desk_live import LiveDesk, live_desk
from tests.desk_people import (
    EVERYBODY,
    HOOK,
    LETTERS,
    WATER,
    Crowd,
    Place,
    hand,
    make_crowd,
    make_token,
    make_webhook,
)
from tests.desk_routes import routes_of

IN, REFUSED, ABSENT, STRANGER = "in", "403", "404", "401"
STALE = 99
"""A version no case has: who is let in meets a conflict, and the case stays as it is."""
WITH_COOKIE = "vtcdgma"
READERS, WORKERS, OWNERS, DESK = "vtcdgai", "vtcdgi", "vtci", "vtc"
MALFORMED = {"bad-request", "malformed", "wrong-method", "no-such-path"}
IS_DUE = "it is being sent already"
"""Of a delivery that waits, to whoever was let in."""
NO_SUCH = {"case-not-found", "officer-not-found", "webhook-not-found"}

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Row:
    """Who gets in, by the letters of `tests.desk_people`; who is not named meets `refused`.

    Attributes:
        handed: Who gets in at what is handed to the department and the grid worker.
        own: Who gets in at what lies in the town; None: the same. For the others of `handed` it
            does not exist.
        other: What everybody of `handed` meets at what lies in the other town.
        blind: Who else meets ABSENT there, for they may not know of it.
        body: JSON that makes sense; words in braces are filled in by the place.
    """

    handed: str
    own: str | None = None
    other: str = IN
    blind: str = ""
    refused: str = REFUSED
    body: Body = field(default_factory=dict)

    def expected(self, letter: str, place: Place) -> str:
        if letter not in self.handed:
            return ABSENT if letter in self.blind and place is Place.OTHER else self.refused
        if place is Place.OTHER:
            return self.other
        own = self.handed if self.own is None else self.own
        return IN if place is Place.HANDED or letter in own else ABSENT


MOVE: dict[str, object] = {"expected_version": STALE}
NEWCOMER = {"name": "li.na", "password": PASSWORD, "role": "grid-worker", "area_id": "{area}"}
PASSWORDS = {"old": PASSWORD, "new": PASSWORD}
TOKEN = {"account": "platform-{place}", "name": "x", "scopes": ["cases:read"]}
FALSE, WHY = MOVE | {"note": "why"}, MOVE | {"reason": "why"}
TO, ALERT = {"department": WATER}, "00000000-0000-4000-8000-000000000001"
TELEPHONED = {
    "origin": "telephone",
    "category": "security",
    "severity": "low",
    "area": "{area}",
    "text": "somebody called",
}

ROUTES: Mapping[str, Row] = {
    # route                                     handed     own      other
    "GET /api/session": Row(EVERYBODY),
    "PATCH /api/session": Row(EVERYBODY, body={"language": "zh"}),
    "PUT /api/session/password": Row(WITH_COOKIE, body=PASSWORDS),
    "GET /api/cases": Row(READERS),
    "GET /api/cases/{code}": Row(READERS, "vtcai", ABSENT),
    "GET /api/cases/{code}/evidence/{kind}": Row(READERS, "vtcai", ABSENT),
    "GET /api/cases/{code}/thumbnail": Row(READERS, "vtcai", ABSENT),
    "POST /api/cases/{code}/attachments": Row(WORKERS, OWNERS, ABSENT),
    "GET /api/cases/{code}/attachments/{number}": Row(READERS, "vtcai", ABSENT),
    "GET /api/cases/{code}/attachments/{number}/thumbnail": Row(READERS, "vtcai", ABSENT),
    "GET /api/register": Row("a"),
    "GET /api/register/export": Row("a"),
    "POST /api/cases/{code}/accept": Row(OWNERS, OWNERS, ABSENT, body=MOVE),
    "POST /api/cases/{code}/close": Row(OWNERS, OWNERS, ABSENT, body=MOVE | {"verdict": "true"}),
    "POST /api/cases/{code}/false-alarm": Row(OWNERS, OWNERS, ABSENT, body=FALSE),
    "POST /api/cases/{code}/note": Row(WORKERS, OWNERS, ABSENT, body={"note": "x"}),
    "POST /api/cases": Row("vtcgi", other=REFUSED, body=TELEPHONED),
    "GET /api/cases/{code}/recipients": Row(OWNERS, OWNERS, ABSENT),
    "POST /api/cases/{code}/dispatch": Row(OWNERS, OWNERS, ABSENT, body=MOVE | TO),
    "POST /api/cases/{code}/start": Row(WORKERS, OWNERS, ABSENT, body=MOVE),
    "POST /api/cases/{code}/report": Row(WORKERS, OWNERS, ABSENT, body=MOVE | {"feedback": "x"}),
    "POST /api/cases/{code}/send-back": Row(OWNERS, OWNERS, ABSENT, body=WHY),
    "POST /api/cases/{code}/hand-over": Row(DESK, DESK, ABSENT, "i", body=MOVE | TO),
    "POST /api/cases/{code}/release": Row(OWNERS, OWNERS, ABSENT, body=WHY),
    "POST /api/cases/{code}/reopen": Row("tci", "tci", ABSENT, "v", body=WHY),
    "POST /api/cases/{code}/follow-up": Row(
        OWNERS, OWNERS, ABSENT, body=MOVE | {"result": "satisfied"}
    ),
    "POST /api/cases/{code}/supervise": Row("tc", "tc", ABSENT, body=WHY),
    "POST /api/cases/{code}/extend": Row("tc", "tc", ABSENT, body=WHY | {"minutes": 30}),
    "POST /api/cases/{code}/merge": Row("tc", "tc", ABSENT, "vi", body=MOVE | {"into": "{near}"}),
    "POST /api/cases/{code}/split": Row("tc", "tc", ABSENT, "vi", body=WHY | {"alerts": [ALERT]}),
    "POST /api/cases/{code}/relate": Row(DESK, DESK, ABSENT, "i", body={"case": "{near}"}),
    "GET /api/cameras/{camera}/cases": Row(READERS),
    "GET /api/cameras": Row("vtcmai"),
    "GET /api/nodes": Row("vtcmai"),
    "GET /api/areas": Row(EVERYBODY),
    "GET /api/webhooks": Row("ci"),
    "POST /api/webhooks": Row("ci", other=REFUSED, body={"url": HOOK, "area": "{area}"}),
    "POST /api/webhooks/{webhook}/disable": Row("ci", other=ABSENT),
    "POST /api/webhooks/{webhook}/test": Row("ci", other=ABSENT),
    "POST /api/webhooks/{webhook}/enable": Row("ci", other=ABSENT),
    "DELETE /api/webhooks/{webhook}": Row("ci", other=ABSENT),
    "GET /api/webhooks/{webhook}/deliveries": Row("ci", other=ABSENT),
    "POST /api/webhooks/{webhook}/deliveries/{delivery}/redeliver": Row("ci", other=ABSENT),
    "GET /api/officers": Row("cm"),
    "POST /api/officers": Row("c", other=REFUSED, body=NEWCOMER),
    "PATCH /api/officers/{name}": Row("c", other=ABSENT, blind="m", body={"display_name": "x"}),
    "POST /api/officers/{name}/lock": Row("c", other=ABSENT, blind="m"),
    "POST /api/officers/{name}/unlock": Row("c", other=ABSENT, blind="m"),
    "PUT /api/officers/{name}/password": Row(
        "c", other=ABSENT, blind="m", body={"password": PASSWORD}
    ),
    "GET /api/tokens": Row(EVERYBODY),
    "POST /api/tokens": Row("c", other=ABSENT, blind="m", body=TOKEN),
    "DELETE /api/tokens/{token_id}": Row("c", other=ABSENT, refused=ABSENT),
    # pages; an integrator has no session, so is led to the log-in
    "GET /": Row(WITH_COOKIE, refused=STRANGER),
    "GET /case/new": Row("vtcg", refused=ABSENT),
    "GET /case/{code}": Row("vtcdga", "vtca", ABSENT, refused=STRANGER),
    "GET /officers": Row("cm", refused=ABSENT),
    "GET /register": Row("a", refused=ABSENT),
    "GET /webhooks": Row("c", refused=ABSENT),
}
NO_PAGE = {
    ("GET /case/{code}", "m"): ABSENT,
    ("GET /case/new", "i"): STRANGER,
    ("GET /officers", "i"): STRANGER,
    ("GET /register", "i"): STRANGER,
    ("GET /webhooks", "i"): STRANGER,
}
"""A page says of what one may not see that it is not there."""
LAST: Mapping[str, Row] = {
    "DELETE /api/session/everywhere": Row(EVERYBODY),
    "DELETE /api/session": Row(EVERYBODY),
}
"""They end sessions, so they are asked for last."""
OPEN = {
    "POST /api/session": "the log-in",
    "GET /login": "the log-in",
    "POST /login": "the log-in",
    "POST /logout": "ends the session it names",
    "GET /session-check": "says whether there is a session",
    "GET /healthz": "says nothing of cases",
    "GET /readyz": "says nothing of cases",
    "GET /api/openapi.json": "the contract",
    "GET /favicon.ico": "a picture of ours",
    "ANY /api/{path:path}": "refuses what no route takes",
    "MOUNT /desk-assets": "our styles and scripts",
    "MOUNT /_nicegui_ws": "test_desk_socket.py",
}
NOT_FOR_OFFICERS = {
    "HEAD /api/evidence/{sha256}": "nodes",
    "PUT /api/evidence/{sha256}": "nodes",
    "GET /metrics": "Prometheus",
}
ENDLESS = {"GET /api/events"}
"""A stream, for everybody who signs in: test_desk_events.py."""
AS_GET = {"HEAD /api/cases/{code}/evidence/{kind}"}
"""The same function as its GET; an answer without a body says too little to compare."""


@dataclass(frozen=True, slots=True)
class World:
    desk: LiveDesk
    crowd: Crowd
    codes: Mapping[Place, str]
    near: str
    hooks: Mapping[Place, tuple[int, int]]
    clients: Mapping[str, httpx.Client]

    def ask(self, route: str, row: Row, letter: str, place: Place) -> str:
        method, path = route.split(" ")
        where = {
            "code": self.codes[place],
            "kind": "clip",
            "number": "1",
            "camera": PLAZA,
            "near": self.near,
            "webhook": str(self.hooks[place][0]),
            "delivery": str(self.hooks[place][1]),
            "name": f"target-{place}",
            "place": place.value,
            "area": OTHER_TOWN if place is Place.OTHER else TOWN,
        }
        if route == "DELETE /api/webhooks/{webhook}":
            where["webhook"] = str(make_webhook(self.desk.service, place)[0])
        if "token_id" in path:
            where["token_id"] = str(make_token(self.desk.service, place))
        body = {key: _filled(value, where) for key, value in row.body.items()}
        has_body = method in {"POST", "PUT", "PATCH"} and row.body
        answer = self.clients[letter].request(
            method, path.format(**where), json=body if has_body else None
        )
        return _outcome(answer)


def _filled(value: object, where: Mapping[str, str]) -> object:
    return value.format(**where) if isinstance(value, str) else value


def _outcome(answer: httpx.Response) -> str:
    assert answer.status_code < 500, answer.text
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    told = answer.json() if is_json and answer.content else {}
    error = told.get("error", "") if isinstance(told, dict) else ""
    assert error not in MALFORMED or told["detail"] == IS_DUE, answer.text
    if answer.status_code == 403:
        assert error == "not-allowed"
        return REFUSED
    if error in NO_SUCH or (answer.status_code == 404 and not is_json):
        return ABSENT
    if error == "not-signed-in" or answer.headers.get("location", "").startswith("/login"):
        return STRANGER
    return IN


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as stack:
        desk = stack.enter_context(live_desk(tmp_path_factory.mktemp("desk")))
        crowd = make_crowd(desk.service)
        codes = {place: desk.open_case(camera=camera) for place, camera in _places()}
        near = desk.open_case(camera=PLAZA)
        for code in (near, codes[Place.HANDED]):
            hand(desk.server.desk.store, code, crowd)
        clients = {
            letter: stack.enter_context(desk.client(None if letter == "i" else role.value))
            for letter, role in LETTERS.items()
        }
        clients["i"].headers["Authorization"] = f"Bearer {crowd.token.secret}"
        hooks = {place: make_webhook(desk.service, place) for place in Place}
        yield World(desk, crowd, codes, near, hooks, clients)


def _places() -> Iterable[tuple[Place, str]]:
    return ((Place.HANDED, PLAZA), (Place.OWN, PLAZA), (Place.OTHER, YARD))


def test_every_route_has_its_row(tmp_path: Path) -> None:
    known = {*ROUTES, *LAST, *OPEN, *NOT_FOR_OFFICERS, *ENDLESS, *AS_GET}
    found = set(routes_of(app_of(Desk(desk_site(tmp_path), make_link=lambda _: FakeBus())).routes))
    own = {route for route in found if "/_nicegui/" not in route}  # files of the library
    assert own == known
    documented = {
        f"{method.upper()} {path}" for path, methods in _paths().items() for method in methods
    }
    assert documented <= known


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("route", ROUTES)
def test_a_route_lets_in_whom_its_row_names(world: World, route: str, place: Place) -> None:
    row = ROUTES[route]
    found = {letter: world.ask(route, row, letter, place) for letter in EVERYBODY}
    assert found == {
        letter: NO_PAGE.get((route, letter), row.expected(letter, place)) for letter in EVERYBODY
    }


@pytest.mark.parametrize("route", [*ROUTES, *LAST])
def test_nobody_gets_in_without_a_session(world: World, route: str) -> None:
    row = {**ROUTES, **LAST}[route]
    with world.desk.client() as client:
        nobody = World(world.desk, world.crowd, world.codes, world.near, world.hooks, {"x": client})
        expected = IN if route == "DELETE /api/session" else STRANGER
        assert nobody.ask(route, row, "x", Place.OWN) == expected
        client.headers["Authorization"] = "Bearer xlt_invented"
        assert nobody.ask(route, row, "x", Place.OWN) == expected


def test_a_token_without_the_scope_is_refused_whatever_cookie_comes_along(world: World) -> None:
    client = world.clients["c"]
    answer = client.get("/api/cases", headers={"Authorization": "Bearer xlt_invented"})
    assert answer.status_code == 401


@pytest.mark.parametrize("letter", EVERYBODY)
def test_what_is_for_nodes_is_for_no_officer(world: World, letter: str) -> None:
    path = f"/api/evidence/{'a' * 64}"
    assert world.clients[letter].head(path).status_code == 401
    ranged = {"Content-Range": "bytes 0-0/1"}
    assert world.clients[letter].put(path, content=b"x", headers=ranged).status_code == 401


@pytest.mark.parametrize("route", LAST)
def test_everybody_ends_their_own_session(world: World, route: str) -> None:
    for letter in WITH_COOKIE:
        with world.desk.client(LETTERS[letter].value) as client:
            asked = World(
                world.desk, world.crowd, world.codes, world.near, world.hooks, {letter: client}
            )
            assert asked.ask(route, LAST[route], letter, Place.OWN) == IN
            assert client.get("/api/session").status_code == 401


def _paths() -> Mapping[str, Mapping[str, object]]:
    paths = openapi_document()["paths"]
    assert isinstance(paths, dict)
    return paths


def test_every_role_has_its_letter() -> None:
    assert set(LETTERS.values()) == set(Role)
    assert set(EVERYBODY) == set(LETTERS)
