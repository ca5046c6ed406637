"""A real node in this process, with an embedded broker and everything it says recorded."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from deploy.broker import EmbeddedBroker
from deploy.node import Node
from deploy.settings import Site


@dataclass
class Bus:
    """Everything that was published, in the order it came."""

    messages: list[tuple[str, bytes]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def hear(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        with self.lock:
            self.messages.append((message.topic, bytes(message.payload)))

    def on(self, ending: str) -> list[dict[str, Any]]:
        """Payloads on topics with this ending."""
        with self.lock:
            return [json.loads(text) for topic, text in self.messages if topic.endswith(ending)]


class Journal(logging.Handler):
    """Every log line of this process, as a file would hold it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@dataclass
class NodeRig:
    """A running node and what it says."""

    node: Node
    bus: Bus
    data: Path
    journal: Journal

    def stored_files(self) -> list[Path]:
        """Every file the node wrote."""
        return [path for path in self.data.rglob("*") if path.is_file()]


def site_of(data: Path, mqtt_port: int, cameras: list[dict[str, Any]]) -> Site:
    return Site.model_validate(
        {
            "site": "test",
            "data": data,
            "nodes": [{"id": "node-1", "bind": "127.0.0.1:0"}],
            "areas": [{"id": "1", "name": "北街村", "level": "village"}],
            "mqtt": {"host": "127.0.0.1", "port": mqtt_port, "receipts": "broker"},
            "evidence": {"pre_roll_s": 2, "post_roll_s": 2},
            "models": [{"id": "coco", "card": "nanodet-g-int8"}],
            "cameras": cameras,
        }
    )


@contextmanager
def running_node(
    data: Path, cameras: list[dict[str, Any]], *, shards: int = 1
) -> Iterator[NodeRig]:
    """A node on `cameras`, its broker, and a subscriber to everything."""
    with ExitStack() as stack:
        journal, root = Journal(), logging.getLogger()
        root.addHandler(journal)
        stack.callback(root.removeHandler, journal)
        broker = stack.enter_context(EmbeddedBroker())
        bus, client = Bus(), Client(CallbackAPIVersion.VERSION2)
        client.on_message = bus.hear
        client.connect("127.0.0.1", broker.port)
        client.subscribe("xueliang/#", qos=1)
        client.loop_start()
        stack.callback(client.loop_stop)
        stack.callback(client.disconnect)
        node = Node(site_of(data, broker.port, cameras), "node-1", shards=shards)
        stack.enter_context(node.running())
        yield NodeRig(node=node, bus=bus, data=data, journal=journal)


def eventually(holds: Callable[[], object], within_s: float, what: str) -> None:
    """Wait until `holds()`; real servers take their time."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.1)
