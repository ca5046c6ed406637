"""Keeps what cameras and nodes last said of themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from alerts.desk.bus_tables import CameraStateRecord, NodeStateRecord
from alerts.desk.changes import Change
from alerts.desk.directory import Directory
from alerts.desk.intake import Cleared
from alerts.desk.reduced import reduced_json
from alerts.schema import CameraStatusMessage, NodeState, NodeStatus

State = CameraStatusMessage | NodeStatus | Cleared


def keep_state(
    session: Session, message: State, directory: Directory, at: datetime, *, is_retained: bool
) -> Change:
    """Keep the newest state of one camera or node; what to tell the pages."""
    if isinstance(message, NodeStatus):
        return _keep_node(session, message, at, is_retained=is_retained)
    if isinstance(message, CameraStatusMessage):
        session.merge(_camera(message))
        return _changed(message.camera, directory)
    return _clear(session, message, directory)


def _keep_node(session: Session, message: NodeStatus, at: datetime, *, is_retained: bool) -> Change:
    known = session.get(NodeStateRecord, message.node)
    since = message.since
    if message.state is NodeState.OFFLINE:
        # A will is written when the connection is made: its `since` is not when the node died.
        if known is not None and known.state == NodeState.OFFLINE:
            since = known.since
        elif not is_retained:
            since = max(since, at)
    session.merge(
        NodeStateRecord(
            node=message.node,
            state=message.state.value,
            since=since,
            version=message.version,
            backlog=message.backlog,
            reduced=reduced_json(message.reduced),
            text_zh=None if message.text is None else message.text.zh,
            text_en=None if message.text is None else message.text.en,
        )
    )
    return Change(kind="node", id=message.node, area_id=None)


def _camera(message: CameraStatusMessage) -> CameraStateRecord:
    return CameraStateRecord(
        camera_id=message.camera,
        node=message.node,
        state=message.state.value,
        since=message.since,
        reason=message.reason,
        text_zh=None if message.text is None else message.text.zh,
        text_en=None if message.text is None else message.text.en,
    )


def _clear(session: Session, cleared: Cleared, directory: Directory) -> Change:
    if cleared.camera is not None:
        camera = session.get(CameraStateRecord, cleared.camera)
        if camera is not None:
            session.delete(camera)
        return _changed(cleared.camera, directory)
    node = session.get(NodeStateRecord, cleared.node)
    if node is not None:
        session.delete(node)
    return Change(kind="node", id=cleared.node or "", area_id=None)


def _changed(camera_id: str, directory: Directory) -> Change:
    return Change(kind="camera", id=camera_id, area_id=directory.cameras[camera_id].area)
