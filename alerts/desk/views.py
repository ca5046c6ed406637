"""What officers, pages and REST see: frozen rows, made by the service layer only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Literal
from uuid import UUID

from alerts.alert import Phase, Severity
from alerts.case import CaseStatus, FollowUp, Origin, Verdict
from alerts.schema import EvidenceKind, EvidenceState, Text

Language = Literal["zh", "en"]


class Role(StrEnum):
    """What an officer is here for."""

    VILLAGE_OFFICER = "village-officer"
    TOWN_OFFICER = "town-officer"
    COUNTY_SUPERVISOR = "county-supervisor"
    DEPARTMENT_HANDLER = "department-handler"  # acts on what was handed to their department
    GRID_WORKER = "grid-worker"  # acts on what was handed to them, reports what they find
    MAINTAINER = "maintainer"  # looks after cameras and nodes; sees neither cases nor footage
    AUDITOR = "auditor"  # reads, and reads the register of who looked at what
    INTEGRATOR = "integrator"  # another platform, by token or over MQTT; signs in nowhere


class Scope(StrEnum):
    """What a token lets its integrator do, at most."""

    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    FOOTAGE_READ = "footage:read"
    EQUIPMENT_READ = "equipment:read"
    EVENTS_READ = "events:read"
    WEBHOOKS_MANAGE = "webhooks:manage"


class Action(StrEnum):
    """What an officer can do with a case; `alerts.desk.case_actions` says who and when."""

    ACCEPT = "accept"  # 受理
    FALSE_ALARM = "false-alarm"  # 误报
    CLOSE = "close"  # 办结
    NOTE = "note"  # 记录
    DISPATCH = "dispatch"  # 分流交办
    START = "start"  # 开始处置
    REPORT = "report"  # 反馈
    SEND_BACK = "send-back"  # 退回重办
    RELEASE = "release"  # 退回待受理
    REOPEN = "reopen"  # 重新受理
    FOLLOW_UP = "follow-up"  # 回访
    MERGE = "merge"  # 合并
    SPLIT = "split"  # 拆分
    RELATE = "relate"  # 关联
    SUPERVISE = "supervise"  # 督办
    EXTEND = "extend"  # 延期
    HAND_OVER = "hand-over"  # 转交


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Somebody on duty; sees `area_id` and all areas below it.

    Attributes:
        department: Whose cases a department handler sees.
        scopes: Those of the token by which an integrator came; None means no narrowing.
    """

    id: int
    name: str
    display_name: str
    role: Role
    area_id: str
    language: Language
    department: str | None = None
    is_disabled: bool = False
    scopes: frozenset[Scope] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionToken:
    """A fresh log-in; the token goes into the cookie and is kept nowhere else.

    Attributes:
        expires_at: On the clock of time limits (`SteadyClock`), aware UTC.
        lifetime: From now until then.
    """

    token: str
    officer: Officer
    expires_at: datetime
    lifetime: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A line of the queue; times are aware UTC.

    Attributes:
        opened_at: When the alert was raised; when the desk heard of it, where the node's clock
            was ahead.
        snapshot_state: None where no snapshot is to be expected.
        snapshot_ready: Whether it is stored, and not deleted since.
        camera_id: None where a case opened by hand has no camera; then `camera_name` is empty.
        assignee: Display name of whoever accepted it.
        due_at: When the step that runs now is to be done, as clocks on the wall show it; None
            where nothing runs.
        escalation_level: 0, or how many levels up it is supervised; `escalated_to` is the id of
            that area and `escalated_to_name` its name.
        department: Which it was handed to; `handler` is the display name of the officer.
        place: Where, in the words of whoever opened it by hand.
        rule_id: Of the alert that opened it; empty where none did.
    """

    code: str
    case_id: int
    version: int
    status: CaseStatus
    verdict: Verdict | None
    severity: Severity
    category: str
    label: str
    text: Text
    camera_id: str | None
    camera_name: str
    area_id: str
    area_name: str
    opened_at: datetime
    updated_at: datetime
    ended_at: datetime | None
    alert_count: int
    snapshot_state: EvidenceState | None
    snapshot_ready: bool
    assignee: str | None
    due_at: datetime | None = None
    is_overdue: bool = False
    supervised_since: datetime | None = None
    escalation_level: int = 0
    escalated_to: str | None = None
    escalated_to_name: str = ""
    department: str | None = None
    handler: str | None = None
    handler_id: int | None = None
    origin: Origin = Origin.ALERT
    place: str = ""
    rule_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """One alert of a case with its latest phase; `box` is x1, y1, x2, y2 in 0–1.

    `box`, `raised_confidence` and `raised_label` are those of the `raised` message, the picture
    that the snapshot shows, unless only later messages have arrived so far; `label` and
    `confidence` are the latest.
    """

    alert_id: UUID
    phase: Phase
    rule_id: str
    kind: str
    zone_id: str
    label: str
    confidence: float
    model_id: str
    box: tuple[float, float, float, float]
    raised_label: str
    raised_confidence: float
    raised_at: datetime
    captured_at: datetime
    ended_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """A snapshot or clip of a case; `url` (relative to the desk) only once it is stored.

    Attributes:
        is_deleted: It was stored, and its time in store is over.
    """

    kind: EvidenceKind
    state: EvidenceState
    media_type: str | None
    url: str | None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One entry of the append-only journal.

    Attributes:
        kind: A `JournalKind`: `opened`, `ended` (`note` is the reason), `reopened`, `evidence`
            (`note` is as in `snapshot stored`, or `deleted`), `moved`, `note`, and what changes
            a case without moving it.
        actor: Log-in name of the officer, or `system`.
        actor_name: As colleagues read it.
        action: The `Action` it was, or `expire` where an acceptance ran out; None where `kind`
            says it all.
        facts: What it is about, by name: `alerts.desk.journal.Fact` lists them.
    """

    kind: str
    actor: str
    actor_name: str
    at: datetime
    note: str
    from_status: CaseStatus | None
    to_status: CaseStatus | None
    action: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRow:
    """A file that an officer attached; `url` is None once its time in store is over.

    Attributes:
        number: By which the desk serves it, under the code of its case.
        name: As the officer's machine called it: text, not a path.
    """

    number: int
    name: str
    media_type: str
    bytes: int
    actor: str
    actor_name: str
    at: datetime
    url: str | None


