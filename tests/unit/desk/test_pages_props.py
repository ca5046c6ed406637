from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from alerts.alert import Severity
from alerts.case import CaseStatus, Verdict
from alerts.desk.equipment_views import CameraRow, CameraSight, NodeRow
from alerts.desk.pages.action_forms import action_props
from alerts.desk.pages.case_facts import fact_props
from alerts.desk.pages.case_journal import journal_props
from alerts.desk.pages.case_shown import CaseShown
from alerts.desk.pages.conflict_words import conflict_words
from alerts.desk.pages.equipment_props import MOST_FAULTS, equipment_props
from alerts.desk.pages.evidence_props import evidence_props
from alerts.desk.pages.queue_asked import TABS, Asked
from alerts.desk.pages.queue_props import row_props, tab_props
from alerts.desk.pages.words import Words
from alerts.desk.views import CaseRow, CaseView, EvidenceRow
from alerts.schema import EvidenceKind, EvidenceState, NodeState, ReducedClass, Text
from ingest.config import Owner
from tests.desk_rows import NOW, case_row, case_view, journal_entry

ZH, EN = Words("zh", {"person": Text(zh="人", en="person")}), Words("en")

CLOSED = replace(
    journal_entry("moved", actor="zhang"),
    actor_name="张伟",
    from_status=CaseStatus.ACCEPTED,
    to_status=CaseStatus.CLOSED,
)


def camera(
    state: CameraSight,
    *,
    camera_id: str = "plaza-east",
    since: datetime | None = NOW,
    reason: Text | None = None,
) -> CameraRow:
    return CameraRow(
        camera_id=camera_id,
        name="文化广场东",
        area_id="620725101",
        area_name="清泉镇",
        owner=Owner.DEPARTMENT,
        state=state,
        since=since,
        reason=reason,
        node="node-1",
        node_state=NodeState.ONLINE,
    )


def node(state: NodeState, *reduced: ReducedClass) -> NodeRow:
    return NodeRow(
        node="node-1", state=state, since=NOW, version="0.1.0", backlog=7, reduced=reduced
    )


def stored(kind: EvidenceKind) -> EvidenceRow:
    return EvidenceRow(
        kind=kind, state=EvidenceState.STORED, media_type="x/y", url=f"/api/e/{kind}"
    )


def boxes(view: CaseView) -> list[dict[str, object]]:
    found = evidence_props(view, ZH)["boxes"]
    assert isinstance(found, list)
    return found


def offered(view: CaseView) -> dict[str, object]:
    return action_props(CaseShown(view=view), ZH)


def names(buttons: object) -> list[str]:
    assert isinstance(buttons, list)
    return [str(button["name"]) for button in buttons]


def listed(group: dict[str, object]) -> list[dict[str, object]]:
    found = group["rows"]
    assert isinstance(found, list)
    return found


def values(view: CaseView, words: Words = ZH) -> dict[str, str]:
    return {
        fact["name"]: fact.get("at") or fact.get("value", "") for fact in fact_props(view, words)
    }


def test_the_tabs_together_hold_every_status_once() -> None:
    parts = [TABS[name] for name in ("pending", "accepted", "closed")]
    assert sorted(status for part in parts for status in part) == sorted(CaseStatus)
    assert TABS["all"] == frozenset(CaseStatus)


@pytest.mark.parametrize("value", ["", "nonsense", "PENDING"])
def test_an_address_that_names_no_tab_shows_what_waits(value: str) -> None:
    assert Asked.of_address({"status": value}).tab == "pending"


def test_tabs_count_all_their_statuses() -> None:
    counts = {CaseStatus.PENDING: 3, CaseStatus.ACCEPTED: 2, CaseStatus.HANDLING: 4}
    tabs = {tab["status"]: (tab["count"], tab["href"]) for tab in tab_props(counts, ZH, Asked())}
    assert tabs == {
        "pending": (3, "/"),
        "accepted": (6, "/?status=accepted"),
        "closed": (0, "/?status=closed"),
        "all": (9, "/?status=all"),
    }


def test_a_row_says_severity_and_status_in_words() -> None:
    row = row_props(case_row(severity=Severity.CRITICAL), ZH)
    assert (row["severity"], row["severity_name"]) == ("critical", "紧急")
    assert row["status_name"] == "待受理"
    assert row_props(case_row(), EN)["status_name"] == "Pending"


@pytest.mark.parametrize("words", [ZH, EN])
def test_a_row_does_not_repeat_the_camera_in_its_sentence(words: Words) -> None:
    assert "文化广场东" not in str(row_props(case_row(), words)["text"])


def test_a_row_has_a_thumbnail_only_once_the_snapshot_is_stored() -> None:
    assert row_props(case_row(), ZH)["thumbnail"] == ""
    ready = row_props(case_row("A-1", snapshot_ready=True), ZH)
    assert ready["thumbnail"] == "/api/cases/A-1/thumbnail"


