"""What officers, pages and REST see of cameras, nodes and areas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alerts.area import AreaLevel
from alerts.schema import NodeState, ReducedClass, Text
from ingest.config import Owner


class CameraSight(StrEnum):
    """A camera's state as the desk shows it: its own and its node's together."""

    STREAMING = "streaming"
    STALLED = "stalled"
    OFFLINE = "offline"
    DISABLED = "disabled"
    CLOSED_BY_CONSENT = "closed-by-consent"
    UNKNOWN = "unknown"  # its node is offline, or nothing was ever heard


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraRow:
    """A camera on the wall; `since` is None where nothing was ever heard."""

    camera_id: str
    name: str
    area_id: str
    area_name: str
    owner: Owner
    state: CameraSight
    since: datetime | None
    reason: Text | None
    node: str
    node_state: NodeState


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRow:
    """A node that holds at least one camera of the officer's areas.

    `reduced`: what it still analyses, by class of camera, where it is overloaded. `text`: what it
    suffers from, such as a full disk.
    """

    node: str
    state: NodeState
    since: datetime | None
    version: str | None
    backlog: int
    reduced: tuple[ReducedClass, ...] = ()
    text: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRow:
    """An area the officer may choose in the filter, parents first."""

    area_id: str
    name: str
    level: AreaLevel
    parent: str | None
