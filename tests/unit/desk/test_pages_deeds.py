from __future__ import annotations

import pytest

from alerts.desk.errors import RequestError
from alerts.desk.pages.deeds import Deed, Outcome, perform
from alerts.desk.pages.words import Words
from alerts.errors import (
    CaseConflictError,
    CaseNotFoundError,
    IllegalTransitionError,
    NotAllowedError,
)
from tests.desk_rows import OFFICER, case_row, case_view
from tests.fake_desk import FakeDesk

CODE = "A-1"


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
    desk: FakeDesk, sent: object, did: str
) -> None:
    assert perform(desk, OFFICER, CODE, 3, Deed.from_browser(sent)) is Outcome.DONE
    assert desk.did == [did]


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "accept",
        {"action": "delete"},
        {"action": "note", "note": "x" * 2001},
        {"action": "accept", "officer": 2},
        {"action": "close", "verdict": "perhaps"},
    ],
)
def test_what_is_no_deed_never_reaches_the_desk(desk: FakeDesk, sent: object) -> None:
    assert perform(desk, OFFICER, CODE, 1, Deed.from_browser(sent)) is Outcome.MALFORMED
    assert desk.did == []


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (CaseConflictError("x"), Outcome.CONFLICT),
        (IllegalTransitionError("x"), Outcome.CONFLICT),
        (NotAllowedError("x"), Outcome.REFUSED),
        (CaseNotFoundError("x"), Outcome.GONE),
        (RequestError("x"), Outcome.MALFORMED),
    ],
)
def test_a_refusal_becomes_words(desk: FakeDesk, failure: Exception, outcome: Outcome) -> None:
    desk.failure = failure
    deed = Deed.from_browser({"action": "accept"})
    assert perform(desk, OFFICER, CODE, 1, deed) is outcome
    assert outcome.words(desk.views[CODE], Words("zh"), deed)