def test_a_picture_shown_for_a_reason_only_is_withheld_from_the_queue() -> None:
    row = row_props(case_row("A-1", snapshot_ready=True), ZH, is_withheld=True)
    assert (row["thumbnail"], row["picture"]) == ("", "住户，已办结")
    none = row_props(case_row("A-1"), ZH, is_withheld=True)
    assert none["picture"] == "图片上传中…"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (None, "没有图片"),
        (EvidenceState.PENDING, "图片上传中…"),
        (EvidenceState.FAILED, "图片保存失败"),
    ],
)
def test_a_row_without_a_picture_says_whether_one_will_come(
    state: EvidenceState | None, said: str
) -> None:
    assert row_props(case_row(snapshot_state=state), ZH)["picture"] == said


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (camera(CameraSight.OFFLINE, reason=Text(zh="连接超时", en="x")), "连接超时"),
        (
            replace(camera(CameraSight.UNKNOWN), node_state=NodeState.OFFLINE),
            "所属节点 node-1 离线",
        ),
        (camera(CameraSight.UNKNOWN), "尚未收到状态"),  # its node is there
        (camera(CameraSight.UNKNOWN, since=None), "尚未收到状态"),
        (camera(CameraSight.DISABLED), ""),
    ],
)
def test_a_camera_that_is_not_streaming_says_why(row: CameraRow, why: str) -> None:
    cameras, _ = equipment_props([row], [], ZH)
    assert listed(cameras)[0]["reason"] == why


def test_what_works_is_counted_but_not_listed() -> None:
    cameras, nodes = equipment_props(
        [camera(CameraSight.STREAMING)], [node(NodeState.ONLINE), node(NodeState.OFFLINE)], ZH
    )
    assert (cameras["rows"], cameras["tally"], cameras["fine"]) == ([], "1 / 1 正常", "全部正常")
    assert nodes["tally"] == "1 / 2 在线"


@pytest.mark.parametrize(
    ("words", "state_name", "said"),
    [
        (ZH, "降载运行", "分析降频（每秒帧数）：一类 2 路 3.5/5，三类 4 路 1.3/5"),
        (EN, "Reduced", "Analysed frames a second: class 1 (2) 3.5 of 5, class 3 (4) 1.3 of 5"),
    ],
)
def test_an_overloaded_node_is_online_and_says_what_is_reduced(
    words: Words, state_name: str, said: str
) -> None:
    reduced = node(
        NodeState.REDUCED,
        ReducedClass(camera_class=1, cameras=2, fps=3.5, of_fps=5.0),
        ReducedClass(camera_class=3, cameras=4, fps=1.3, of_fps=5.0),
    )
    _, nodes = equipment_props([], [reduced, node(NodeState.OFFLINE)], words)
    assert nodes["tally"] == words("nodes_tally", good=1, all=2)
    shown = listed(nodes)[0]
    assert (shown["state"], shown["state_name"], shown["reason"]) == ("reduced", state_name, said)


DISK_FULL = Text(zh="磁盘已满：告警照常", en="the disk is full: alerts go on")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (ZH, "磁盘已满：告警照常；分析降频（每秒帧数）：一类 2 路 3.5/5"),
        (EN, "The disk is full: alerts go on; Analysed frames a second: class 1 (2) 3.5 of 5"),
    ],
)
def test_a_node_in_trouble_says_so_before_what_it_reduces(words: Words, said: str) -> None:
    overloaded = node(
        NodeState.REDUCED, ReducedClass(camera_class=1, cameras=2, fps=3.5, of_fps=5.0)
    )
    suffering = replace(node(NodeState.REDUCED), text=DISK_FULL)
    rows = [replace(overloaded, text=DISK_FULL), suffering]
    _, nodes = equipment_props([], rows, words)
    assert [row["reason"] for row in listed(nodes)] == [said, words.text(DISK_FULL)]


def test_a_long_list_of_faults_ends_with_a_number() -> None:
    rows = [camera(CameraSight.OFFLINE, camera_id=f"c{n}") for n in range(MOST_FAULTS + 3)]
    cameras, _ = equipment_props(rows, [], ZH)
    assert len(listed(cameras)) == MOST_FAULTS
    assert cameras["rest"] == "另有 3 个未显示"


def test_the_facts_name_object_zone_and_confidence() -> None:
    facts = values(case_view(case_row()))
    assert (facts["目标"], facts["防区"], facts["置信度"]) == ("人", "草坪", "87%")
    assert facts["结束时间"] == "进行中"
    assert "最近置信度" not in facts  # it has not changed


def test_the_facts_name_the_end_once_known() -> None:
    ended = NOW + timedelta(minutes=1)
    facts = values(case_view(case_row(ended_at=ended)))
    assert facts["结束时间"] == ended.isoformat()


def test_where_a_case_stands_names_officer_and_verdict() -> None:
    assert offered(case_view(case_row()))["standing"] == []
    row = case_row(status=CaseStatus.CLOSED, assignee="李娜", verdict=Verdict.TRUE)
    lines = offered(case_view(row))["standing"]
    assert lines == ["由 李娜 受理", "已办结，结论：属实"]
    closed = case_view(row, journal=(journal_entry("opened"), CLOSED))
    assert offered(closed)["standing"] == ["由 李娜 受理", "由 张伟 办结，结论：属实"]


