"""A form clicked twice, or a request sent again after a lost answer, opens one case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread
from types import SimpleNamespace
from typing import cast

import pytest

from alerts.alert import Severity
from alerts.case import CaseStatus, Origin
from alerts.desk.by_hand import NewCase
from alerts.desk.errors import OpenedAlreadyError, RequestError
from alerts.desk.pages.new_case_page import NewCasePage
from alerts.desk.pages.words import Words
from alerts.desk.views import Officer, QueueFilter
from tests.desk_factories import OTHER_TOWN, TOWN, add_officer, desk_site
from tests.desk_live import live_desk
from tests.desk_rig import DeskRig

NEW = NewCase(
    origin=Origin.TELEPHONE,
    category="security",
    severity=Severity.HIGH,
    area_id=TOWN,
    text="有人翻墙",
)
ASKED = {
    "origin": "telephone",
    "category": "security",
    "severity": "high",
    "area": TOWN,
    "text": "有人翻墙",
}
KEY = {"Idempotency-Key": "7b7f3b0e-2f0d"}


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[DeskRig]:
    with DeskRig(desk_site(tmp_path, database=database_url)) as started:
        yield started


@pytest.fixture
def officer(rig: DeskRig) -> Officer:
    return add_officer(rig.service.officers, "li.na")


def codes(rig: DeskRig, officer: Officer) -> list[str]:
    return [row.code for row in rig.service.queue(officer, QueueFilter()).rows]


def test_the_same_key_is_the_same_case_as_it_is_now(rig: DeskRig, officer: Officer) -> None:
    told: list[str] = []
    rig.service.changes.subscribe(lambda change: told.append(change.id))
    first = rig.service.moves.open_by_hand(officer, NEW, key="k")
    rig.service.accept(officer, first.code, 1)
    again = rig.service.moves.open_by_hand(officer, NEW, key="k")
    assert (again.code, again.status) == (first.code, CaseStatus.ACCEPTED)
    assert codes(rig, officer) == [first.code]
    assert told == [first.code, first.code]  # opened and accepted


def test_without_a_key_or_under_another_it_is_another_case(rig: DeskRig, officer: Officer) -> None:
    keys = (None, None, "one", "two")
    opened = {rig.service.moves.open_by_hand(officer, NEW, key=key).code for key in keys}
    assert len(opened) == 4


def test_keys_are_each_officers_own(rig: DeskRig, officer: Officer) -> None:
    other = add_officer(rig.service.officers, "wang")
    first = rig.service.moves.open_by_hand(officer, NEW, key="k")
    assert rig.service.moves.open_by_hand(other, NEW, key="k").code != first.code


def test_other_words_under_a_used_key_are_said_to_be_that(rig: DeskRig, officer: Officer) -> None:
    first = rig.service.moves.open_by_hand(officer, NEW, key="k")
    with pytest.raises(OpenedAlreadyError, match=first.code):
        rig.service.moves.open_by_hand(officer, replace(NEW, text="别的"), key="k")
    assert codes(rig, officer) == [first.code]


@pytest.mark.parametrize("key", ["", "x" * 65, "钥匙", "a b", "a\0"])
def test_what_is_no_key_is_refused(rig: DeskRig, officer: Officer, key: str) -> None:
    with pytest.raises(RequestError):
        rig.service.moves.open_by_hand(officer, NEW, key=key)


def test_a_refused_case_uses_up_no_key(rig: DeskRig, officer: Officer) -> None:
    with pytest.raises(RequestError):
        rig.service.moves.open_by_hand(officer, replace(NEW, text=" "), key="k")
    assert rig.service.moves.open_by_hand(officer, NEW, key="k").status is CaseStatus.PENDING


def test_two_at_the_same_moment_open_one(rig: DeskRig, officer: Officer) -> None:
    for number in range(5):
        ready, opened = Barrier(2), list[str]()

        def click(
            key: str = f"k{number}", ready: Barrier = ready, into: list[str] = opened
        ) -> None:
            ready.wait()
            into.append(rig.service.moves.open_by_hand(officer, NEW, key=key).code)

        clicks = [Thread(target=click, name=f"click-{each}") for each in range(2)]
        for each in clicks:
            each.start()
        for each in clicks:
            each.join()
        assert len(opened) == 2
        assert len(set(opened)) == 1
    assert len(codes(rig, officer)) == 5


def test_the_page_names_the_case_that_was_opened_before(rig: DeskRig, officer: Officer) -> None:
    frame = SimpleNamespace(words=Words("zh"), service=rig.service)
    page = cast(NewCasePage, SimpleNamespace(_frame=frame))
    first = NewCasePage._opened(page, officer, {**ASKED, "key": "k"})
    assert NewCasePage._opened(page, officer, {**ASKED, "key": "k"}) == first
    changed = NewCasePage._opened(page, officer, {**ASKED, "key": "k", "text": "别的"})
    assert (changed["code"], changed["used"]) == ("", "yes")
    assert first["code"] in changed["text"]
    assert len(codes(rig, officer)) == 1


def test_a_request_sent_again_is_answered_with_its_case(tmp_path: Path) -> None:
    with live_desk(tmp_path) as live, live.client("li.na") as client:
        first = client.post("/api/cases", json=ASKED, headers=KEY)
        again = client.post("/api/cases", json=ASKED, headers=KEY)
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json()["code"] == again.json()["code"]
        other = client.post("/api/cases", json={**ASKED, "text": "别的"}, headers=KEY)
        assert (other.status_code, other.json()["error"]) == (409, "opened-already")
        assert first.json()["code"] in other.json()["detail"]
        bad = client.post("/api/cases", json=ASKED, headers={"Idempotency-Key": "x" * 65})
        assert bad.status_code == 422
        assert client.post("/api/cases", json=ASKED).json()["code"] != first.json()["code"]
        elsewhere = client.post("/api/cases", json={**ASKED, "area": OTHER_TOWN}, headers=KEY)
        assert elsewhere.status_code == 403
