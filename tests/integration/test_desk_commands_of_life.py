"""A case's whole life by commands of another platform, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.case import CaseStatus
from alerts.desk.command_actions import ACTIONS
from alerts.desk.views import CaseRow, Officer, QueueFilter, Role
from alerts.schema import CommandMessage, CommandReply
from tests.desk_factories import TOPICS, TOWN, add_officer, alert_message, desk_site
from tests.desk_rig import DeskRig

NAME = "county-dispatch"
Fields = dict[str, object]
TO: Fields = {"department": "公安"}
WHY: Fields = {"reason": "群众再次来电"}
DONE: Fields = {"feedback": "已劝离"}
GOOD: Fields = {"result": "satisfied"}
FOUND: Fields = {"verdict": "true"}


class Platform:
    """A case, and the platform that commands what becomes of it."""

    def __init__(self, rig: DeskRig) -> None:
        self.rig = rig
        self.officer: Officer = add_officer(
            rig.service.officers, NAME, role=Role.INTEGRATOR, area_id=TOWN
        )
        add_officer(rig.service.officers, "police", role=Role.DEPARTMENT_HANDLER, department="公安")
        rig.take(alert_message())
        self.sent = 0

    def case(self) -> CaseRow:
        (row,) = self.rig.service.queue(self.officer, QueueFilter()).rows
        return row

    def ask(self, action: str, fields: Fields) -> CommandReply:
        """Send a command for the case as it is now; its reply."""
        row, self.sent = self.case(), self.sent + 1
        asked = {
            "command_id": f"c{self.sent}",
            "case": row.code,
            "action": action,
            "expected_version": row.version,
            "fields": fields,
        }
        self.rig.bus.published.clear()
        self.rig.bus.deliver(TOPICS.command(NAME), json.dumps(asked).encode())
        self.rig.commands.step(0.0)
        (payload,) = self.rig.bus.on(TOPICS.reply(NAME))
        return CommandReply.model_validate_json(payload)

    def go(self, *steps: tuple[str, Fields]) -> CaseStatus:
        """Do all of it, none of which may fail; where the case is then."""
        for action, fields in steps:
            reply = self.ask(action, fields)
            assert reply.ok, (action, reply.error, reply.detail)
            assert reply.version == self.case().version
        return self.case().status


@pytest.fixture
def platform(database_url: str, tmp_path: Path) -> Iterator[Platform]:
    with DeskRig(desk_site(tmp_path, database=database_url)) as rig:
        yield Platform(rig)


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([("false-alarm", {"note": "树影"})], CaseStatus.CLOSED),
        ([("accept", {}), ("release", WHY)], CaseStatus.PENDING),
        ([("dispatch", TO | {"minutes": 30})], CaseStatus.DISPATCHED),
        ([("dispatch", TO), ("start", {})], CaseStatus.HANDLING),
        ([("dispatch", TO), ("start", {}), ("report", DONE)], CaseStatus.REPORTED),
        ([("dispatch", TO), ("report", DONE), ("send-back", WHY)], CaseStatus.DISPATCHED),
        ([("accept", {}), ("close", FOUND), ("reopen", WHY)], CaseStatus.ACCEPTED),
        ([("accept", {}), ("close", FOUND), ("follow-up", GOOD)], CaseStatus.FOLLOWED_UP),
    ],
)
def test_a_platform_takes_a_case_through_its_life(
    platform: Platform, steps: list[tuple[str, Fields]], status: CaseStatus
) -> None:
    assert platform.go(*steps) is status


def test_whom_and_until_when_are_kept(platform: Platform) -> None:
    due = "2026-11-22T20:00:00+08:00"
    fields: dict[str, object] = {**TO, "due_at": due}
    platform.go(("dispatch", fields))
    case = platform.case()
    assert case.department == "公安"
    assert case.due_at is not None
    assert case.due_at.isoformat() == "2026-11-22T12:00:00+00:00"


@pytest.mark.parametrize(
    ("action", "fields", "error"),
    [
        ("dispatch", {}, "bad-fields"),
        ("dispatch", TO | {"minutes": -1}, "bad-fields"),
        ("dispatch", TO | {"due_at": "2026-11-22T20:00:00"}, "bad-fields"),  # no time zone
        ("dispatch", TO | {"minutes": 5, "due_at": "2026-11-22T20:00:00+08:00"}, "bad-request"),
        ("dispatch", {"handler_id": 4711}, "bad-request"),
        ("start", {"note": "x"}, "bad-fields"),
        ("start", {}, "illegal-transition"),
        ("report", {}, "bad-fields"),
        ("report", DONE, "illegal-transition"),
        ("send-back", {"reason": ""}, "bad-fields"),
        ("send-back", WHY, "illegal-transition"),
        ("release", WHY, "illegal-transition"),
        ("reopen", {}, "bad-fields"),
        ("reopen", WHY, "illegal-transition"),
        ("follow-up", {"result": "perhaps"}, "bad-fields"),
        ("follow-up", {"result": "unsatisfied"}, "bad-request"),
        ("supervise", WHY, "unknown-action"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_the_case_as_it_was(
    platform: Platform, action: str, fields: Fields, error: str
) -> None:
    before = platform.case()
    reply = platform.ask(action, fields)
    assert (reply.ok, reply.error) == (False, error)
    assert platform.case() == before


def test_the_description_of_a_command_names_every_action() -> None:
    described = CommandMessage.model_fields["action"].description or ""
    parts = [part.split() for part in described.split(";")]
    assert [part[0] for part in parts] == list(ACTIONS)
    for name, *fields in parts:
        named = {word.strip("{},") for word in fields}
        assert named == set(ACTIONS[name].fields.model_fields), name
