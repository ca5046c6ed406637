"""What passes between node and desk during a live benchmark, with the time it came.

The desk sends a receipt as soon as it has committed; so the receipt's arrival is the one moment
that anybody outside can see, and never flatters the commit. Payloads are read afterwards, to take
nothing from the cores being measured.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from uuid import UUID

from alerts.alert import Phase
from alerts.config import MqttConfig
from alerts.delivery import Delivery
from alerts.mqtt import MqttLink
from alerts.schema import AlertMessage, Receipt
from alerts.topics import Topics
from deploy.bench.alert_match import LiveAlert
from deploy.errors import BenchError
from deploy.free_port import LOOPBACK

CONNECT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A payload and the Unix time at which it came."""

    at_s: float
    payload: bytes


class DeskBus:
    """Listens to alerts and receipts from `__enter__` to `__exit__`; a benchmark's few minutes."""

    def __init__(self, port: int, *, site: str, node: str) -> None:
        topics = Topics(site)
        config = MqttConfig(host=LOOPBACK, port=port)
        self._link = MqttLink(config, client_id=f"xueliang-{site}-bench")
        self._alerts: list[Heard] = []
        self._receipts: list[Heard] = []
        self._link.subscribe(topics.alert("+"), lambda sent: _keep(self._alerts, sent))
        self._link.subscribe(topics.receipt(node), lambda sent: _keep(self._receipts, sent))

    def __enter__(self) -> Self:
        self._link.start()
        deadline = time.monotonic() + CONNECT_S
        while self._link.connection is None:
            if time.monotonic() > deadline:
                self._link.stop()
                raise BenchError(f"no connection to the benchmark's broker: {self._link.fault}")
            time.sleep(0.05)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._link.stop()

    def alerts(self) -> list[LiveAlert]:
        """Every alert raised so far that the desk holds."""
        return held_alerts(tuple(self._alerts), tuple(self._receipts))


def _keep(heard: list[Heard], delivery: Delivery) -> None:
    heard.append(Heard(at_s=time.time(), payload=delivery.payload))
    delivery.acknowledge()


def held_alerts(alerts: Iterable[Heard], receipts: Sequence[Heard]) -> list[LiveAlert]:
    """The raised alerts that a receipt covers, each once, with the time of the first such.

    Raises:
        pydantic.ValidationError: A payload is no alert message or receipt.
    """
    covering = _by_camera(receipts)
    found: dict[UUID, LiveAlert] = {}
    for heard in alerts:
        message = AlertMessage.model_validate_json(heard.payload)
        spans = covering[message.outbox_id, message.camera]
        held_s = next((at for at, low, high in spans if low <= message.sequence <= high), None)
        if message.phase is Phase.RAISED and held_s is not None:
            found.setdefault(message.alert_id, _alert(message, held_s))
    return list(found.values())


def _by_camera(receipts: Sequence[Heard]) -> dict[tuple[UUID, str], list[tuple[float, int, int]]]:
    """For each camera of an outbox what it was said to hold, and when, the earliest first."""
    spans: dict[tuple[UUID, str], list[tuple[float, int, int]]] = defaultdict(list)
    for heard in receipts:
        receipt = Receipt.model_validate_json(heard.payload)
        for camera, ranges in receipt.received.items():
            spans[receipt.outbox_id, camera] += [(heard.at_s, *span) for span in ranges]
    return spans


def _alert(message: AlertMessage, held_s: float) -> LiveAlert:
    return LiveAlert(
        place=(message.camera, message.rule, message.zone),
        raised_s=message.captured_at.timestamp(),
        held_s=held_s,
    )
