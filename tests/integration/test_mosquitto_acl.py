"""The ACL made from a site file, on a real Mosquitto set up by our own configuration."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.enums import MQTTErrorCode

from alerts.config import MqttConfig, MqttLogin
from alerts.delivery import Delivery
from alerts.desk.desk import Desk
from alerts.mqtt import MqttLink
from alerts.mqtt_client import make_client, stop_connecting
from alerts.node_voice import NodeIdentity, NodeVoice
from alerts.outbox import Outbox
from alerts.publisher import Publisher
from alerts.topics import Topics
from deploy.desk_site import desk_site
from deploy.free_port import LOOPBACK
from deploy.mosquitto_acl import mosquitto_acl
from deploy.settings import Site
from tests.brokers import Access, Mosquitto
from tests.integration.test_mqtt_link import until
from tests.leaks import planted
from tests.unit.alerts.builders import alert, compose

pytestmark = pytest.mark.mqtt
TOPICS = Topics("test")
USERS = ("node-1", "node-2", "desk", "fire-brigade", "school")
PASSWORDS = {user: planted(f"word-of-{user}") for user in USERS}


def site_of(folder: Path, port: int = 1883) -> Site:
    for user, word in PASSWORDS.items():
        (folder / f"{user}.password").write_text(word)

    def login(user: str) -> dict[str, Any]:
        return {"username": user, "password_file": folder / f"{user}.password"}

    return Site.model_validate(
        {
            "site": "test",
            "data": folder,
            "nodes": [{"id": user, "mqtt": login(user)} for user in ("node-1", "node-2")],
            "areas": [{"id": "1", "name": "北街村", "level": "village"}],
            "mqtt": {"host": LOOPBACK, "port": port},
            "models": [{"id": "coco", "card": "nanodet-g-int8"}],
            "cameras": [
                {"id": "gate", "area": "1", "url": "rtsp://h/1", "node": "node-1"},
                {"id": "road", "area": "1", "url": "rtsp://h/2", "node": "node-2"},
            ],
            "desk": {"mqtt": login("desk"), "bind": f"{LOOPBACK}:0"},
            "integrators": [{"name": "fire-brigade", "reads_cases": True}, {"name": "school"}],
        }
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose broker runs under the ACL of this very site."""
    folder = tmp_path_factory.mktemp("site")
    access = Access(passwords=PASSWORDS, acl=mosquitto_acl(site_of(folder)))
    with Mosquitto(folder, access) as broker:
        yield site_of(folder, broker.port)


class User:
    """Somebody at the broker, under whatever client id, who listens to everything."""

    def __init__(self, config: MqttConfig, client_id: str) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.link = MqttLink(config, client_id=client_id)
        self.link.subscribe("#", self._hear)
        self.link.start()
        until(lambda: self.link.connection)
        time.sleep(0.1)  # the subscription is on its way

    def _hear(self, delivery: Delivery) -> None:
        delivery.acknowledge()
        self.heard.append((delivery.topic, delivery.payload))


@pytest.fixture
def sign_in(site: Site) -> Iterator[Callable[[str], User]]:
    with ExitStack() as stack:

        def open_user(name: str) -> User:
            login = MqttLogin(username=name, password_file=site.data / f"{name}.password")
            user = User(site.mqtt.as_user(login), client_id=f"test-{name}")
            stack.callback(user.link.stop)
            return user

        yield open_user


