"""Which alert messages the store holds, and the receipts that say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, inspect, select
from sqlalchemy.orm import Session

from alerts.desk.bulk_insert import insert_rows
from alerts.desk.bus_tables import OutboxRecord, ReceivedRecord
from alerts.desk.columns import Base
from alerts.desk.intake import Identity
from alerts.desk.ranges import Range, Ranges, new_gaps
from alerts.desk.upsert import Row
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
    before: dict[int, int]  # last by first, as the database has them
    gaps_before: tuple[Range, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.gaps_before = self.ranges.missing


class Received:
    """The identities of one batch's outboxes, within one transaction."""

    def __init__(
        self, session: Session, identities: Sequence[AlertMessage | Identity | DroppedMessage]
    ) -> None:
        self._session = session
        self._nodes = {each.outbox_id: each.node for each in identities}
        self._cameras: dict[Key, _Camera] = {}
        self._found = _known_spans(session, self._nodes, _names(identities))

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
            before = self._found.get(key, {})
            self._cameras[key] = _Camera(Ranges(before.items()), before)
        return self._cameras[key]

    def save(self, at: datetime) -> None:
        """Write what changed, in a few statements whatever the number of cameras."""
        gone: list[Row] = []
        kept: list[Row] = []
        for (outbox_id, camera_id), camera in self._cameras.items():
            after = dict(camera.ranges.received)
            spans = {"outbox_id": outbox_id, "camera_id": camera_id}
            gone += [{**spans, "first": first} for first in camera.before if first not in after]
            changed = after.items() - camera.before.items()
            kept += [{**spans, "first": first, "last": last} for first, last in changed]
        connection = self._session.connection()
        for spans in gone:
            connection.execute(delete(ReceivedRecord).filter_by(**spans))
        _upsert(connection, ReceivedRecord, kept)
        heard = [{"outbox_id": o, "node": n, "heard_at": at} for o, n in self._nodes.items()]
        _upsert(connection, OutboxRecord, heard)

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


def _names(identities: Iterable[AlertMessage | Identity | DroppedMessage]) -> set[str]:
    names: set[str] = set()
    for each in identities:
        names.update(each.dropped if isinstance(each, DroppedMessage) else (each.camera,))
    return names


def _known_spans(
    session: Session, outboxes: Iterable[UUID], cameras: set[str]
) -> dict[Key, dict[int, int]]:
    """What the database has of these cameras: last by first."""
    row = ReceivedRecord
    query = select(row.outbox_id, row.camera_id, row.first, row.last)
    query = query.where(row.outbox_id.in_(outboxes), row.camera_id.in_(sorted(cameras)))
    found: dict[Key, dict[int, int]] = {}
    for outbox_id, camera_id, first, last in session.execute(query):
        found.setdefault((outbox_id, camera_id), {})[first] = last
    return found


def _upsert(connection: Connection, table: type[Base], rows: list[Row]) -> None:
    """Write all columns of rows that may be there already, by their key."""
    keys = [column.name for column in inspect(table).primary_key]
    # Sorted, so that two transactions lock rows in one order.
    ordered = sorted(rows, key=lambda row: [str(row[name]) for name in keys])
    insert_rows(connection, table, ordered, is_upsert=True)


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
