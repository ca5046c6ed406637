"""`bench desk`: a night's alerts that waited at the broker while the desk was stopped.

From the desk's connection to the broker, as its log has it, to the receipt of the last alert: the
desk sends receipts after its commit, so the time never flatters it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4, uuid5

from alerts.alert import Phase, Severity
from alerts.config import MqttConfig
from alerts.delivery import Delivery
from alerts.errors import PublishError
from alerts.mqtt import MqttLink
from alerts.schema import (
    AlertMessage,
    EvidenceKind,
    EvidenceReference,
    EvidenceState,
    Receipt,
    Text,
)
from alerts.topics import Topics
from deploy.bench.desk_rig import DeskRig
from deploy.bench.desk_world import KINDS, NODES, cameras
from deploy.errors import BenchError
from deploy.free_port import LOOPBACK

ALERTS = 10_000
LONGEST_S = 300.0
TOPICS = Topics("bench")


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """What became of it."""

    alerts: int
    seconds: float
    cases: int

    @property
    def per_s(self) -> float:
        """Alerts a second."""
        return self.alerts / self.seconds

    @property
    def lost(self) -> int:
        """Alerts without a case of their own."""
        return self.alerts - self.cases


def run_burst(rig: DeskRig, say: Callable[[str], None]) -> Burst:
    """Let the desk subscribe and stop it, queue the alerts, start it and watch the receipts."""
    with rig.running():
        before = _cases(rig)
    messages = _messages()
    with _Watcher(rig.broker.port) as watcher:
        _publish(watcher, messages)
        say(f"{len(messages)} alerts wait at the broker")
        began = datetime.now(UTC)
        with rig.running():
            ended = watcher.wait(len(messages))
            connected = connected_at(rig.log, began)
            opened = _cases(rig) - before
            say("the desk announces the new cases")
            watcher.wait_for_moves(len(messages))  # or the next part would find a busy desk
    return Burst(alerts=len(messages), seconds=ended - connected, cases=opened)


def connected_at(log: Path, after: datetime) -> float:
    """Unix time of the desk's first connection to the broker after `after`."""
    for line in log.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        at = datetime.fromisoformat(entry.get("at", "2000-01-01T00:00:00+00:00"))
        if entry.get("action") == "mqtt-connected" and at >= after:
            return at.timestamp()
    raise BenchError("the desk's log does not say that it reached the broker")


class _Watcher:
    """Publishes the alerts and hears the receipts, as their nodes would, and the cases' moves."""

    def __init__(self, port: int) -> None:
        config = MqttConfig(host=LOOPBACK, port=port)
        self.link = MqttLink(config, client_id="bench-nodes", max_in_flight=2000)
        self._receipts: list[tuple[float, bytes]] = []
        self._moves = 0
        self.link.subscribe(TOPICS.receipt("+"), self._heard)
        self.link.subscribe(TOPICS.case("+"), self._hear_move)

    def __enter__(self) -> _Watcher:
        self.link.start()
        deadline = time.monotonic() + 10.0
        while self.link.connection is None and time.monotonic() < deadline:
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self.link.stop()

    def _heard(self, delivery: Delivery) -> None:
        self._receipts.append((time.time(), delivery.payload))
        delivery.acknowledge()

    def _hear_move(self, delivery: Delivery) -> None:
        self._moves += 1
        delivery.acknowledge()

    def wait_for_moves(self, number: int) -> None:
        """Until so many cases were announced to other platforms."""
        deadline = time.monotonic() + LONGEST_S
        while self._moves < number:
            if time.monotonic() > deadline:
                raise BenchError(f"the desk announced {self._moves} of {number} cases")
            time.sleep(0.1)

    def wait(self, number: int) -> float:
        """When the receipts covered so many messages."""
        held: set[tuple[UUID, str, int]] = set()
        read, deadline = 0, time.monotonic() + LONGEST_S
        while time.monotonic() < deadline:
            for at, payload in self._receipts[read:]:
                read += 1
                receipt = Receipt.model_validate_json(payload)
                for camera, spans in receipt.received.items():
                    for first, last in spans:
                        held |= {(receipt.outbox_id, camera, n) for n in range(first, last + 1)}
                if len(held) >= number:
                    return at
            time.sleep(0.2)
        raise BenchError(f"after {LONGEST_S:.0f} s the desk has {len(held)} of {number} alerts")


def _publish(watcher: _Watcher, messages: list[AlertMessage]) -> None:
    sent = []
    for message in messages:
        payload = message.model_dump_json().encode()
        while True:
            try:
                sent.append(watcher.link.publish(TOPICS.alert(message.camera), payload))
                break
            except PublishError:
                time.sleep(0.01)
    while not all(each.is_acknowledged for each in sent):
        time.sleep(0.05)


def _messages() -> list[AlertMessage]:
    """Five of each camera, the cameras in turn."""
    outboxes = {f"node-{number}": uuid4() for number in range(1, NODES + 1)}
    now = datetime.now(UTC) - timedelta(minutes=30)
    world = cameras()
    found = []
    for number in range(ALERTS):
        camera, kind = world[number % len(world)], KINDS[number % len(KINDS)]
        at = now + timedelta(milliseconds=100 * number)
        outbox_id, sequence = outboxes[camera.node], number // len(world) + 1
        found.append(
            AlertMessage(
                node=camera.node,
                outbox_id=outbox_id,
                camera=camera.id,
                sequence=sequence,
                alert_id=uuid5(outbox_id, f"{camera.id}/{sequence}"),
                phase=Phase.RAISED,
                rule=kind.rule,
                kind=kind.kind,
                zone="zone-1",
                label=kind.label,
                confidence=0.8,
                severity=Severity(kind.severity),
                category=kind.category,
                model="coco",
                captured_at=at,
                raised_at=at,
                track_ids=(number,),
                box=(0.1, 0.2, 0.3, 0.4),
                evidence=tuple(
                    EvidenceReference(kind=each, state=EvidenceState.PENDING)
                    for each in EvidenceKind
                ),
                text=Text(zh=f"{camera.name}：{kind.text_zh}", en=f"{camera.name}: {kind.text_en}"),
            )
        )
    return found


def _cases(rig: DeskRig) -> int:
    """All that the county can see; the database counts them itself."""
    with rig.client("county") as client:
        counts = client.get("/api/cases", params={"limit": 1}).raise_for_status().json()["counts"]
        return sum(counts.values())