def test_evidence_on_its_way_says_so_and_has_no_address() -> None:
    props = evidence_props(case_view(case_row()), ZH)
    assert props["picture"] == {"state": "pending", "url": "", "words": "图片上传中…"}
    assert props["clip"] == {"state": "pending", "url": "", "words": "录像上传中…"}


def test_stored_evidence_has_its_address() -> None:
    view = case_view(case_row(), evidence=(stored(EvidenceKind.SNAPSHOT),))
    props = evidence_props(view, ZH)
    assert props["picture"] == {"state": "stored", "url": "/api/e/snapshot", "words": ""}
    assert props["clip"] == {"state": "none", "url": "", "words": "没有录像"}


def test_the_box_is_drawn_by_its_corner_and_size_in_fractions() -> None:
    (box,) = boxes(case_view(case_row()))
    assert box["id"] == str(UUID(int=1))
    assert [box[side] for side in "xywh"] == pytest.approx([0.2, 0.3, 0.2, 0.5])
    assert box["name"] == "人 87%"


def test_the_box_is_named_as_it_was_when_the_picture_was_taken() -> None:
    view = case_view(case_row())
    later = replace(view.alerts[0], label="dog", confidence=0.41)
    view = replace(view, alerts=(later,))
    assert boxes(view)[0]["name"] == "人 87%"
    facts = values(view)
    assert (facts["置信度"], facts["最近置信度"]) == ("87%", "41%")


def test_only_the_zone_of_the_alert_is_drawn() -> None:
    view = case_view(case_row())
    other = replace(view.zones[0], id="gate")
    zones = evidence_props(replace(view, zones=(*view.zones, other)), ZH)["zones"]
    assert zones == [{"id": "lawn", "points": "0.0,0.5 1.0,0.5 1.0,1.0 0.0,1.0"}]


def test_the_journal_is_newest_first_and_speaks_of_moves() -> None:
    moved = replace(
        journal_entry("moved", actor="zhang"),
        from_status=CaseStatus.PENDING,
        to_status=CaseStatus.ACCEPTED,
    )
    evidence = replace(journal_entry("evidence"), note="snapshot stored")
    view = case_view(case_row(), journal=(journal_entry("opened"), evidence, moved))
    entries = journal_props(view, ZH)
    assert [(entry["number"], entry["actor"], entry["deed"]) for entry in entries] == [
        (3, "zhang", "受理"),
        (2, "系统", "证据"),
        (1, "系统", "立案"),
    ]
    assert entries[1]["note"] == "截图 已保存"


@pytest.mark.parametrize(
    ("words", "note", "said"),
    [
        (ZH, "gone", "目标已离开"),
        (EN, "gone", "Gone"),
        (ZH, "stream-ended", "视频中断"),
        (EN, "abducted", "abducted"),
    ],
)
def test_the_journal_says_why_an_alert_ended(words: Words, note: str, said: str) -> None:
    view = case_view(case_row(), journal=(replace(journal_entry("ended"), note=note),))
    assert journal_props(view, words)[0]["note"] == said


def test_only_actions_the_service_allows_are_offered() -> None:
    props = offered(case_view(case_row()))
    assert (names(props["main"]), names(props["more"])) == (["受理", "误报", "补充记录"], [])
    props = offered(case_view(case_row(), actions=frozenset()))
    assert (props["main"], props["more"]) == ([], [])
    assert props["standing"] == ["只能查看，不能处置"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (case_row(status=CaseStatus.ACCEPTED, assignee="李娜"), "已被 李娜 受理。"),
        (case_row(status=CaseStatus.CLOSED, assignee="李娜"), "此案已办结。"),
        (case_row(), "案件刚刚有变化，请查看后再操作。"),
    ],
)
def test_a_conflict_names_who_was_quicker(row: CaseRow, said: str) -> None:
    assert conflict_words(case_view(row), ZH) == said


def test_a_conflict_with_who_closed_it_names_them() -> None:
    row = case_row(status=CaseStatus.CLOSED, assignee="李娜", verdict=Verdict.TRUE)
    assert conflict_words(case_view(row, journal=(CLOSED,)), ZH) == "此案已由 张伟 办结。"


def test_evidence_whose_time_is_over_is_said_to_be_deleted() -> None:
    deleted = replace(stored(EvidenceKind.SNAPSHOT), url=None, is_deleted=True)
    row = case_row(snapshot_state=EvidenceState.STORED, snapshot_ready=False)
    entry = replace(journal_entry("evidence"), note="deleted")
    view = case_view(row, evidence=(deleted,), journal=(entry,))
    picture = evidence_props(view, ZH)["picture"]
    assert picture == {"state": "deleted", "url": "", "words": "图片已按保存期限删除"}
    assert row_props(row, ZH)["picture"] == "图片已按保存期限删除"
    assert journal_props(view, ZH)[0]["note"] == "证据已按保存期限删除"
