from __future__ import annotations

from unittest.mock import create_autospec

import pytest
from sqlalchemy.exc import OperationalError

from alerts.desk.case_moves import CaseMoves
from alerts.desk.errors import RequestError, StoreError
from alerts.desk.pages.deed_calls import CALLS, Deed
from alerts.desk.pages.deeds import Outcome, perform
from alerts.desk.pages.words import Words
from alerts.desk.service import DeskService
from alerts.desk.views import Action
from alerts.errors import (
    CaseConflictError,
    CaseNotFoundError,
    IllegalTransitionError,
    NotAllowedError,
)
from tests.desk_rows import OFFICER, case_row, case_view
from tests.fake_desk import FakeDesk

CODE = "A-1"
ACCEPT = {"action": "accept", "version": 1}


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk(views={CODE: case_view(case_row(CODE))})


@pytest.mark.parametrize(
    ("sent", "did"),
    [
        ({"action": "accept"}, "accept A-1 3"),
        ({"action": "close", "verdict": "drill", "note": "演练"}, "close A-1 3 drill 演练"),
        ({"action": "false-alarm", "note": "树枝"}, "false-alarm A-1 3 树枝"),
        ({"action": "note", "note": "已通知"}, "note A-1 已通知"),
    ],
)
def test_a_deed_reaches_the_desk_with_the_version_the_officer_saw(
    desk: FakeDesk, sent: dict[str, object], did: str
) -> None:
    deed = Deed.from_browser({**sent, "version": 3})
    assert perform(desk, OFFICER, CODE, deed) is Outcome.DONE
    assert desk.did == [did]


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "accept",
        {"action": "accept"},
        {"action": "accept", "version": 0},
        {**ACCEPT, "action": "delete"},
        {**ACCEPT, "action": "note", "note": "x" * 2001},
        {**ACCEPT, "officer": 2},
        {**ACCEPT, "action": "close", "verdict": "perhaps"},
        {**ACCEPT, "action": "close", "verdict": None},
    ],
)
def test_what_is_no_deed_never_reaches_the_desk(desk: FakeDesk, sent: object) -> None:
    assert perform(desk, OFFICER, CODE, Deed.from_browser(sent)) is Outcome.MALFORMED
    assert desk.did == []


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (CaseConflictError("x"), Outcome.CONFLICT),
        (IllegalTransitionError("x"), Outcome.CONFLICT),
        (NotAllowedError("x"), Outcome.REFUSED),
        (CaseNotFoundError("x"), Outcome.GONE),
        (RequestError("x"), Outcome.MALFORMED),
        (StoreError("x"), Outcome.AWAY),
        (OperationalError("UPDATE", {}, OSError("database is locked")), Outcome.AWAY),
    ],
)
def test_a_refusal_becomes_words(desk: FakeDesk, failure: Exception, outcome: Outcome) -> None:
    desk.failure = failure
    deed = Deed.from_browser(ACCEPT)
    assert perform(desk, OFFICER, CODE, deed) is outcome
    assert outcome.words(desk.views[CODE], Words("zh"), deed)


def test_a_database_that_is_away_is_said_as_that() -> None:
    said = Outcome.AWAY.words(case_view(case_row(CODE)), Words("zh"), Deed.from_browser(ACCEPT))
    assert said == "数据库暂时不可用，请稍后再试。"


def test_every_action_there_is_can_be_done_on_the_page() -> None:
    assert set(CALLS) == set(Action)


FULL = {
    "version": 3,
    "verdict": "true",
    "note": "原因",
    "department": "公安",
    "minutes": 30,
    "result": "satisfied",
    "case": "A-2",
    "alerts": ["6f1c2d7e-5f0a-5f7e-9a5e-3f2b1c0d9e8f"],
}
"""A deed with all that any action asks for."""


@pytest.mark.parametrize("action", Action)
def test_each_action_is_the_call_of_its_name_and_fits_its_signature(action: Action) -> None:
    service = create_autospec(DeskService, instance=True)
    service.moves = create_autospec(CaseMoves, instance=True)
    deed = Deed.from_browser({**FULL, "action": action.value})
    assert perform(service, OFFICER, CODE, deed) is Outcome.DONE
    called = [name for name, _, _ in (*service.method_calls, *service.moves.method_calls)]
    name = action.value.replace("-", "_")
    assert set(called) <= {name, f"moves.{name}"}
    given = (service.moves.method_calls or service.method_calls)[0].args
    assert given[:2] == (OFFICER, CODE)
