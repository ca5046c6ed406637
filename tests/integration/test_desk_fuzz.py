"""Every route of the desk, with what its OpenAPI document allows and with what it does not.

Whoever asks, a signed-in officer, a node or a stranger: the answer is no fault of ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from schemathesis import Case, GenerationMode, openapi
from schemathesis.core.result import Ok

from alerts.desk.app import openapi_document
from alerts.desk.cookie import SESSION_COOKIE
from tests.desk_factories import PASSWORD, PLAZA
from tests.desk_live import NODE_TOKEN, LiveDesk, live_desk
from tests.fuzz import FUZZ
from tests.leaks import SUITE

EXAMPLES = 12
SCHEMA = openapi.from_dict(openapi_document())
OPERATIONS = {
    f"{operation.method} {operation.path}": operation
    for operation in (found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok))
    if operation.path != "/api/events"  # its answer never ends; see test_desk_events
}
ASKED = [
    (name, mode)
    for name in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or name.split()[1].startswith("/api/")  # else nothing varies
]
ELSEWHERE = "192.0.2.9"
"""Whoever guesses passwords from 127.0.0.1 is locked out; the officer is not."""


@dataclass
class Asker:
    """Sends cases to a served desk, every third as a stranger, and counts the answers."""

    desk: LiveDesk
    codes: list[str]
    token: str
    http: requests.Session = field(default_factory=requests.Session)
    answers: Counter[int] = field(default_factory=Counter)

    def ask(self, case: Case[Any]) -> int:
        """The answer's status; every other case that names a case names one that exists."""
        count = self.answers.total()
        if case.path_parameters and "code" in case.path_parameters and count % 2:
            case.path_parameters["code"] = self.codes[count % len(self.codes)]
        case.cookies = {}
        # A token decides alone: one of a node beside an officer's cookie would let nobody in.
        is_nodes = case.operation.path.startswith("/api/evidence")
        known = {"Authorization": f"Bearer {NODE_TOKEN}"} if count % 3 and is_nodes else {}
        if case.method == "DELETE" and count % 3 == 1:  # it signs out
            self.token = sign_in(self.desk)
        if count % 3 and case.headers:
            case.headers.pop("Authorization", None)  # an invented one would decide as well
        cookies = {SESSION_COOKIE: self.token} if count % 3 else {}
        answer = case.call(
            base_url=self.desk.server.url,
            session=self.http,
            headers=known,
            cookies=cookies,
            timeout=10,
        )
        self.answers[answer.status_code] += 1
        SUITE.scan(answer.content, f"answer of {case.method} {case.operation.path}")
        return answer.status_code


def sign_in(desk: LiveDesk) -> str:
    """The cookie of an officer of the county."""
    return desk.service.sign_in("boss", PASSWORD, ELSEWHERE).token


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDesk]:
    with live_desk(tmp_path_factory.mktemp("desk")) as live:
        yield live


@pytest.fixture(scope="module")
def codes(desk: LiveDesk) -> list[str]:
    return [desk.open_case(camera=PLAZA) for _ in range(20)]


@pytest.fixture
def asker(desk: LiveDesk, codes: list[str]) -> Iterator[Asker]:
    made = Asker(desk, codes, sign_in(desk))  # one of the routes ends all sessions of the account
    made.http.trust_env = False
    with made.http:
        yield made


@pytest.mark.parametrize(("name", "mode"), ASKED)
def test_no_request_is_answered_with_a_fault_of_ours(
    asker: Asker, name: str, mode: GenerationMode
) -> None:
    strategy = OPERATIONS[name].as_strategy(generation_mode=mode)

    @settings(FUZZ, max_examples=EXAMPLES)
    @given(case=strategy)
    def ask(case: Case[Any]) -> None:
        assert asker.ask(case) < 500

    ask()
    assert asker.answers.total() > 0
    if mode is GenerationMode.POSITIVE and name != "post /api/session":
        assert set(asker.answers) - {401}, "nobody was ever let in"


def test_the_desk_is_well_afterwards(desk: LiveDesk) -> None:
    with desk.client() as stranger:
        ready = stranger.get("/readyz").json()
    assert ready["is_consumer_alive"]
    assert ready["is_store_ready"]
