"""The queue and the equipment beside it as props of their components; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from alerts.case import CaseStatus
from alerts.desk.journal import DELETED
from alerts.desk.pages.words import Words
from alerts.desk.views import CameraRow, CameraSight, CaseRow, NodeRow
from alerts.schema import EvidenceState, NodeState, Text

DEFAULT_TAB = "pending"

TABS: Mapping[str, frozenset[CaseStatus]] = MappingProxyType(
    {
        "pending": frozenset({CaseStatus.PENDING}),
        "accepted": frozenset(
            {
                CaseStatus.ACCEPTED,
                CaseStatus.DISPATCHED,
                CaseStatus.HANDLING,
                CaseStatus.REPORTED,
            }
        ),
        "closed": frozenset({CaseStatus.CLOSED, CaseStatus.FOLLOWED_UP}),
        "all": frozenset(CaseStatus),
    }
)
"""The tabs of the queue, each with its statuses, as they stand in the address."""

WORKING_NODES = frozenset({NodeState.ONLINE, NodeState.REDUCED})
"""An overloaded node is listed, but it is online."""

MOST_FAULTS = 12
"""So many cameras or nodes are listed beside the queue; the rest is a number."""


def thumbnail_url(code: str) -> str:
    """Where the desk serves the small picture of a case, which is no look for the register."""
    return f"/api/cases/{code}/thumbnail"


def tab_of(value: str | None) -> str:
    """The tab that the address names; the first where it names none."""
    return value if value is not None and value in TABS else DEFAULT_TAB


def tab_props(counts: Mapping[CaseStatus, int], words: Words) -> list[dict[str, object]]:
    """The tabs with their counts."""
    return [
        {
            "status": tab,
            "href": "/" if tab == DEFAULT_TAB else f"/?status={tab}",
            "name": words(f"tab.{tab}"),
            "count": sum(counts.get(status, 0) for status in statuses),
        }
        for tab, statuses in TABS.items()
    ]


def saying(row: CaseRow, words: Words) -> str:
    """The alert's sentence without the camera's name, which stands beside it anyway."""
    camera = row.camera_name or row.camera_id or ""
    zh = row.text.zh.removeprefix(f"{camera}：")
    en = row.text.en.removeprefix(f"{camera}: ")
    return words.text(Text(zh=zh, en=en))


def row_props(row: CaseRow, words: Words, *, is_withheld: bool = False) -> dict[str, object]:
    """One line of the queue; `is_withheld`: its picture is shown for a stated reason only."""
    picture = "withheld" if is_withheld and row.snapshot_ready else _snapshot(row)
    return {
        "code": row.code,
        "number": row.case_id,
        "severity": row.severity.value,
        "severity_name": words.named("severity", row.severity),
        "status": row.status.value,
        "status_name": words.named("status", row.status),
        "verdict": words.named("verdict", row.verdict) if row.verdict else "",
        "assignee": row.assignee or "",
        "text": saying(row, words),
        "camera": row.camera_name or row.camera_id or row.place,
        "area": row.area_name,
        "opened_at": row.opened_at.isoformat(),
        "thumbnail": thumbnail_url(row.code) if row.snapshot_ready and not is_withheld else "",
        "picture": words(f"snapshot.{picture}"),
    }


def _snapshot(row: CaseRow) -> str:
    if row.snapshot_state is EvidenceState.STORED and not row.snapshot_ready:
        return DELETED
    return row.snapshot_state or "none"


def equipment_props(
    cameras: Sequence[CameraRow], nodes: Sequence[NodeRow], words: Words
) -> list[dict[str, object]]:
    """Cameras not streaming and nodes not online, each group with its tally."""
    bad_cameras = [row for row in cameras if row.state is not CameraSight.STREAMING]
    bad_nodes = [row for row in nodes if row.state is not NodeState.ONLINE]
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


def rows_props(
    rows: Iterable[CaseRow], words: Words, is_withheld: Callable[[CaseRow], bool]
) -> list[dict[str, object]]:
    """All lines of the queue."""
    return [row_props(row, words, is_withheld=is_withheld(row)) for row in rows]
