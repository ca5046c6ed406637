"""A webhook is served in the name of whoever made it, and only while they could make it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from alerts.desk.errors import LockedOutError, SignInError
from alerts.desk.tables import OfficerRecord
from alerts.desk.views import Officer, Role
from alerts.desk.webhook_back_off import GIVEN_UP
from alerts.desk.webhook_book import WebhookBook
from alerts.desk.webhook_standing import PAUSE_WORDS, PauseReason
from alerts.desk.webhook_views import DeliveryState, WebhookRow
from tests.desk_factories import COUNTY, OTHER_TOWN, TOWN, add_officer, alert_message, desk_site
from tests.desk_rig import DeskRig

PLATFORM = "water-platform"
THEIRS = update(OfficerRecord).where(OfficerRecord.name == PLATFORM)
Turn = Callable[[DeskRig], object]


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[DeskRig]:
    site = desk_site(tmp_path, database=database_url, webhooks={"hosts": ["127.0.0.1"]})
    with DeskRig(site) as started:
        yield started


@pytest.fixture
def boss(rig: DeskRig) -> Officer:
    return add_officer(rig.service.officers, "boss", role=Role.COUNTY_SUPERVISOR, area_id=COUNTY)


@pytest.fixture
def book(rig: DeskRig) -> WebhookBook:
    return WebhookBook(rig.store, rig.service.directory, clock=rig.clock)


@pytest.fixture
def hook(rig: DeskRig, boss: Officer) -> int:
    """A webhook of a platform that answers for the town."""
    platform = add_officer(rig.service.officers, PLATFORM, role=Role.INTEGRATOR)
    url = "http://127.0.0.1:9/hook"
    return rig.service.webhooks.add(platform, url, area_id=TOWN).webhook.id


def due(book: WebhookBook) -> list[int]:
    """The webhooks to which something is to be sent now."""
    while book.hand_out():
        pass
    return [each.webhook_id for each in book.due((), 100)]


def row(rig: DeskRig, boss: Officer) -> WebhookRow:
    (found,) = rig.service.webhooks.list(boss)
    return found


def give_role(role: Role) -> Turn:
    def turn(rig: DeskRig) -> None:
        with rig.store.writing() as session:
            session.execute(THEIRS.values(role=role.value))

    return turn


def give_area(area: str) -> Turn:
    def turn(rig: DeskRig) -> None:
        with rig.store.writing() as session:
            session.execute(THEIRS.values(area_id=area))

    return turn


@pytest.mark.parametrize(
    ("fall", "rise", "reason"),
    [
        (
            lambda rig: rig.service.officers.disable(PLATFORM),
            lambda rig: rig.service.officers.enable(PLATFORM),
            PauseReason.DISABLED,
        ),
        (give_role(Role.VILLAGE_OFFICER), give_role(Role.INTEGRATOR), PauseReason.ROLE),
        (give_area(OTHER_TOWN), give_area(COUNTY), PauseReason.AREA),
        (give_area("gone"), give_area(TOWN), PauseReason.AREA),
    ],
)
def test_nothing_is_sent_for_an_account_that_fell_until_it_stands_again(
    rig: DeskRig,
    boss: Officer,
    book: WebhookBook,
    hook: int,
    fall: Turn,
    rise: Turn,
    reason: PauseReason,
) -> None:
    rig.take(alert_message(1, alert=1))
    assert due(book) == [hook]
    assert row(rig, boss).paused is None
    fall(rig)
    rig.take(alert_message(2, alert=2))
    assert due(book) == []
    shown = row(rig, boss)
    assert (shown.paused, shown.paused_text) == (reason, PAUSE_WORDS[reason])
    assert (shown.disabled_at, shown.counts[DeliveryState.PENDING]) == (None, 2)
    rise(rig)
    assert due(book) == [hook, hook]
    assert row(rig, boss).paused is None


def test_an_account_that_is_no_more_sends_nothing(
    rig: DeskRig, boss: Officer, book: WebhookBook, hook: int
) -> None:
    with rig.store.writing() as session:
        session.execute(delete(OfficerRecord).where(OfficerRecord.name == PLATFORM))
    rig.take(alert_message(1, alert=1))
    assert due(book) == []
    assert row(rig, boss).paused is PauseReason.NO_ACCOUNT


def test_others_go_on(rig: DeskRig, boss: Officer, book: WebhookBook, hook: int) -> None:
    other = rig.service.webhooks.add(boss, "http://127.0.0.1:9/other", area_id=COUNTY).webhook.id
    rig.service.officers.disable(PLATFORM)
    rig.take(alert_message(1, alert=1))
    assert due(book) == [other]


def test_what_waits_too_long_is_given_up_and_seen(
    rig: DeskRig, boss: Officer, book: WebhookBook, hook: int
) -> None:
    rig.service.officers.disable(PLATFORM)
    rig.take(alert_message(1, alert=1))
    assert due(book) == []
    rig.now += GIVEN_UP + timedelta(days=1)
    book.forget_old()
    assert row(rig, boss).counts[DeliveryState.FAILED] == 1
    rig.service.officers.enable(PLATFORM)
    assert due(book) == []


def test_whoever_guesses_passwords_pauses_nothing(
    rig: DeskRig, boss: Officer, book: WebhookBook
) -> None:
    made = rig.service.webhooks.add(boss, "http://127.0.0.1:9/hook", area_id=COUNTY).webhook.id
    for _ in range(10):
        with pytest.raises((SignInError, LockedOutError)):
            rig.service.sign_in("boss", "a guess of somebody", "10.0.0.1")
    rig.take(alert_message(1, alert=1))
    assert due(book) == [made]


@pytest.mark.parametrize("reason", PauseReason)
def test_each_reason_has_words(reason: PauseReason) -> None:
    assert PAUSE_WORDS[reason].zh
    assert PAUSE_WORDS[reason].en
