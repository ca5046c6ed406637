"""Cameras and nodes as an officer sees them: what was last heard, put together."""

from __future__ import annotations

from sqlalchemy import select

from alerts.desk.bus_tables import CameraStateRecord, NodeStateRecord
from alerts.desk.camera_page import key_of
from alerts.desk.config import DeskCamera
from alerts.desk.directory import Directory
from alerts.desk.equipment_views import CameraRow, CameraSight, NodeRow
from alerts.desk.reduced import reduced_from
from alerts.desk.store import Store
from alerts.desk.views import Officer
from alerts.schema import NodeState, Text
from alerts.words import FAULTS

NEVER_HEARD = NodeState.OFFLINE
"""A node that never spoke is, for whoever has to look, offline."""


class Wall:
    """Reads states; thread-safe."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def cameras(self, officer: Officer) -> tuple[CameraRow, ...]:
        """The officer's cameras, those not streaming first, then by name."""
        heard, nodes = self._cameras_heard(), self._nodes_heard()
        rows = [
            self._camera(camera, heard.get(camera.id), nodes)
            for camera in self._directory.cameras_of(officer)
        ]
        rows.sort(key=key_of)
        return tuple(rows)

    def nodes(self, officer: Officer) -> tuple[NodeRow, ...]:
        """The nodes of the officer's cameras, those not online first."""
        heard, nodes = self._cameras_heard(), self._nodes_heard()
        names = {_node_of(camera, heard) for camera in self._directory.cameras_of(officer)}
        rows = [_node(name, nodes.get(name)) for name in names]
        return tuple(sorted(rows, key=lambda row: (row.state is NodeState.ONLINE, row.node)))

    def _camera(
        self,
        camera: DeskCamera,
        heard: CameraStateRecord | None,
        nodes: dict[str, NodeStateRecord],
    ) -> CameraRow:
        name = camera.node if heard is None else heard.node
        node = _node(name, nodes.get(name))
        is_unknown = heard is None or node.state is NodeState.OFFLINE
        return CameraRow(
            camera_id=camera.id,
            name=camera.name or camera.id,
            area_id=camera.area,
            area_name=self._directory.area_name(camera.area),
            owner=camera.owner,
            state=CameraSight.UNKNOWN if is_unknown or heard is None else CameraSight(heard.state),
            since=node.since if is_unknown or heard is None else heard.since,
            reason=None if is_unknown or heard is None else _reason(heard),
            node=name,
            node_state=node.state,
        )

    def _cameras_heard(self) -> dict[str, CameraStateRecord]:
        with self._store.reading() as session:
            return {each.camera_id: each for each in session.scalars(select(CameraStateRecord))}

    def _nodes_heard(self) -> dict[str, NodeStateRecord]:
        with self._store.reading() as session:
            return {each.node: each for each in session.scalars(select(NodeStateRecord))}


def _node_of(camera: DeskCamera, heard: dict[str, CameraStateRecord]) -> str:
    record = heard.get(camera.id)
    return camera.node if record is None else record.node


def _node(name: str, heard: NodeStateRecord | None) -> NodeRow:
    if heard is None:
        return NodeRow(node=name, state=NEVER_HEARD, since=None, version=None, backlog=0)
    return NodeRow(
        node=name,
        state=NodeState(heard.state),
        since=heard.since,
        version=heard.version,
        backlog=heard.backlog,
        reduced=reduced_from(heard.reduced),
        text=None if heard.text_zh is None else Text(zh=heard.text_zh, en=heard.text_en or ""),
    )


def _reason(heard: CameraStateRecord) -> Text | None:
    if heard.text_zh is not None:
        return Text(zh=heard.text_zh, en=heard.text_en or "")
    return None if heard.reason is None else FAULTS.get(heard.reason)
