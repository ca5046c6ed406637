"""Webhooks on a real receiver over HTTP, with SQLite and PostgreSQL."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from alerts.case import Verdict
from alerts.desk.journal import JournalKind
from alerts.desk.views import Officer, Role
from alerts.desk.webhook_back_off import GIVEN_UP
from alerts.desk.webhook_book import WebhookBook
from alerts.desk.webhook_due import Outcome
from alerts.desk.webhook_errors import TargetError, WebhookNotFoundError
from alerts.desk.webhook_sender import WebhookSender
from alerts.desk.webhook_tables import WebhookDeliveryRecord, WebhookMoveRecord
from alerts.desk.webhook_views import DeliveryRow, DeliveryState, NewWebhook
from alerts.errors import NotAllowedError
from tests.desk_factories import (
    COUNTY,
    GATE,
    OTHER_TOWN,
    TOWN,
    YARD,
    add_officer,
    alert_message,
    desk_site,
)
from tests.desk_rig import DeskRig
from tests.receiver import Received, Receiver

HOSTS = ("127.0.0.1",)
FAILED = Outcome(status_code=503, error="the receiver answered 503", is_receivers_fault=True)


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[DeskRig]:
    site = desk_site(tmp_path, database=database_url, webhooks={"hosts": HOSTS})
    with DeskRig(site) as started:
        yield started


@pytest.fixture
def boss(rig: DeskRig) -> Officer:
    return add_officer(rig.service.officers, "boss", role=Role.COUNTY_SUPERVISOR, area_id=COUNTY)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started


@contextmanager
def sending(rig: DeskRig) -> Iterator[WebhookSender]:
    sender = WebhookSender(
        book_of(rig),
        rig.service.changes,
        allowed=HOSTS,
        on_death=lambda thread, _: rig.deaths.append(thread),
    )
    sender.start()
    try:
        yield sender
    finally:
        sender.stop()
        assert rig.deaths == []


def book_of(rig: DeskRig) -> WebhookBook:
    return WebhookBook(rig.store, rig.service.directory, clock=rig.clock)


def until(is_true: Callable[[], object], limit_s: float = 60.0) -> None:
    deadline = time.monotonic() + limit_s
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def add(rig: DeskRig, boss: Officer, url: str, area: str = COUNTY) -> NewWebhook:
    return rig.service.webhooks.add(boss, url, area_id=area)


def open_case(rig: DeskRig, number: int = 1, **fields: object) -> str:
    codes: list[str] = []
    stop = rig.service.changes.subscribe(lambda change: codes.append(change.id))
    rig.take(alert_message(number, alert=number, **fields))
    stop()
    return codes[0]


def shown(rig: DeskRig, boss: Officer, webhook: NewWebhook) -> tuple[DeliveryRow, ...]:
    return rig.service.webhooks.deliveries(boss, webhook.webhook.id).rows


def test_moves_come_in_order_with_a_signature_that_the_receiver_can_check(
    rig: DeskRig, boss: Officer, receiver: Receiver
) -> None:
    made = add(rig, boss, receiver.url)
    code = open_case(rig)
    rig.service.accept(boss, code, 1)
    rig.service.close(boss, code, 2, verdict=Verdict.TRUE, note="")
    with sending(rig) as sender:
        until(lambda: sender.counters.delivered == 3)  # written down after the answer
    assert receiver.codes() == [f"{code} {status}" for status in ("pending", "accepted", "closed")]
    got = receiver.received[0]
    signed = got.headers["Xueliang-Timestamp"].encode() + b"." + got.body
    expected = hmac.new(made.secret.encode(), signed, hashlib.sha256).hexdigest()
    assert got.headers["Xueliang-Signature"] == f"v1={expected}"
    assert got.headers["Xueliang-Event"] == got.message["id"]
    assert got.headers["Xueliang-Attempt"] == "1"
    assert got.headers["Host"] == receiver.url.split("/")[2]
    assert {each.state for each in shown(rig, boss, made)} == {DeliveryState.DELIVERED}


def test_only_the_area_and_the_kinds_asked_for_are_sent(
    rig: DeskRig, boss: Officer, receiver: Receiver
) -> None:
    rig.service.webhooks.add(
        boss, receiver.url, area_id=TOWN, kinds=frozenset({JournalKind.OPENED})
    )
    elsewhere = open_case(rig, camera=YARD)
    below = open_case(rig, camera=GATE)
    own = open_case(rig)
    rig.service.accept(boss, own, 1)
    with sending(rig):
        until(lambda: len(receiver.received) == 2)
        until(lambda: counted(rig, WebhookMoveRecord) == 0)
    # In order for each case; these are two.
    assert sorted(receiver.codes()) == sorted([f"{below} pending", f"{own} pending"])
    assert elsewhere not in str(receiver.received)


def counted(rig: DeskRig, table: type[WebhookMoveRecord | WebhookDeliveryRecord]) -> int:
    with rig.store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_without_webhooks_moves_leave_nothing_behind(rig: DeskRig, boss: Officer) -> None:
    code = open_case(rig)
    rig.service.accept(boss, code, 1)
    assert counted(rig, WebhookMoveRecord) == 0


def test_a_move_that_is_rolled_back_is_not_sent(rig: DeskRig, boss: Officer) -> None:
    made = add(rig, boss, "http://127.0.0.1:9/")
    code = open_case(rig)

    def accept_and_break() -> None:
        with rig.store.joined():
            rig.service.accept(boss, code, 1)
            raise LookupError

    with pytest.raises(LookupError):
        accept_and_break()
    book_of(rig).hand_out()
    assert [each.kind for each in shown(rig, boss, made)] == ["opened"]


def test_a_receiver_that_fails_gets_the_same_message_again_later(
    rig: DeskRig, boss: Officer, receiver: Receiver
) -> None:
    receiver.answer = lambda _: 500 if not receiver.received else 200
    made = add(rig, boss, receiver.url)
    open_case(rig)
    with sending(rig) as sender:
        until(lambda: shown(rig, boss, made) and shown(rig, boss, made)[0].attempts == 1)
        waiting = shown(rig, boss, made)[0]
        rig.now = waiting.next_at + timedelta(seconds=5)
        sender.wake()
        until(lambda: sender.counters.delivered == 1)
    assert (waiting.state, waiting.status_code) == (DeliveryState.PENDING, 500)
    assert waiting.error == "the receiver answered 500"
    first, second = receiver.received
    assert first.message["id"] == second.message["id"]
    assert second.headers["Xueliang-Attempt"] == "2"


def test_a_dead_receiver_does_not_hold_another(
    rig: DeskRig, boss: Officer, receiver: Receiver
) -> None:
    released = threading.Event()

    def hang(_: Received) -> int:
        released.wait(30)
        return 200

    with Receiver(answer=hang) as dead:
        add(rig, boss, dead.url)
        add(rig, boss, receiver.url)
        for number in range(1, 9):
            open_case(rig, number)
        with sending(rig) as sender:
            until(lambda: sender.counters.delivered == 8)  # written down after the answer
            assert len(receiver.received) == 8
            assert dead.received == []
            until(lambda: sender.under_way <= 4)  # those that are done leave a moment later
        released.set()


def test_one_case_that_is_refused_does_not_hold_the_others(
    rig: DeskRig, boss: Officer, receiver: Receiver
) -> None:
    made = add(rig, boss, receiver.url)
    bad = open_case(rig, 1)
    receiver.answer = lambda got: 422 if bad in got.body.decode() else 200
    rig.service.accept(boss, bad, 1)
    good = [open_case(rig, number) for number in (2, 3)]
    with sending(rig):
        until(lambda: len(receiver.received) == 3)
        opened = JournalKind.OPENED
        until(lambda: all(r.attempts for r in shown(rig, boss, made) if r.kind == opened))
    assert set(receiver.codes()) == {f"{code} pending" for code in (bad, *good)}
    rows = {(each.code, each.kind): each for each in shown(rig, boss, made)}
    assert rows[bad, "opened"].status_code == 422
    assert rows[bad, "moved"].attempts == 0  # behind the first of its case
    (webhook,) = rig.service.webhooks.list(boss)
    assert webhook.failures in {0}


def test_a_redirect_is_not_followed(rig: DeskRig, boss: Officer, receiver: Receiver) -> None:
    receiver.answer = lambda _: 302
    made = add(rig, boss, receiver.url)
    open_case(rig)
    with sending(rig):
        until(lambda: shown(rig, boss, made) and shown(rig, boss, made)[0].status_code == 302)
    assert [each.path for each in receiver.received] == ["/hook"]


def test_what_fails_for_a_day_is_given_up_and_can_be_sent_again(
    rig: DeskRig, boss: Officer
) -> None:
    made, book = add(rig, boss, "http://127.0.0.1:9/"), book_of(rig)
    open_case(rig)
    book.hand_out()
    attempts = 0
    while due := book.due((), 1):
        attempts += 1
        book.note(due[0], FAILED)
        rig.now += timedelta(hours=1, minutes=13)
    (row,) = shown(rig, boss, made)
    assert (row.state, row.attempts) == (DeliveryState.FAILED, attempts)
    assert row.done_at is not None
    assert row.done_at - row.created_at >= GIVEN_UP
    again = rig.service.webhooks.redeliver(boss, made.webhook.id, row.id)
    assert (again.event_id, again.state) == (row.event_id, DeliveryState.PENDING)
    with pytest.raises(ValueError, match="already"):
        rig.service.webhooks.redeliver(boss, made.webhook.id, again.id)


def test_while_a_receiver_fails_one_message_at_a_time_is_tried(rig: DeskRig, boss: Officer) -> None:
    add(rig, boss, "http://127.0.0.1:9/")
    book = book_of(rig)
    for number in range(1, 7):
        open_case(rig, number)
    book.hand_out()
    assert len(book.due((), 16)) == 4
    book.note(book.due((), 1)[0], FAILED)
    assert book.due((), 16) == []
    rig.now += timedelta(seconds=7)
    assert len(book.due((), 16)) == 1
    book.note(book.due((), 1)[0], Outcome(status_code=200, error="", is_receivers_fault=False))
    assert len(book.due((), 16)) == 4


def test_what_waits_is_bounded_and_the_oldest_is_given_up(
    rig: DeskRig, boss: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.desk.webhook_book.MOST_PENDING", 2)
    made = add(rig, boss, "http://127.0.0.1:9/")
    for number in range(1, 6):
        open_case(rig, number)
    book_of(rig).hand_out()
    states = [each.state for each in shown(rig, boss, made)]
    assert states == [DeliveryState.PENDING] * 2 + [DeliveryState.FAILED] * 3


def test_what_is_done_is_forgotten_after_a_week(rig: DeskRig, boss: Officer) -> None:
    made, book = add(rig, boss, "http://127.0.0.1:9/"), book_of(rig)
    open_case(rig)
    book.hand_out()
    book.note(book.due((), 1)[0], Outcome(status_code=200, error="", is_receivers_fault=False))
    book.forget_old()
    assert len(shown(rig, boss, made)) == 1
    rig.now += timedelta(days=8)
    book.forget_old()
    assert shown(rig, boss, made) == ()


def test_a_disabled_webhook_sends_nothing_until_it_is_enabled(rig: DeskRig, boss: Officer) -> None:
    made, book = add(rig, boss, "http://127.0.0.1:9/"), book_of(rig)
    open_case(rig)
    book.hand_out()
    rig.service.webhooks.set_enabled(boss, made.webhook.id, is_enabled=False)
    open_case(rig, 2)
    assert (book.due((), 9), counted(rig, WebhookMoveRecord)) == ([], 0)
    rig.service.webhooks.set_enabled(boss, made.webhook.id, is_enabled=True)
    assert len(book.due((), 9)) == 1
    rig.service.webhooks.remove(boss, made.webhook.id)
    assert (book.due((), 9), counted(rig, WebhookDeliveryRecord)) == ([], 0)


def test_a_test_goes_at_once_although_the_receiver_failed(
    rig: DeskRig, boss: Officer, receiver: Receiver
) -> None:
    made = add(rig, boss, receiver.url)
    with sending(rig) as sender:
        rig.service.webhooks.on_due = sender.wake
        row = rig.service.webhooks.test(boss, made.webhook.id)
        until(lambda: len(receiver.received) == 1)
    assert receiver.received[0].message == {
        **{"schema_version": 1, "id": str(row.event_id), "kind": "test", "move": None}
    }


def test_webhooks_are_for_those_who_manage_them_in_their_own_areas(
    rig: DeskRig, boss: Officer
) -> None:
    made = add(rig, boss, "http://127.0.0.1:9/")
    town = add_officer(rig.service.officers, "li.na")
    outside = add_officer(rig.service.officers, "outside", role=Role.INTEGRATOR, area_id=OTHER_TOWN)
    webhooks = rig.service.webhooks
    for call in (
        lambda: webhooks.list(town),
        lambda: webhooks.add(town, "http://127.0.0.1:9/", area_id=TOWN),
        lambda: webhooks.add(outside, "http://127.0.0.1:9/", area_id=TOWN),
        lambda: webhooks.test(town, made.webhook.id),
        lambda: webhooks.deliveries(town, made.webhook.id),
    ):
        with pytest.raises(NotAllowedError):
            call()
    assert webhooks.list(outside) == ()
    with pytest.raises(WebhookNotFoundError):
        webhooks.remove(outside, made.webhook.id)


def test_an_address_outside_the_sites_list_is_refused(rig: DeskRig, boss: Officer) -> None:
    with pytest.raises(TargetError):
        add(rig, boss, "http://192.0.2.1/")


def test_deliveries_come_page_by_page(rig: DeskRig, boss: Officer) -> None:
    made = add(rig, boss, "http://127.0.0.1:9/")
    for number in range(1, 6):
        open_case(rig, number)
    book_of(rig).hand_out()
    seen, cursor = list[int](), None
    for _ in range(3):
        page = rig.service.webhooks.deliveries(boss, made.webhook.id, limit=2, cursor=cursor)
        seen += [each.id for each in page.rows]
        cursor = page.next_cursor
    assert (len(seen), seen, cursor) == (5, sorted(seen, reverse=True), None)


def test_the_secret_is_told_once(rig: DeskRig, boss: Officer) -> None:
    made = add(rig, boss, "http://127.0.0.1:9/")
    open_case(rig)
    book_of(rig).hand_out()
    assert made.secret
    shown_later = (rig.service.webhooks.list(boss), shown(rig, boss, made))
    assert made.secret not in repr(shown_later)
