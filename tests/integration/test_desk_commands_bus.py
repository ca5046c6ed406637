"""Commands and webhooks on real brokers, and a desk that is killed in the middle."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from alerts.delivery import Delivery
from alerts.desk.config import DeskSite
from alerts.desk.desk import Desk
from alerts.desk.views import Role
from alerts.mqtt import MqttLink
from alerts.schema import CaseMove, CommandMessage, CommandReply
from deploy.broker import EmbeddedBroker
from tests.brokers import Mosquitto, config_for, make_broker
from tests.desk_bus import wire
from tests.desk_factories import PLAZA, TOPICS, TOWN, add_officer, alert_message, desk_site
from tests.receiver import Receiver

pytestmark = pytest.mark.mqtt
AnyBroker = Mosquitto | EmbeddedBroker
NAME = "county-dispatch"

KILLED = """
import os, signal, sys, threading
from dataclasses import replace
from pathlib import Path
from alerts.config import MqttConfig
from alerts.desk.desk import Desk
from alerts.mqtt import MqttLink
from tests.desk_factories import desk_site

class Link(MqttLink):
    def publish(self, topic, payload, *, retain=False):
        if topic.endswith("/reply"):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().publish(topic, payload, retain=retain)

folder, database, mqtt = sys.argv[1:]
site = desk_site(Path(folder), database=database)
site = replace(site, mqtt=MqttConfig.model_validate_json(mqtt))
desk = Desk(site, make_link=lambda each: Link(each.mqtt, client_id="xueliang-test-desk"))
desk.start()
print("started", flush=True)
threading.Event().wait(60)
"""


@pytest.fixture(params=["mosquitto", "embedded"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyBroker]:
    with make_broker(request.param, tmp_path) as started:
        yield started


@pytest.fixture
def site(broker: AnyBroker, database_url: str, tmp_path: Path) -> DeskSite:
    hosts = {"hosts": ["127.0.0.1"]}
    made = desk_site(tmp_path, database=database_url, webhooks=hosts)
    return replace(made, mqtt=config_for(broker))


class Platform:
    """Another platform's link: sends commands, keeps replies and moves."""

    def __init__(self, broker: AnyBroker) -> None:
        self.replies: list[CommandReply] = []
        self.moves: list[CaseMove] = []
        self.link = MqttLink(config_for(broker), client_id="platform")
        self.link.subscribe(TOPICS.reply(NAME), self._on_reply)
        self.link.subscribe(TOPICS.case("+"), self._on_move)
        self.link.start()
        until(lambda: self.link.connection)

    def alert(self) -> None:
        self.link.publish(TOPICS.alert(PLAZA), wire(alert_message()))

    def ask(self, **asked: object) -> None:
        self.link.publish(TOPICS.command(NAME), wire(CommandMessage.model_validate(asked)))

    def _on_reply(self, delivery: Delivery) -> None:
        self.replies.append(CommandReply.model_validate_json(delivery.payload))
        delivery.acknowledge()

    def _on_move(self, delivery: Delivery) -> None:
        self.moves.append(CaseMove.model_validate_json(delivery.payload))
        delivery.acknowledge()


def until(is_true: Callable[[], object], limit_s: float = 60.0) -> None:
    deadline = time.monotonic() + limit_s
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def platform(broker: AnyBroker) -> Iterator[Platform]:
    started = Platform(broker)
    yield started
    started.link.stop()


def started_desk(site: DeskSite) -> Desk:
    desk = Desk(site)
    desk.start()
    until(lambda: desk.link.connection)
    time.sleep(0.3)  # the subscriptions are on their way; only a real broker needs this
    return desk


def test_a_case_is_worked_by_commands_and_its_moves_come_by_both_ways(
    site: DeskSite, platform: Platform
) -> None:
    desk = started_desk(site)
    add_officer(desk.service.officers, NAME, role=Role.INTEGRATOR, area_id=TOWN)
    account = desk.service.officers.list()[0]
    with Receiver() as receiver:
        desk.service.webhooks.add(account, receiver.url, area_id=TOWN)
        platform.alert()
        until(lambda: platform.moves)
        code = platform.moves[0].case
        platform.ask(command_id="1", case=code, action="accept", expected_version=1)
        fields = {"verdict": "true"}
        platform.ask(command_id="2", case=code, action="close", expected_version=2, fields=fields)
        platform.ask(command_id="3", case=code, action="accept", expected_version=1)
        until(lambda: len(platform.replies) == 3)
        until(lambda: len(platform.moves) == 3 and len(receiver.received) == 3)
    desk.stop()
    assert [(each.ok, each.version) for each in platform.replies] == [
        *((True, 2), (True, 3), (False, None))
    ]
    statuses = ["pending", "accepted", "closed"]
    assert [each.status for each in platform.moves] == statuses
    assert receiver.codes() == [f"{code} {status}" for status in statuses]


def test_a_desk_killed_between_effect_and_reply_gives_the_reply_after_its_start(
    site: DeskSite, platform: Platform, tmp_path: Path
) -> None:
    first = started_desk(site)
    add_officer(first.service.officers, NAME, role=Role.INTEGRATOR, area_id=TOWN)
    platform.alert()
    until(lambda: platform.moves)
    code = platform.moves[0].case
    first.stop()
    platform.ask(command_id="1", case=code, action="accept", expected_version=1)
    command = [sys.executable, "-c", KILLED, str(tmp_path), site.database]
    killed = subprocess.run(
        [*command, site.mqtt.model_dump_json()], check=False, timeout=100, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-2000:]
    assert platform.replies == []

    second = started_desk(site)
    until(lambda: platform.replies)
    view = second.service.case(second.service.officers.list()[0], code)
    second.stop()
    (reply,) = platform.replies
    assert (reply.command_id, reply.ok, reply.version) == ("1", True, 2)
    assert [each.actor for each in view.journal if each.kind == "moved"] == [NAME]
