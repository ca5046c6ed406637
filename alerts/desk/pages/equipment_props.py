"""The equipment beside the queue as props of its component; pure."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.desk.equipment_views import CameraRow, CameraSight, NodeRow
from alerts.desk.pages.words import Words
from alerts.schema import NodeState

WORKING_NODES = frozenset({NodeState.ONLINE, NodeState.REDUCED})
"""An overloaded node is listed, but it is online."""

MOST_FAULTS = 12
"""So many cameras or nodes are listed beside the queue; the rest is a number."""


def equipment_props(
    cameras: Sequence[CameraRow], nodes: Sequence[NodeRow], words: Words
) -> list[dict[str, object]]:
    """Cameras not streaming and nodes offline or in trouble, each group with its tally."""
    bad_cameras = [row for row in cameras if row.state is not CameraSight.STREAMING]
    bad_nodes = [row for row in nodes if row.state is not NodeState.ONLINE or row.text]
    working = sum(row.state in WORKING_NODES for row in nodes)
    return [
        {
            **_group("cameras", len(cameras), len(bad_cameras), words),
            "rows": [_camera(row, words) for row in bad_cameras[:MOST_FAULTS]],
        },
        {
            **_group("nodes", len(nodes), len(bad_nodes), words, working),
            "rows": [_node(row, words) for row in bad_nodes[:MOST_FAULTS]],
        },
    ]


def _group(
    name: str, count: int, bad: int, words: Words, good: int | None = None
) -> dict[str, object]:
    """`good` where some of the listed ones work nevertheless."""
    rest = bad - MOST_FAULTS
    good = count - bad if good is None else good
    return {
        "id": name,
        "title": words(name),
        "tally": words(f"{name}_tally", good=good, all=count) if count else "",
        "fine": words(f"{name}_fine" if count else f"{name}_none"),
        "rest": words("equipment_rest", count=rest) if rest > 0 else "",
    }


def _camera(row: CameraRow, words: Words) -> dict[str, object]:
    return {
        "id": row.camera_id,
        "name": row.name or row.camera_id,
        "state": row.state.value,
        "state_name": words.named("camera", row.state),
        "reason": _why(row, words),
        "where": row.area_name,
        "since": row.since.isoformat() if row.since else "",
    }


def _why(row: CameraRow, words: Words) -> str:
    if row.state is CameraSight.UNKNOWN:
        if row.since is None or row.node_state is not NodeState.OFFLINE:
            return words("why.never_heard")
        return words("why.node_offline", node=row.node)
    return words.text(row.reason) if row.reason else ""


def _node(row: NodeRow, words: Words) -> dict[str, object]:
    return {
        "id": row.node,
        "name": row.node,
        "state": row.state.value,
        "state_name": words.named("node", row.state),
        "reason": _trouble(row, words),
        "where": words("backlog", count=row.backlog) if row.backlog else "",
        "since": row.since.isoformat() if row.since else "",
    }


def _trouble(row: NodeRow, words: Words) -> str:
    """What it suffers from, then what it analyses less."""
    if row.since is None:
        return words("why.never_heard")
    suffers = words.text(row.text) if row.text else ""
    return words.sentence_mark.join(filter(None, (suffers, _reduced(row, words))))


def _reduced(row: NodeRow, words: Words) -> str:
    """By class, how many frames a second are still analysed: 二类 2.1 / 5 帧/秒."""
    rates = words.list_mark.join(
        words(
            f"reduced.{each.camera_class}",
            count=each.cameras,
            fps=f"{each.fps:g}",
            of_fps=f"{each.of_fps:g}",
        )
        for each in row.reduced
    )
    return words("why.reduced", rates=rates) if rates else ""