ALL_TOPICS = (
    *(TOPICS.node_status(node) for node in ("node-1", "node-2")),
    *(TOPICS.node_dropped(node) for node in ("node-1", "node-2")),
    *(TOPICS.receipt(node) for node in ("node-1", "node-2")),
    *(TOPICS.camera_status(camera) for camera in ("gate", "road", "none")),
    *(TOPICS.alert(camera) for camera in ("gate", "road", "none")),
    *(TOPICS.camera_health(camera) for camera in ("gate", "road")),
    *(TOPICS.camera_settings(camera) for camera in ("gate", "road")),
    *(TOPICS.command(name) for name in ("fire-brigade", "school")),
    *(TOPICS.reply(name) for name in ("fire-brigade", "school")),
    TOPICS.case("XL-1"),
    TOPICS.broadcast("1"),
    Topics("other").alert("gate"),
    "elsewhere",
)
WRITES = {
    "node-1": {
        *(TOPICS.node_status("node-1"), TOPICS.camera_status("gate"), TOPICS.alert("gate")),
        *(TOPICS.node_dropped("node-1"), TOPICS.camera_health("gate")),
    },
    "desk": {
        *(TOPICS.receipt("node-1"), TOPICS.receipt("node-2"), TOPICS.case("XL-1")),
        *(TOPICS.camera_settings("gate"), TOPICS.camera_settings("road")),
        *(TOPICS.reply("fire-brigade"), TOPICS.reply("school"), TOPICS.broadcast("1")),
    },
    "fire-brigade": {TOPICS.command("fire-brigade")},
    "school": {TOPICS.command("school")},
}
READS = {
    "node-1": {TOPICS.receipt("node-1"), TOPICS.camera_settings("gate")},
    "node-2": {TOPICS.receipt("node-2"), TOPICS.camera_settings("road")},
    "desk": {
        *(topic for topic in ALL_TOPICS if topic.endswith(("/alert", "/health", "/command"))),
        *(topic for topic in ALL_TOPICS if topic.endswith(("/status", "/dropped"))),
    }
    - {Topics("other").alert("gate")},
    "fire-brigade": {TOPICS.reply("fire-brigade"), TOPICS.case("XL-1")},
    "school": {TOPICS.reply("school")},
}


def write(config: MqttConfig, topic: str, payload: bytes) -> None:
    """Publish once; Debian's Mosquitto 2.0.11 ends the connection where it refuses."""
    client = make_client(config, "any", 10)
    client.connect(config.host, config.port)
    sent = None
    while client.loop(0.05) is MQTTErrorCode.MQTT_ERR_SUCCESS:
        if sent is not None and sent.is_published():
            break
        if sent is None and client.is_connected():
            sent = client.publish(topic, payload, qos=1)
    assert sent is not None
    stop_connecting(client, 1.0)


@pytest.mark.parametrize("version", ["3.1.1", "5"])
@pytest.mark.parametrize("writer", WRITES)
def test_who_writes_to_every_topic_is_heard_on_their_own_by_those_who_may(
    site: Site, sign_in: Callable[[str], User], writer: str, version: str
) -> None:
    listeners = {name: sign_in(name) for name in USERS if name != writer}
    login = MqttLogin(username=writer, password_file=site.data / f"{writer}.password")
    own = site.mqtt.as_user(login).model_copy(update={"version": version})
    for topic in ALL_TOPICS:
        write(own, topic, writer.encode())
    expected = {
        name: sorted((topic, writer.encode()) for topic in WRITES[writer] & READS[name])
        for name in listeners
    }
    until(lambda: all(len(user.heard) >= len(expected[n]) for n, user in listeners.items()))
    time.sleep(0.2)  # what is not to come would have come by now
    assert {name: sorted(user.heard) for name, user in listeners.items()} == expected


def test_nobody_takes_over_another_users_session(
    site: Site, sign_in: Callable[[str], User]
) -> None:
    school = sign_in("school")
    first = school.link.connection
    login = MqttLogin(username="node-2", password_file=site.data / "node-2.password")
    thief = User(site.mqtt.as_user(login), client_id="test-school")
    time.sleep(0.5)
    thief.link.stop()
    assert school.link.connection is first is not None


def test_an_alert_still_becomes_a_case_and_the_receipt_empties_the_outbox(
    site: Site, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        desk = Desk(desk_site(site))
        desk.start()
        stack.callback(desk.stop)
        outbox = Outbox(tmp_path / "outbox.db")
        stack.callback(outbox.close)
        identity = NodeIdentity(node="node-1", version="test")
        voice = NodeVoice(identity, TOPICS)
        link = MqttLink(
            site.mqtt_of(site.nodes[0]), client_id="n", will=voice.will, is_resending=False
        )
        deaths: list[str] = []
        publisher = Publisher(
            outbox,
            link,
            TOPICS,
            identity,
            voice=voice,
            on_death=lambda name, _: deaths.append(name),
        )
        link.start()
        stack.callback(link.stop)
        publisher.start()
        stack.callback(publisher.stop)
        outbox.commit([alert(camera="gate") for _ in range(20)], compose)
        publisher.wake()
        until(lambda: desk.consumer.counters.stored == 20)
        until(lambda: outbox.backlog() == 0)
        assert (desk.consumer.counters.refused, deaths) == (0, [])