class LinkKind(StrEnum):
    """How another case belongs to this one."""

    RELATED = "related"
    MERGED_INTO = "merged-into"  # this one is a duplicate of the other
    MERGED_FROM = "merged-from"  # the other is a duplicate of this one
    SPLIT_INTO = "split-into"  # alerts of this one were taken out into the other
    SPLIT_FROM = "split-from"
    NEARBY = "nearby"  # the same camera, about the same time; nobody said so


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLink:
    """Another case that belongs to this one and that the officer may see."""

    kind: LinkKind
    code: str
    status: CaseStatus
    severity: Severity
    text: Text
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedCase:
    """A duplicate with what it brought: its evidence is served under its own code."""

    code: str
    alerts: tuple[AlertRow, ...]
    evidence: tuple[EvidenceRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneShape:
    """A zone to draw over the picture, corners in 0–1; `name` is its id where it has none."""

    id: str
    name: str
    polygon: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A whole case as one officer may see it.

    Attributes:
        accepted_by: Display name of the officer who accepted it, the last time that was.
        verdict_reason: Why it was closed so.
        merged_into: The code of the case that this one is a duplicate of.
        merged: The duplicates of this one.
        links: Other cases that belong to it; those that were said first, then those nearby.
    """

    row: CaseRow
    alerts: tuple[AlertRow, ...]
    evidence: tuple[EvidenceRow, ...]
    journal: tuple[JournalEntry, ...]
    zones: tuple[ZoneShape, ...]
    actions: frozenset[Action]
    accepted_by: str | None = None
    verdict_reason: str = ""
    follow_up: FollowUp | None = None
    merged_into: str | None = None
    merged: tuple[MergedCase, ...] = ()
    links: tuple[CaseLink, ...] = ()
    attachments: tuple[AttachmentRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """Which cases; an empty set or None means all.

    Attributes:
        area_id: This area and all below it.
        text: Words of its texts and notes, of its camera's or area's name, or of its code.
        since: Queued then or later; `until`: before that.
        is_overdue: Only those whose time limit is over while they are not closed.
        handler_id: The officer whom it was handed to.
        officer_id: The officer whom it was handed to, or who accepted it while it is not over.
        origins: `alert`, or how it was reported.
    """

    statuses: frozenset[CaseStatus] = frozenset()
    severities: frozenset[Severity] = frozenset()
    categories: frozenset[str] = frozenset()
    verdicts: frozenset[Verdict] = frozenset()
    origins: frozenset[str] = frozenset()
    area_id: str | None = None
    camera_id: str | None = None
    rule_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    is_overdue: bool = False
    department: str | None = None
    handler_id: int | None = None
    officer_id: int | None = None
    text: str | None = None


MOST_COUNTED = 1000
"""See `QueuePage.counts`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """Newest first; what is searched by text in the order in which the cases were opened.

    Attributes:
        counts: By status, for the filter without its statuses, on the first page; empty on later
            ones. Exact where the filter names areas, severities and categories only; else it
            counts no further than `MOST_COUNTED`.
    """

    rows: tuple[CaseRow, ...]
    next_cursor: str | None
    counts: Mapping[CaseStatus, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A file to serve; `sha256` is of the evidence, not of the copy that `path` may be."""

    path: Path
    media_type: str
    sha256: str
