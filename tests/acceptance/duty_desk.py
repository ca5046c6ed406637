"""A running desk over the demo's cameras: real store, service and pages, messages by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from types import MappingProxyType
from uuid import UUID, uuid4

import uvicorn
from fastapi import FastAPI

from alerts.alert import Phase, Reason
from alerts.delivery import Connection
from alerts.desk.account import NewOfficer
from alerts.desk.app import app_of
from alerts.desk.changes import Change
from alerts.desk.desk import Desk
from alerts.desk.service import DeskService
from alerts.desk.views import Role
from alerts.schema import (
    AlertMessage,
    CameraStatusMessage,
    EvidenceKind,
    EvidenceReference,
    EvidenceState,
    NodeState,
    NodeStatus,
    ReducedClass,
    Text,
    Wire,
)
from alerts.topics import Topics
from alerts.words import FAULTS
from ingest.errors import Fault
from ingest.status import CameraState
from tests.acceptance.forward_clock import ForwardClock
from tests.acceptance.sample_site import sample_site
from tests.acceptance.sightings import NODE, Sighting
from tests.acceptance.silent_link import SilentLink
from tests.leaks import planted

NAME, PASSWORD = "zhangwei", planted("a password for tests")
TOWN = "620725101"
PERSON = {"person": Text(zh="人", en="person")}
PATIENCE_S = 20.0
OWN_NAMES: Mapping[str, str] = MappingProxyType({})
CONNECTION = Connection(number=1, is_session_present=False)
WEBSOCKETS = "websockets-sansio"  # as the desk is served


@dataclass
class DutyDesk:
    """The desk that a test and its browser talk to."""

    desk: Desk
    link: SilentLink
    url: str
    clock: ForwardClock
    _outbox_id: UUID = field(default_factory=uuid4)
    _sequences: dict[str, int] = field(default_factory=dict)

    def open_case(self, sighting: Sighting, *, ago: timedelta) -> str:
        """A case with its evidence stored; its code."""
        code, raised = self.raise_alert(sighting, ago=ago)
        self.store_evidence(sighting, raised)
        return code

    def raise_alert(self, sighting: Sighting, *, ago: timedelta) -> tuple[str, AlertMessage]:
        """A case whose evidence is on its way; its code, and the message that opened it."""
        sequence = self._next(sighting.camera_id)
        at = datetime.now(UTC) - ago
        raised = sighting.raised(at, outbox_id=self._outbox_id, sequence=sequence)
        return self._tell(raised), raised

    def store_evidence(self, sighting: Sighting, raised: AlertMessage) -> None:
        """Put snapshot and clip into the store, then say so as the node does."""
        evidence = (
            self._keep(EvidenceKind.SNAPSHOT, sighting.snapshot(), "image/jpeg"),
            self._keep(EvidenceKind.CLIP, sighting.clip(), "video/mp4"),
        )
        changed: dict[str, object] = {
            "phase": Phase.UPDATED,
            "reason": Reason.EVIDENCE,
            "evidence": evidence,
            "sequence": self._next(raised.camera),
        }
        self._tell(raised.model_copy(update=changed))

    def end_alert(self, raised: AlertMessage) -> None:
        """The node says that the object has left."""
        ended = raised.captured_at + timedelta(seconds=30)
        changed: dict[str, object] = {
            "phase": Phase.ENDED,
            "reason": Reason.GONE,
            "captured_at": ended,
            "ended_at": ended,
            "confidence": 0.41,
            "sequence": self._next(raised.camera),
        }
        self._tell(raised.model_copy(update=changed))

    def report(self, camera: str, state: CameraState, fault: Fault | None, ago: timedelta) -> None:
        """The node says how a camera is."""
        message = CameraStatusMessage(
            node=NODE,
            camera=camera,
            state=state,
            since=datetime.now(UTC) - ago,
            reason=fault,
            text=None if fault is None else FAULTS[fault],
        )
        self._bring(self._topics.camera_status(camera), message, is_retained=True)

    def report_node(self, state: NodeState, *reduced: ReducedClass) -> None:
        """The node says how it is itself."""
        since = datetime.now(UTC) - timedelta(hours=7)
        message = NodeStatus(node=NODE, state=state, version="0.1.0", since=since, reduced=reduced)
        self._bring(self._topics.node_status(NODE), message, is_retained=True)

    @property
    def _topics(self) -> Topics:
        return Topics(self.desk.site.site)

    def _next(self, camera: str) -> int:
        self._sequences[camera] = self._sequences.get(camera, 0) + 1
        return self._sequences[camera]

    def _tell(self, message: AlertMessage) -> str:
        return self._bring(self._topics.alert(message.camera), message)

    def _bring(self, topic: str, message: Wire, *, is_retained: bool = False) -> str:
        """Bring it, and wait until the desk says what changed."""
        changes: SimpleQueue[Change] = SimpleQueue()
        unsubscribe = self.desk.service.changes.subscribe(changes.put)
        try:
            self.link.bring(topic, message, is_retained=is_retained)
            return changes.get(timeout=PATIENCE_S).id
        except Empty:
            raise TimeoutError(f"the desk did nothing with {topic}") from None
        finally:
            unsubscribe()

    def _keep(self, kind: EvidenceKind, content: bytes, media_type: str) -> EvidenceReference:
        sha256 = hashlib.sha256(content).hexdigest()
        place = self.desk.service.evidence_folder.place(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():  # the same picture may be on its way to a page
            place.write_bytes(content)
        return EvidenceReference(
            kind=kind,
            state=EvidenceState.STORED,
            sha256=sha256,
            bytes=len(content),
            media_type=media_type,
        )


def another_desk(desk: DutyDesk) -> DeskService:
    """Like a second process on the same store: the first one's pages do not hear of it."""
    return DeskService(desk.desk.store, desk.desk.site)


@contextmanager
def running_desk(folder: Path, *, names: Mapping[str, str] = OWN_NAMES) -> Iterator[DutyDesk]:
    """A desk on a free port with one officer of the town, until the end of the block.

    `names` are other names for cameras and areas.
    """
    link = SilentLink()
    link.connection = CONNECTION
    clock = ForwardClock()
    desk = Desk(sample_site(folder, names), make_link=lambda _: link, steady=clock)
    with _served(app_of(desk, labels=PERSON)) as url:
        _add_officer(desk)
        yield DutyDesk(desk=desk, link=link, url=url, clock=clock)


def _add_officer(desk: Desk) -> None:
    desk.service.officers.add(
        NewOfficer(
            name=NAME,
            password=PASSWORD,
            role=Role.TOWN_OFFICER,
            area_id=TOWN,
            display_name="张伟",
        )
    )


@contextmanager
def _served(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="warning", ws="websockets-sansio")
    )
    thread = Thread(target=server.run, name="duty-desk")
    thread.start()
    try:
        yield _address(server, thread)
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "the desk does not stop"


def _address(server: uvicorn.Server, thread: Thread) -> str:
    while not server.started:
        thread.join(0.02)
        assert thread.is_alive(), "the desk did not start"
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    return f"http://{host}:{port}"
