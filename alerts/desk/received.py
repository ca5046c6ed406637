"""Which alert messages the store holds, and the receipts that say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.desk.bus_tables import OutboxRecord, ReceivedRecord
from alerts.desk.intake import Identity
from alerts.desk.ranges import Range, Ranges, new_gaps
from alerts.schema import AlertMessage, DroppedMessage, Receipt

RANGES_PER_RECEIPT = 500
"""Some 30 bytes each: with the camera's name far below what a broker takes."""

Key = tuple[UUID, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeReceipt:
    """A receipt and the node it goes to."""

    node: str
    receipt: Receipt


@dataclass(slots=True)
class _Camera:
    ranges: Ranges
    records: dict[int, ReceivedRecord]
    gaps_before: tuple[Range, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.gaps_before = self.ranges.missing


class Received:
    """The identities of one batch's outboxes, within one transaction."""

    def __init__(
        self, session: Session, identities: Iterable[AlertMessage | Identity | DroppedMessage]
    ) -> None:
        self._session = session
        self._nodes = {each.outbox_id: each.node for each in identities}
        self._cameras: dict[Key, _Camera] = {}
        found: dict[Key, dict[int, ReceivedRecord]] = {}
        query = select(ReceivedRecord).where(ReceivedRecord.outbox_id.in_(self._nodes))
        for record in session.scalars(query):
            key = (record.outbox_id, record.camera_id)
            found.setdefault(key, {})[record.first] = record
        self._found = found

    def add(self, message: AlertMessage | Identity) -> bool:
        """Whether this message is new; it counts as received from now on."""
        return self._camera(message.outbox_id, message.camera).ranges.add(message.sequence)

    def give_up(self, message: DroppedMessage) -> None:
        """Count as received what the node says will never come."""
        for name, spans in message.dropped.items():
            for first, last in spans:
                self._camera(message.outbox_id, name).ranges.fill(first, last)

    def _camera(self, outbox_id: UUID, name: str) -> _Camera:
        key = (outbox_id, name)
        if key not in self._cameras:
            records = self._found.get(key, {})
            ranges = Ranges((each.first, each.last) for each in records.values())
            self._cameras[key] = _Camera(ranges, records)
        return self._cameras[key]

    def save(self, at: datetime) -> None:
        """Write what changed."""
        for (outbox_id, camera_id), camera in self._cameras.items():
            after = dict(camera.ranges.received)
            for first, record in camera.records.items():
                if first not in after:
                    self._session.delete(record)
            for first, last in after.items():
                known = camera.records.get(first)
                if known is None:
                    self._session.add(
                        ReceivedRecord(
                            outbox_id=outbox_id, camera_id=camera_id, first=first, last=last
                        )
                    )
                else:
                    known.last = last
        for outbox_id, node in self._nodes.items():
            self._session.merge(OutboxRecord(outbox_id=outbox_id, node=node, heard_at=at))

    def receipts(self) -> list[NodeReceipt]:
        """For the cameras of this batch: what is held, and gaps that are new."""
        found: list[NodeReceipt] = []
        for outbox_id, node in self._nodes.items():
            cameras = {k[1]: c for k, c in self._cameras.items() if k[0] == outbox_id}
            received = {name: each.ranges.received for name, each in cameras.items()}
            missing = {
                name: new_gaps(each.gaps_before, each.ranges.missing)
                for name, each in cameras.items()
            }
            found += _split(node, outbox_id, received, missing)
        return found


def full_receipts(session: Session, since: datetime) -> list[NodeReceipt]:
    """All that is held and lacking of outboxes heard after `since`: heals lost receipts."""
    found: list[NodeReceipt] = []
    for outbox in session.scalars(select(OutboxRecord).where(OutboxRecord.heard_at > since)):
        ranges: dict[str, list[Range]] = {}
        query = select(ReceivedRecord).where(ReceivedRecord.outbox_id == outbox.outbox_id)
        for record in session.scalars(query):
            ranges.setdefault(record.camera_id, []).append((record.first, record.last))
        held = {name: Ranges(each) for name, each in ranges.items()}
        received = {name: each.received for name, each in held.items()}
        missing = {name: each.missing for name, each in held.items()}
        found += _split(outbox.node, outbox.outbox_id, received, missing)
    return found


ByCamera = dict[str, tuple[Range, ...]]


def _split(
    node: str, outbox_id: UUID, received: ByCamera, missing: ByCamera
) -> Iterator[NodeReceipt]:
    """Receipts of bounded size; together they say all of it."""
    parts = [("received", *each) for each in _each(received)]
    parts += [("missing", *each) for each in _each(missing)]
    for start in range(0, len(parts), RANGES_PER_RECEIPT):
        chosen: dict[str, dict[str, list[Range]]] = {"received": {}, "missing": {}}
        for kind, camera, span in parts[start : start + RANGES_PER_RECEIPT]:
            chosen[kind].setdefault(camera, []).append(span)
        receipt = Receipt.model_validate({"outbox_id": outbox_id, **chosen})
        yield NodeReceipt(node=node, receipt=receipt)


def _each(ranges: ByCamera) -> Iterator[tuple[str, Range]]:
    return ((camera, span) for camera, spans in ranges.items() for span in spans)
