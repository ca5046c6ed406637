"""Our Mosquitto settings, read and tried out."""

from __future__ import annotations

import time
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
import yaml
from paho.mqtt.enums import CallbackAPIVersion

from deploy.broker import MAX_PAYLOAD_BYTES
from tests.brokers import PASSWORD, USER, Mosquitto
from tests.unit.deploy.asset_files import DEPLOY

QUEUED = 1_500  # more than the 1,000 that Mosquitto keeps by default


def broker_settings() -> dict[str, str]:
    lines = (DEPLOY / "mosquitto.conf").read_text().splitlines()
    pairs = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    return {key: value for key, value in pairs if key != "log_type"}


def test_the_broker_keeps_what_the_defaults_would_lose() -> None:
    settings = broker_settings()
    assert settings["persistence"] == "true"
    assert int(settings["autosave_interval"]) <= 60
    assert settings["max_queued_messages"] == "0"
    assert int(settings["max_queued_bytes"]) > 0
    assert int(settings["max_inflight_messages"]) > 20
    assert int(settings["message_size_limit"]) == MAX_PAYLOAD_BYTES
    assert settings["allow_anonymous"] == "false"


def test_the_broker_writes_where_compose_keeps_it() -> None:
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["mosquitto"]
    targets = {volume.removesuffix(":ro").rpartition(":")[2] for volume in service["volumes"]}
    assert broker_settings()["persistence_location"].rstrip("/") in targets
    assert "/mosquitto/config/mosquitto.conf" in targets
    assert broker_settings()["acl_file"] in targets
    assert broker_settings()["listener"] in service["healthcheck"]["test"]


def client(name: str, *, password: str | None = PASSWORD) -> mqtt.Client:
    made = mqtt.Client(CallbackAPIVersion.VERSION2, name, clean_session=False)
    if password is not None:
        made.username_pw_set(USER, password)
    return made


def run_until(made: mqtt.Client, done: list[object], count: int = 1) -> None:
    deadline = time.monotonic() + 20
    while len(done) < count and time.monotonic() < deadline:
        made.loop(0.1)
    assert len(done) >= count


@pytest.mark.mqtt
def test_a_real_mosquitto_takes_the_file_and_keeps_a_long_queue(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as broker:
        desk, subscribed = client("desk"), list[object]()
        desk.on_subscribe = lambda *_: subscribed.append(True)
        desk.connect("127.0.0.1", broker.port)
        desk.subscribe("x/alert", qos=1)
        run_until(desk, subscribed)
        desk.disconnect()

        node, published = client("node"), list[object]()
        node.max_inflight_messages_set(QUEUED)
        node.on_publish = lambda *_: published.append(True)
        node.connect("127.0.0.1", broker.port)
        for number in range(QUEUED):
            node.publish("x/alert", str(number), qos=1)
        run_until(node, published, QUEUED)
        node.disconnect()

        received: list[object] = []
        desk.on_message = lambda _client, _data, message: received.append(int(message.payload))
        desk.connect("127.0.0.1", broker.port)
        run_until(desk, received, QUEUED)
        desk.disconnect()
        assert received == list(range(QUEUED))
    assert (tmp_path / "mosquitto.db").is_file()


@pytest.mark.mqtt
@pytest.mark.parametrize("password", [None, "wrong"], ids=["without", "with a wrong one"])
def test_nobody_gets_in_without_the_password(tmp_path: Path, password: str | None) -> None:
    with Mosquitto(tmp_path) as broker:
        stranger, answers = client("stranger", password=password), list[object]()
        stranger.on_connect = lambda *arguments: answers.append(arguments[3].is_failure)
        stranger.connect("127.0.0.1", broker.port)
        run_until(stranger, answers)
        assert answers == [True]
