"""What the page about webhooks shows and does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from inspect import getsource
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError

from alerts.desk import webhook_book, webhook_post, webhook_target
from alerts.desk.pages.webhook_deeds import CALLS, Outcome, WebhookAction, WebhookDeed, perform
from alerts.desk.pages.webhook_props import WHY, delivery_props, webhook_props, why_words
from alerts.desk.pages.webhooks_page import LATEST, read
from alerts.desk.pages.words import WORDS, Words
from alerts.desk.views import Officer, Role
from alerts.desk.webhook_book import WebhookBook
from alerts.desk.webhook_due import Outcome as Answer
from alerts.desk.webhook_standing import PAUSE_WORDS, PauseReason
from alerts.desk.webhook_views import DeliveryRow, DeliveryState, WebhookRow
from tests.desk_factories import COUNTY, OTHER_TOWN, TOWN, add_officer
from tests.desk_rig import DeskRig

URL = "https://dispatch.example/hook"
NEW = {"action": "webhook-add", "url": URL, "area_id": TOWN, "kinds": ["opened"]}
AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ZH = Words("zh")


@pytest.fixture
def boss(rig: DeskRig) -> Officer:
    return add_officer(rig.service.officers, "boss", role=Role.COUNTY_SUPERVISOR, area_id=TOWN)


def act(rig: DeskRig, officer: Officer, **sent: object) -> Outcome:
    return perform(rig.service.webhooks, officer, WebhookDeed.from_browser(sent))


def row(**fields: object) -> WebhookRow:
    values: dict[str, object] = {
        "id": 1,
        "url": URL,
        "area_id": TOWN,
        "kinds": (),
        "created_by": "boss",
        "created_at": AT,
        "disabled_at": None,
        "failures": 0,
        "not_before": None,
        "paused": None,
        "paused_text": None,
        "waiting_since": None,
        "waiting_error": "",
        "counts": dict.fromkeys(DeliveryState, 0),
    }
    return WebhookRow(**(values | fields))  # type: ignore[arg-type]  # each test names the fields


def delivery(**fields: object) -> DeliveryRow:
    values: dict[str, object] = {
        "id": 7,
        "event_id": UUID(int=7),
        "code": "620725101-20261122-0001",
        "kind": "moved",
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "created_at": AT,
        "next_at": AT,
        "done_at": None,
        "status_code": None,
        "error": "",
    }
    return DeliveryRow(**(values | fields))  # type: ignore[arg-type]  # each test names the fields


def test_every_action_has_words_and_a_call() -> None:
    assert {f"done.{each}" for each in WebhookAction} <= set(WORDS)
    assert CALLS.keys() == set(WebhookAction)


def test_a_webhook_is_made_tested_stopped_started_and_removed(rig: DeskRig, boss: Officer) -> None:
    made = act(rig, boss, **NEW).made
    assert made is not None
    assert (made.webhook.url, made.webhook.kinds) == (URL, ("opened",))
    number = made.webhook.id
    assert act(rig, boss, action="webhook-test", id=number) == Outcome()
    assert act(rig, boss, action="webhook-stop", id=number) == Outcome()
    stopped, sent = read(rig.service, boss)[0]
    assert stopped.disabled_at is not None
    assert [each.kind for each in sent] == ["test"]
    assert act(rig, boss, action="webhook-start", id=number) == Outcome()
    assert act(rig, boss, action="webhook-remove", id=number) == Outcome()
    assert read(rig.service, boss) == []


def test_what_is_done_can_be_sent_again_and_what_waits_not(rig: DeskRig, boss: Officer) -> None:
    made = act(rig, boss, **NEW).made
    assert made is not None
    number = made.webhook.id
    act(rig, boss, action="webhook-test", id=number)
    again = {"action": "webhook-resend", "id": number, "delivery": 1}
    assert act(rig, boss, **again).refusal == "webhook_refused"
    book = WebhookBook(rig.store, rig.service.directory, clock=rig.clock)
    (due,) = book.due((), 1)
    book.note(due, Answer(status_code=204, error="", is_receivers_fault=False))
    assert act(rig, boss, **again) == Outcome()
    assert [each.state for each in read(rig.service, boss)[0][1]] == ["pending", "delivered"]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (NEW | {"url": "ftp://dispatch.example"}, "webhook_wrong"),
        (NEW | {"url": "http://127.0.0.1/"}, "webhook_wrong"),
        (NEW | {"area_id": COUNTY}, "refused"),
        (NEW | {"area_id": OTHER_TOWN}, "refused"),
        (NEW | {"kinds": ["gossip"]}, "malformed"),
        (NEW | {"more": 1}, "malformed"),
        ({"action": "webhook-test", "id": 99}, "webhook_gone"),
        ({"action": "webhook-remove", "id": 2**31}, "malformed"),
        ({"action": "webhook-remove"}, "webhook_gone"),
    ],
)
def test_what_cannot_be_is_said_in_words(
    rig: DeskRig, boss: Officer, sent: dict[str, object], says: str
) -> None:
    assert act(rig, boss, **sent).refusal == says
    assert says in WORDS
    assert read(rig.service, boss) == []


def test_the_service_refuses_who_manages_no_webhooks(rig: DeskRig) -> None:
    officer = add_officer(rig.service.officers, "li.na")
    assert act(rig, officer, **NEW).refusal == "refused"


def test_a_database_that_is_away_is_said_as_that(
    rig: DeskRig, boss: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("DELETE", {}, OSError("database is locked"))

    monkeypatch.setattr(rig.service.webhooks, "remove", away)
    assert act(rig, boss, action="webhook-remove", id=1).refusal == "away"


def test_a_secret_shows_in_no_outcome_that_is_logged(rig: DeskRig, boss: Officer) -> None:
    outcome = act(rig, boss, **NEW)
    assert outcome.made is not None
    assert outcome.made.secret not in repr(outcome)


def test_only_the_latest_deliveries_are_read(rig: DeskRig, boss: Officer) -> None:
    made = act(rig, boss, **NEW).made
    assert made is not None
    for _ in range(LATEST + 2):
        act(rig, boss, action="webhook-test", id=made.webhook.id)
    webhook, latest = read(rig.service, boss)[0]
    assert webhook.counts[DeliveryState.PENDING] == LATEST + 2
    assert len(latest) == LATEST


def test_a_receiver_that_fails_is_said_with_since_when_why_and_when_next(
    rig: DeskRig, boss: Officer
) -> None:
    made = act(rig, boss, **NEW).made
    assert made is not None
    act(rig, boss, action="webhook-test", id=made.webhook.id)
    book = WebhookBook(rig.store, rig.service.directory, clock=rig.clock)
    (due,) = book.due((), 1)
    error = "the receiver answered 503"
    book.note(due, Answer(status_code=503, error=error, is_receivers_fault=True))
    shown = webhook_props(*read(rig.service, boss)[0], {TOWN: "清泉镇"}, ZH)
    assert (shown["state_name"], shown["why"]) == ("重试中", "对方应答 503")
    assert datetime.fromisoformat(str(shown["next"])) > datetime.fromisoformat(str(shown["since"]))


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "working"),
        ({"waiting_since": AT}, "working"),
        ({"waiting_since": AT, "waiting_error": "the receiver answered 410"}, "retrying"),
        ({"failures": 3, "not_before": AT + timedelta(hours=1)}, "retrying"),
        ({"failures": 3, "disabled_at": AT}, "stopped"),
        ({"paused": PauseReason.ROLE, "paused_text": PAUSE_WORDS[PauseReason.ROLE]}, "paused"),
    ],
)
def test_the_state_of_a_webhook(fields: dict[str, object], state: str) -> None:
    shown = webhook_props(row(**fields), (), {}, ZH)
    assert (shown["state"], shown["state_name"]) == (state, ZH(f"webhook.{state}"))
    assert (shown["area"], shown["kinds"]) == (TOWN, "全部内容")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, ("待发送", "", False)),
        ({"attempts": 2, "error": "no answer within 15 s"}, ("重试中", "对方无应答", False)),
        ({"attempts": 1, "state": DeliveryState.DELIVERED}, ("已送达", "", True)),
        (
            {"attempts": 9, "state": DeliveryState.FAILED, "error": "too many messages waited"},
            ("未送达，已放弃", "积压过多", True),
        ),
    ],
)
def test_how_a_delivery_went(fields: dict[str, object], says: tuple[str, str, bool]) -> None:
    shown = delivery_props(delivery(**fields), ZH)
    assert (shown["state_name"], shown["why"], shown["can"]) == says


SOURCES = [getsource(module) for module in (webhook_post, webhook_target, webhook_book)]


@pytest.mark.parametrize("beginning", [*WHY, "the receiver answered "])
def test_the_sender_still_speaks_the_words_that_the_page_translates(beginning: str) -> None:
    assert any(beginning in source for source in SOURCES)


def test_words_of_a_newer_sender_are_shown_as_they_came() -> None:
    assert why_words("the moon is in the way", ZH) == "the moon is in the way"
