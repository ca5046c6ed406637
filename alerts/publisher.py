"""From the outbox to the broker, until the desk's receipt."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Event, Thread

from alerts.alert_flow import AlertFlow
from alerts.delivery import Publication, Retained
from alerts.dropped_flow import DroppedFlow
from alerts.errors import OutboxWriteError, PublishError
from alerts.node_voice import NOTHING, NodeIdentity, NodeVoice
from alerts.publisher_ports import Link, Queue
from alerts.receipts import ReceiptTray
from alerts.schema import NodeState, ReducedClass, Trouble
from alerts.status_board import StatusBoard, camera_status_message
from alerts.topics import Topics
from ingest.status import CameraStatus

ROUND_S = 0.5
"""How often it looks for repetitions that are due; new alerts wake it at once."""
DRAIN_S = 2.0
"""How long a stopping node waits for the broker to acknowledge what is in flight."""
FAREWELL_S = 1.0

logger = logging.getLogger(__name__)

Died = Callable[[str, BaseException], None]


class Publisher:
    """One thread that publishes alerts, camera statuses and the node's own status.

    The outbox is the only queue: what was in flight when a connection broke is published again
    in the outbox's order, hence a `Link` that does not resend by itself.
    """

    def __init__(  # noqa: PLR0913 - a composition root names each by keyword
        self,
        outbox: Queue,
        link: Link,
        topics: Topics,
        identity: NodeIdentity,
        *,
        voice: NodeVoice | None = None,
        on_death: Died,
        troubles: Callable[[], tuple[Trouble, ...]] = tuple,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Subscribe to receipts; nothing is published before `start`.

        Args:
            outbox: Where alert messages wait.
            link: The broker, with `voice.will` as its will.
            topics: Of the site.
            identity: Of this node.
            voice: The node's own status; the one whose will the link has.
            on_death: Called with the thread's name when an unforeseen error ended it.
            troubles: What the node suffers from now; asked every round.
            clock: Monotonic seconds.
        """
        self._outbox = outbox
        self._link = link
        self._topics = topics
        self._identity = identity
        self._voice = voice or NodeVoice(identity, topics)
        self._on_death = on_death
        self._troubles = troubles
        self._clock = clock
        self._board = StatusBoard()
        self._wake = Event()
        self._is_stopping = Event()
        self._tray = ReceiptTray(self.wake)
        self._flow = AlertFlow(outbox, link, topics, receipts=identity.receipts)
        self._dropped = DroppedFlow(
            outbox, link, topics.node_dropped(identity.node), identity.node, identity.receipts
        )
        self._connection_number = 0
        self._backlog = NOTHING
        self._is_full = False
        self._thread = Thread(target=self._guard, name="publisher")
        link.watch(self.wake)
        if identity.receipts == "desk":
            link.subscribe(topics.receipt(identity.node), self._tray.put)

    def wake(self) -> None:
        """Something was committed or came in; from any thread, never blocks."""
        self._wake.set()

    @property
    def receipts(self) -> ReceiptTray:
        """The desk's receipts, counted."""
        return self._tray

    def camera_status(self, status: CameraStatus) -> None:
        """Publish a camera's state; the latest one wins. From any thread, never blocks."""
        self._board.put(status)
        self.wake()

    def become(self, state: NodeState, reduced: tuple[ReducedClass, ...] = ()) -> None:
        """Say that the node is `online`, or `reduced` and by how much."""
        self._voice.become(state, reduced)
        self.wake()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Say draining, wait `DRAIN_S` for what is in flight, say offline; idempotent."""
        self._is_stopping.set()
        self.wake()
        if self._thread.ident is not None:
            self._thread.join(DRAIN_S + FAREWELL_S + 1.0)

    def _guard(self) -> None:
        try:
            while not self._is_stopping.is_set():
                self._round(ROUND_S)
            self._drain()
        except Exception as error:  # the thread's supervisor: the node must know
            logger.exception("the publisher ended", extra={"action": "thread-died"})
            self._on_death(self._thread.name, error)

    def _round(self, wait_s: float) -> None:
        self._wake.wait(wait_s)
        self._wake.clear()
        try:
            self.step()
            self._is_full = False
        except OutboxWriteError as error:  # nothing is lost; it is tried again next round
            if not self._is_full:
                logger.error("%s", error, extra={"action": "outbox-full"})
            self._is_full = True

    def step(self) -> None:
        """One round: what the broker and the desk said, then what is due."""
        self._take_receipts()
        connection = self._link.connection
        if connection is None:
            return
        if connection.number != self._connection_number:
            self._connection_number = connection.number
            self._flow.begin(connection)
            self._dropped.begin()
            self._voice.forget()
            self._board.tell_all_again()
        self._flow.settle()
        try:
            self._say_status()
            self._publish_cameras()
            self._flow.publish_due(self._clock())
            self._dropped.publish_due(self._clock())
        except PublishError as error:  # the connection broke, or its queue is full: next round
            logger.debug("publishing waits: %s", error)

    def _take_receipts(self) -> None:
        for receipt in self._tray.take():
            if not self._outbox.receive(receipt):
                logger.info(
                    "a receipt is for outbox %s, not ours",
                    receipt.outbox_id,
                    extra={"action": "receipt-foreign"},
                )

    def _say_status(self) -> None:
        self._backlog, now = self._outbox.standing(), self._clock()
        self._voice.trouble(self._troubles())
        status = self._voice.due(self._backlog, now)
        if status is not None:
            self._retain(status)
            self._voice.said(self._backlog, now)

    def _publish_cameras(self) -> None:
        while (status := self._board.next_untold()) is not None:
            message = camera_status_message(self._identity.node, status)
            topic = self._topics.camera_status(status.camera_id)
            self._retain(Retained(topic=topic, payload=message.model_dump_json().encode()))
            self._board.told(status)

    def _retain(self, retained: Retained) -> Publication:
        return self._link.publish(retained.topic, retained.payload, retain=True)

    def _drain(self) -> None:
        deadline = self._clock() + DRAIN_S
        self._voice.become(NodeState.DRAINING)
        while self._link.connection is not None and self._clock() < deadline:
            self._round(0.05)
            if self._is_drained():
                break
        self._say_offline()

    def _is_drained(self) -> bool:
        try:
            return self._flow.is_empty(self._clock())
        except OutboxWriteError:  # waiting does not help: all of it is sent at the next start
            return True

    def _say_offline(self) -> None:
        self._voice.become(NodeState.OFFLINE)
        status = self._voice.due(self._backlog, self._clock())
        try:
            farewell = self._retain(status) if status is not None else None
        except PublishError:  # no broker: its will has said it already
            return
        deadline = self._clock() + FAREWELL_S
        while farewell is not None and not farewell.is_acknowledged and self._clock() < deadline:
            self._wake.wait(0.05)
            self._wake.clear()
