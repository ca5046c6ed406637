"""Names of states for the pages: those of `alerts.words`, and what only the desk says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from alerts.schema import Text
from alerts.words import (
    CAMERA_STATES,
    CASE_STATUSES,
    EVIDENCE_KINDS,
    EVIDENCE_STATES,
    NODE_STATES,
    REASONS,
    SEVERITIES,
    VERDICTS,
)


def _group(name: str, texts: Mapping[str, Text]) -> dict[str, tuple[str, str]]:
    """As `name.value`; on a page an English state begins with a capital."""
    return {f"{name}.{key}": (text.zh, text.en.capitalize()) for key, text in texts.items()}


STATE_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **_group("status", CASE_STATUSES),
        **_group("verdict", VERDICTS),
        **_group("severity", SEVERITIES),
        **_group("camera", CAMERA_STATES),
        "camera.unknown": ("状态未知", "Unknown"),  # the reason stands below it
        **_group("node", NODE_STATES),
        **_group("evidence_kind", EVIDENCE_KINDS),
        **_group("evidence_state", EVIDENCE_STATES),
        "why.node_offline": ("所属节点 {node} 离线", "Its node {node} is offline"),
        "why.reduced": ("分析降频（每秒帧数）：{rates}", "Analysed frames a second: {rates}"),
        "reduced.1": ("一类 {count} 路 {fps}/{of_fps}", "class 1 ({count}) {fps} of {of_fps}"),
        "reduced.2": ("二类 {count} 路 {fps}/{of_fps}", "class 2 ({count}) {fps} of {of_fps}"),
        "reduced.3": ("三类 {count} 路 {fps}/{of_fps}", "class 3 ({count}) {fps} of {of_fps}"),
        "why.never_heard": ("尚未收到状态", "Nothing heard yet"),
        **_group("ended", REASONS),
        "snapshot.pending": ("图片上传中…", "Picture is being uploaded…"),
        "snapshot.stored": ("图片已保存", "Picture stored"),
        "snapshot.failed": ("图片保存失败", "The picture could not be stored"),
        "snapshot.deleted": ("图片已按保存期限删除", "Picture deleted: its time in store is over"),
        "snapshot.none": ("没有图片", "No picture"),
        "clip.pending": ("录像上传中…", "Clip is being uploaded…"),
        "clip.stored": ("录像已保存", "Clip stored"),
        "clip.failed": ("录像保存失败", "The clip could not be stored"),
        "clip.deleted": ("录像已按保存期限删除", "Clip deleted: its time in store is over"),
        "clip.none": ("没有录像", "No clip"),
        "evidence_deleted": (
            "证据已按保存期限删除",
            "Evidence deleted: its time in store is over",
        ),
        "journal.opened": ("立案", "Opened"),
        "journal.ended": ("告警结束", "Alert ended"),
        "journal.reopened": ("再次出现", "Back again"),
        "journal.evidence": ("证据", "Evidence"),
        "journal.moved": ("状态变更", "Moved"),
        "journal.attached": ("附件", "Attachment"),
        "journal.note": ("记录", "Note"),
        "move.pending": ("退回待受理", "Back to pending"),
        "move.accepted": ("受理", "Accepted"),
        "move.dispatched": ("交办", "Dispatched"),
        "move.handling": ("开始处置", "Handling"),
        "move.reported": ("反馈", "Reported"),
        "move.closed": ("办结", "Closed"),
        "move.followed-up": ("回访", "Followed up"),
    }
)
