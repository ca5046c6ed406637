"""A year and more of cases of the benchmark's county, the same for every run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from alerts.case import CaseStatus, Verdict
from alerts.desk.search_words import words_of
from alerts.desk.word_index import words_of_case
from deploy.bench.desk_world import KINDS, WorldCamera, cameras

UNTIL = datetime(2026, 10, 1, tzinfo=UTC)
"""The newest case is from then, whenever the benchmark runs."""
DAYS = 400
PART = 10_000
"""Cases that are made at once."""
OPEN_AMONG = 20_000
"""Only of the newest so many are some still open."""
OPEN = {
    CaseStatus.PENDING: 0.10,
    CaseStatus.ACCEPTED: 0.05,
    CaseStatus.DISPATCHED: 0.08,
    CaseStatus.HANDLING: 0.08,
    CaseStatus.REPORTED: 0.04,
}
VERDICTS = {
    Verdict.TRUE: 60, Verdict.FALSE: 33, Verdict.DUPLICATE: 4, Verdict.DRILL: 1, Verdict.TEST: 2,
}  # fmt: skip
DEPARTMENTS = ("公安", "应急管理", "交通运输", "水务", "自然资源")
_WHO = ("网格员王芳", "民警李强", "值班员赵磊", "村干部刘洋", "护林员马军", "消防队员陈刚")
_DID = (
    "到现场劝离",
    "电话核实",
    "调看前后录像",
    "通知车主挪车",
    "联系家属接回",
    "拉设警戒线",
    "驱赶羊群",
)
_FOUND = (
    "系村民散步",
    "系树影晃动",
    "无人员受伤",
    "已恢复通行",
    "为施工人员",
    "已批评教育",
    "未发现异常",
)
_THEN = ("继续关注", "现场已清理", "已拍照存档", "转交派出所", "次日复查", "已告知当事人")

Row = tuple[object, ...]


@dataclass(slots=True)
class Part:
    """Rows by table, in the order of `COLUMNS`."""

    cases: list[Row] = field(default_factory=list)
    alerts: list[Row] = field(default_factory=list)
    evidence: list[Row] = field(default_factory=list)
    journal: list[Row] = field(default_factory=list)
    case_words: list[tuple[int, frozenset[str]]] = field(default_factory=list)


COLUMNS = {
    "cases": (
        "id", "code", "version", "status", "verdict", "severity", "category", "label", "text_zh",
        "text_en", "camera_id", "area_id", "rule_id", "opened_at", "queued_at", "updated_at",
        "ended_at", "alert_count", "due_at", "department",
    ),
    "alerts": (
        "alert_id", "case_id", "node", "outbox_id", "sequence", "phase", "camera_id", "rule_id",
        "kind", "zone_id", "label", "confidence", "model_id", "box", "raised_label",
        "raised_confidence", "raised_at", "captured_at", "ended_at",
    ),
    "evidence": ("case_id", "kind", "state", "sha256", "bytes", "media_type"),
    "journal": ("case_id", "kind", "actor", "at", "note", "from_status", "to_status"),
}  # fmt: skip


class Seeder:
    """Makes `number` cases, oldest first."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._random = random.Random(20260725)  # noqa: S311 - the same cases for everybody
        self._cameras = cameras()
        self._kinds = [kind for kind in KINDS for _ in range(kind.share)]
        self._step = timedelta(days=DAYS) / number
        self._last_codes: dict[str, int] = {}
        self._words: dict[str, frozenset[str]] = {}

    def parts(self) -> Iterator[Part]:
        """All of them, `PART` at a time."""
        for start in range(0, self._number, PART):
            part = Part()
            for number in range(start, min(start + PART, self._number)):
                self._case(part, number)
            yield part

    @property
    def counters(self) -> dict[str, int]:
        """The last number of each area's and day's codes."""
        return self._last_codes

    def _case(self, part: Part, number: int) -> None:
        camera = self._cameras[int(self._random.random() ** 2 * len(self._cameras))]
        kind = self._random.choice(self._kinds)
        at = UNTIL - self._step * (self._number - number)
        status, case_id, code = self._status(number), number + 1, self._code(camera, at)
        is_over = status in {CaseStatus.CLOSED, CaseStatus.FOLLOWED_UP}
        verdict = self._random.choices(list(VERDICTS), list(VERDICTS.values()))[0]
        is_handed = status in {CaseStatus.DISPATCHED, CaseStatus.HANDLING, CaseStatus.REPORTED}
        is_handed = is_handed or (is_over and self._random.random() < 0.2)
        text_zh, text_en = f"{camera.name}：{kind.text_zh}", f"{camera.name}: {kind.text_en}"
        later = at + timedelta(minutes=self._random.randint(2, 300))
        ended = at + timedelta(minutes=2)
        part.cases.append((
            case_id, code, 1 if status is CaseStatus.PENDING else 3, status.value,
            verdict.value if is_over else None, kind.severity, kind.category, kind.label, text_zh,
            text_en, camera.id, camera.area, kind.rule, at, at, later, ended, 1,
            None if is_over else at + timedelta(hours=self._random.randint(1, 400)),
            self._random.choice(DEPARTMENTS) if is_handed else None,
        ))  # fmt: skip
        part.alerts.append((
            UUID(int=case_id), case_id, camera.node, UUID(int=7), case_id, "ended", camera.id,
            kind.rule, kind.kind, "zone-1", kind.label, 0.8, "coco", "[0.1, 0.2, 0.3, 0.4]",
            kind.label, 0.8, at, at, ended,
        ))  # fmt: skip
        for evidence in ("snapshot", "clip"):
            part.evidence.append((case_id, evidence, "failed", None, None, None))
        note = self._note() if status is not CaseStatus.PENDING else ""
        part.journal.append((case_id, "opened", "system", at, "", None, "pending"))
        if note:
            part.journal.append((case_id, "moved", "bench", at, "", "pending", "accepted"))
            part.journal.append((case_id, "moved", "bench", later, note, "accepted", status.value))
        values = {
            "code": code, "label": "", "camera_id": camera.id, "area_id": camera.area,
            "category": kind.category, "severity": kind.severity,
        }  # fmt: skip
        words = words_of_case(values) | self._words_of(text_zh) | self._words_of(text_en)
        part.case_words.append((case_id, words | self._words_of(note) | {kind.label}))

    def _status(self, number: int) -> CaseStatus:
        drawn = self._random.random()
        if number >= self._number - OPEN_AMONG:
            for status, share in OPEN.items():
                drawn -= share
                if drawn < 0:
                    return status
        return CaseStatus.CLOSED if drawn < 0.9 else CaseStatus.FOLLOWED_UP

    def _code(self, camera: WorldCamera, at: datetime) -> str:
        name = f"{camera.area}-{at:%Y%m%d}"
        self._last_codes[name] = number = self._last_codes.get(name, 0) + 1
        return f"{name}-{number:04d}"

    def _note(self) -> str:
        pick = self._random.choice
        return f"{pick(_WHO)}{pick(_DID)}，{pick(_FOUND)}，{pick(_THEN)}。"

    def _words_of(self, text: str) -> frozenset[str]:
        """Texts repeat; the index has them again and again all the same."""
        if text not in self._words:
            self._words[text] = words_of(text)
        return self._words[text]
