"""Commands of other platforms, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from alerts.case import CaseStatus
from alerts.desk.bus_tables import RefusedRecord
from alerts.desk.changes import Change
from alerts.desk.command_tables import CommandRecord
from alerts.desk.commands import BURST, KEPT, Commands
from alerts.desk.tables import JournalRecord
from alerts.desk.token_buckets import TokenBuckets
from alerts.desk.views import QueueFilter, Role
from alerts.schema import CommandReply
from tests.desk_factories import OTHER_TOWN, TOPICS, TOWN, add_officer, alert_message, desk_site
from tests.desk_rig import DeskRig

NAME = "county-dispatch"


@pytest.fixture
def rig(database_url: str, tmp_path: Path) -> Iterator[DeskRig]:
    with DeskRig(desk_site(tmp_path, database=database_url)) as started:
        add_officer(started.service.officers, NAME, role=Role.INTEGRATOR, area_id=TOWN)
        yield started


def ask(rig: DeskRig, name: str = NAME, /, **asked: object) -> CommandReply:
    """Send a command; its reply."""
    rig.bus.published.clear()
    number = rig.bus.deliver(TOPICS.command(name), json.dumps(asked).encode())
    rig.commands.step(0.0)
    assert number in rig.bus.acknowledged
    (payload,) = rig.bus.on(TOPICS.reply(name))
    return CommandReply.model_validate_json(payload)


def open_case(rig: DeskRig, number: int = 1, **fields: object) -> str:
    codes: list[str] = []
    stop = rig.service.changes.subscribe(lambda change: codes.append(change.id))
    rig.take(alert_message(number, alert=number, **fields))
    stop()
    return codes[0]


def entries(rig: DeskRig) -> list[tuple[str, str]]:
    with rig.store.reading() as session:
        query = select(JournalRecord.kind, JournalRecord.actor).order_by(JournalRecord.id)
        return [(row.kind, row.actor) for row in session.execute(query)]


def kept(rig: DeskRig) -> int:
    with rig.store.reading() as session:
        return session.scalar(select(func.count()).select_from(CommandRecord)) or 0


def test_a_case_goes_its_way_by_commands(rig: DeskRig) -> None:
    code = open_case(rig)
    accepted = ask(rig, command_id="a1", case=code, action="accept", expected_version=1)
    assert (accepted.ok, accepted.version, accepted.error) == (True, 2, None)
    noted = ask(rig, command_id="a2", case=code, action="note", fields={"note": "民警已出发"})
    assert (noted.ok, noted.version) == (True, 2)
    fields = {"verdict": "true", "note": "已劝离"}
    closed = ask(rig, command_id="a3", case=code, action="close", expected_version=2, fields=fields)
    assert (closed.ok, closed.version) == (True, 3)
    actors = [("opened", "system"), ("moved", NAME), ("note", NAME), ("moved", NAME)]
    assert entries(rig) == actors


def test_the_reply_on_the_wire_has_the_keys_of_the_contract(rig: DeskRig) -> None:
    code = open_case(rig)
    ask(rig, command_id="a1", case=code, action="accept", expected_version=1)
    (payload,) = rig.bus.on(TOPICS.reply(NAME))
    assert {"command_id", "ok", "error", "version"} <= set(json.loads(payload))


def test_the_same_command_again_is_answered_the_same_and_done_once(rig: DeskRig) -> None:
    code = open_case(rig)
    command = {"command_id": "a1", "case": code, "action": "note", "fields": {"note": "一次"}}
    first = ask(rig, **command)
    assert ask(rig, **command) == first
    assert entries(rig).count(("note", NAME)) == 1


def test_a_refusal_of_the_service_layer_is_kept_too(rig: DeskRig) -> None:
    command = {"command_id": "a1", "case": f"{TOWN}-20261122-0001", "action": "accept"}
    first = ask(rig, **command, expected_version=1)
    assert (first.ok, first.error) == (False, "case-not-found")
    open_case(rig)
    assert ask(rig, **command, expected_version=1) == first


def test_a_number_used_for_another_command_does_nothing(rig: DeskRig) -> None:
    code = open_case(rig)
    ask(rig, command_id="a1", case=code, action="note", fields={"note": "一"})
    other = ask(rig, command_id="a1", case=code, action="note", fields={"note": "二"})
    assert (other.ok, other.error) == (False, "command-id-used")
    assert entries(rig).count(("note", NAME)) == 1


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"action": "accept", "expected_version": 9}, "case-conflict"),
        (
            {"action": "close", "expected_version": 1, "fields": {"verdict": "true"}},
            "illegal-trans",
        ),
        ({"action": "accept"}, "bad-fields"),
        ({"action": "accept", "expected_version": 1, "fields": {"note": "x"}}, "bad-fields"),
        ({"action": "note", "fields": {"note": " "}}, "bad-request"),
        ({"action": "note", "fields": {"note": "x" * 3000}}, "bad-fields"),
        ({"action": "explode"}, "unknown-action"),
        ({"action": 7}, "bad-command"),
        ({"action": "accept", "expected_version": 0}, "bad-command"),
        ({"action": "accept", "expected_version": 1, "schema_version": 2}, "bad-command"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    rig: DeskRig, asked: dict[str, object], error: str
) -> None:
    code = open_case(rig)
    before = entries(rig)
    reply = ask(rig, command_id="a1", case=code, **asked)
    assert not reply.ok
    assert (reply.error or "").startswith(error)
    assert reply.text is not None
    assert entries(rig) == before


def test_mended_fields_may_come_under_the_same_number(rig: DeskRig) -> None:
    code = open_case(rig)
    assert not ask(rig, command_id="a1", case=code, action="accept").ok
    assert ask(rig, command_id="a1", case=code, action="accept", expected_version=1).ok


def test_an_integrator_reaches_the_cases_of_its_areas_only(rig: DeskRig) -> None:
    add_officer(rig.service.officers, "elsewhere", role=Role.INTEGRATOR, area_id=OTHER_TOWN)
    code = open_case(rig)
    command = {"case": code, "action": "accept", "expected_version": 1}
    assert ask(rig, "elsewhere", command_id="a1", **command).error == "case-not-found"
    assert ask(rig, command_id="a1", **command).ok


def test_a_name_without_an_active_integrator_account_is_told_so(rig: DeskRig) -> None:
    code = open_case(rig)
    add_officer(rig.service.officers, "li.na")
    rig.service.officers.disable(NAME)
    for name in (NAME, "li.na", "nobody"):
        reply = ask(rig, name, command_id="a1", case=code, action="accept", expected_version=1)
        assert reply.error == "no-account"
    assert kept(rig) == 0


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[]", b"\xff", b'{"command_id": "a b"}', b"x" * 17_000]
)
def test_what_has_no_readable_number_is_set_aside(rig: DeskRig, payload: bytes) -> None:
    number = rig.bus.deliver(TOPICS.command(NAME), payload)
    rig.commands.step(0.0)
    assert rig.bus.acknowledged == [number]
    assert rig.bus.published == []
    with rig.store.reading() as session:
        assert [each.topic for each in session.scalars(select(RefusedRecord))] == [
            TOPICS.command(NAME)
        ]


def test_a_retained_command_is_set_aside(rig: DeskRig) -> None:
    code = open_case(rig)
    asked = {"command_id": "a1", "case": code, "action": "accept", "expected_version": 1}
    rig.bus.deliver(TOPICS.command(NAME), json.dumps(asked).encode(), is_retained=True)
    rig.commands.step(0.0)
    assert (kept(rig), rig.commands.counters.unreadable) == (0, 1)


def test_too_many_commands_are_refused_until_later(rig: DeskRig) -> None:
    now = [0.0]
    limits = TokenBuckets(1.0, 2.0, clock=lambda: now[0])
    commands = Commands(rig.store, rig.service, limits=limits, clock=rig.clock)
    code = open_case(rig)

    def note(number: int) -> str | None:
        asked = {"command_id": f"n{number}", "case": code, "action": "note"}
        return commands.answer(NAME, json.dumps(asked | {"fields": {"note": "x"}}).encode()).error

    assert [note(n) for n in (1, 2, 3)] == [None, None, "too-many"]
    assert note(1) is None  # known already: costs nothing
    now[0] = 1.0
    assert note(3) is None
    assert BURST > 2


def test_nobody_hears_of_a_change_before_it_is_committed(rig: DeskRig) -> None:
    code, seen = open_case(rig), list[tuple[str, int]]()

    def listen(change: Change) -> None:
        with rig.store.engine.connect() as connection:  # another one than that of the command
            status = connection.exec_driver_sql("SELECT status FROM cases").scalar_one()
        seen.append((status, kept(rig)))

    rig.service.changes.subscribe(listen)
    ask(rig, command_id="a1", case=code, action="accept", expected_version=1)
    assert seen == [(CaseStatus.ACCEPTED, 1)]


def test_effect_and_reply_are_kept_together_or_not_at_all(rig: DeskRig) -> None:
    code = open_case(rig)
    asked = {"command_id": "a1", "case": code, "action": "accept", "expected_version": 1}
    payload = json.dumps(asked).encode()
    commands = Commands(rig.store, rig.service, clock=rig.clock)
    told: list[Change] = []
    rig.service.changes.subscribe(told.append)

    def broken(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("the disk went away"))

    event.listen(CommandRecord, "before_insert", broken)
    try:
        with pytest.raises(OperationalError):
            commands.answer(NAME, payload)
    finally:
        event.remove(CommandRecord, "before_insert", broken)
    assert (entries(rig), told) == ([("opened", "system")], [])
    assert commands.answer(NAME, payload).version == 2


def test_a_command_waits_for_a_store_that_is_away(rig: DeskRig) -> None:
    code = open_case(rig)
    asked = {"command_id": "a1", "case": code, "action": "accept", "expected_version": 1}
    rig.store.close()
    number = rig.bus.deliver(TOPICS.command(NAME), json.dumps(asked).encode())
    rig.commands.stop()  # it would try for ever
    rig.commands.step(0.0)
    assert number not in rig.bus.acknowledged
    assert rig.bus.on(TOPICS.reply(NAME)) == []


def test_a_reply_that_the_broker_has_not_got_leaves_the_command_unacknowledged(
    rig: DeskRig,
) -> None:
    code = open_case(rig)
    asked = {"command_id": "a1", "case": code, "action": "accept", "expected_version": 1}
    connection, rig.bus.connection = rig.bus.connection, None
    number = rig.bus.deliver(TOPICS.command(NAME), json.dumps(asked).encode())
    rig.commands.step(0.0)
    assert number not in rig.bus.acknowledged
    rig.bus.connection = connection
    assert ask(rig, **asked).version == 2  # the broker brings it again
    assert entries(rig).count(("moved", NAME)) == 1


def test_old_replies_are_forgotten(rig: DeskRig) -> None:
    code = open_case(rig)
    ask(rig, command_id="a1", case=code, action="accept", expected_version=1)
    commands = Commands(rig.store, rig.service, clock=rig.clock)
    rig.now += KEPT - timedelta(minutes=1)
    commands.forget_old()
    assert kept(rig) == 1
    rig.now += timedelta(minutes=2)
    commands.forget_old()
    assert kept(rig) == 0


def test_alerts_are_acknowledged_while_commands_wait(rig: DeskRig) -> None:
    rig.bus.deliver(TOPICS.command(NAME), b"{}")
    number = rig.bus.alert(alert_message())
    rig.consumer.step()
    assert rig.bus.acknowledged == [number]  # by the desk; `AckOrder` keeps the order on the wire
    officer = add_officer(rig.service.officers, "li.na")
    assert len(rig.service.queue(officer, QueueFilter()).rows) == 1
