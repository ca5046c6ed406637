"""What officers read: Chinese first, English second.

The one place for names of states and reasons; labels' names come from `models/labels.yaml` and
are handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from alerts.alert import Alert, Phase, Reason, Severity
from alerts.case import CaseStatus, Verdict
from alerts.schema import EvidenceKind, EvidenceState, NodeState, Text, Trouble
from ingest.errors import Fault
from ingest.status import CameraState


def _words(names: Mapping[str, tuple[str, str]]) -> Mapping[str, Text]:
    return MappingProxyType({key: Text(zh=zh, en=en) for key, (zh, en) in names.items()})


SEVERITIES = _words(
    {
        Severity.LOW: ("低", "low"),
        Severity.MEDIUM: ("中", "medium"),
        Severity.HIGH: ("高", "high"),
        Severity.CRITICAL: ("紧急", "critical"),
    }
)

PHASES = _words(
    {
        Phase.RAISED: ("发生", "raised"),
        Phase.UPDATED: ("更新", "updated"),
        Phase.ENDED: ("结束", "ended"),
    }
)

REASONS = _words(
    {
        Reason.GONE: ("目标已离开", "gone"),
        Reason.STREAM_ENDED: ("视频中断", "stream ended"),
        Reason.RULE_REMOVED: ("规则已删除", "rule removed"),
        Reason.CHANGED: ("情况有变化", "changed"),
        Reason.REOPENED: ("再次出现", "reopened"),
        Reason.EVIDENCE: ("证据已更新", "evidence updated"),
    }
)

CASE_STATUSES = _words(
    {
        CaseStatus.PENDING: ("待受理", "pending"),
        CaseStatus.ACCEPTED: ("已受理", "accepted"),
        CaseStatus.DISPATCHED: ("已交办", "dispatched"),
        CaseStatus.HANDLING: ("处置中", "handling"),
        CaseStatus.REPORTED: ("已反馈", "reported"),
        CaseStatus.CLOSED: ("已办结", "closed"),
        CaseStatus.FOLLOWED_UP: ("已回访", "followed up"),
    }
)

VERDICTS = _words(
    {
        Verdict.TRUE: ("属实", "true"),
        Verdict.FALSE: ("误报", "false alarm"),
        Verdict.DUPLICATE: ("重复", "duplicate"),
        Verdict.DRILL: ("演练", "drill"),
        Verdict.TEST: ("测试", "test"),
    }
)

CAMERA_STATES = _words(
    {
        CameraState.STREAMING: ("正常", "streaming"),
        CameraState.STALLED: ("画面停滞", "stalled"),
        CameraState.OFFLINE: ("离线", "offline"),
        CameraState.DISABLED: ("已停用", "disabled"),
        CameraState.CLOSED_BY_CONSENT: ("未获住户同意，已关闭", "closed: no consent now"),
    }
)

UNKNOWN_CAMERA = Text(zh="未知（节点离线）", en="unknown (node offline)")
"""A camera whose node is offline: its own retained status is of before."""

NODE_STATES = _words(
    {
        NodeState.ONLINE: ("在线", "online"),
        NodeState.REDUCED: ("降载运行", "reduced"),
        NodeState.DRAINING: ("正在停止", "draining"),
        NodeState.OFFLINE: ("离线", "offline"),
    }
)

FAULTS = _words(
    {
        Fault.AUTH: ("用户名或密码错误", "wrong user name or password"),
        Fault.HOST: ("找不到主机", "unknown host"),
        Fault.REFUSED: ("连接被拒绝", "connection refused"),
        Fault.NOT_FOUND: ("视频地址不存在", "no such stream"),
        Fault.TIMEOUT: ("连接超时", "connection timed out"),
        Fault.OPEN: ("无法打开视频流", "the stream cannot be opened"),
        Fault.ADDRESS: ("视频地址不完整", "the address is incomplete"),
        Fault.NO_VIDEO: ("没有视频流", "the stream has no video"),
        Fault.CODEC: ("不支持的视频编码", "unsupported video codec"),
        Fault.STALLED: ("长时间收不到画面", "no picture arrives"),
        Fault.ENDED: ("视频流中断", "the stream broke off"),
    }
)

EVIDENCE_KINDS = _words(
    {
        EvidenceKind.SNAPSHOT: ("截图", "snapshot"),
        EvidenceKind.CLIP: ("录像片段", "clip"),
    }
)

TROUBLES = _words(
    {
        Trouble.DISK_FULL: (
            "磁盘已满：暂不保存图片和录像，告警照常",
            "the disk is full: no pictures or clips are kept, alerts go on",
        ),
        Trouble.OUTBOX_FULL: (
            "发件箱已满：丢弃告警的后续更新，告警本身不丢",
            "the outbox is full: updates of alerts are dropped, alerts themselves are not",
        ),
        Trouble.OUTBOX_SET_ASIDE: (
            "发件箱文件曾损坏并已另存，其中未送达的告警没有发出",
            "the outbox was damaged and set aside; what it held undelivered was not sent",
        ),
    }
)
EVIDENCE_STATES = _words(
    {
        EvidenceState.PENDING: ("处理中", "pending"),
        EvidenceState.STORED: ("已保存", "stored"),
        EvidenceState.FAILED: ("未能保存", "failed"),
    }
)


def alert_text(alert: Alert, *, camera: str, zone: str, label: Text, min_s: float) -> Text:
    """One sentence for the officer.

    Args:
        alert: What the rule said.
        camera: The camera's name, or its id where it has none.
        zone: The zone's name, or its id where it has none.
        label: The label's names, such as 人 and person.
        min_s: The rule's `min_s`.
    """
    zh, en = _sentence(alert, f"in zone {zone}", label, min_s)
    # Chinese next to Chinese needs no space, an id in Latin letters does.
    where = f"防区 {zone} 内" if zone.isascii() else f"防区“{zone}”内"
    return Text(zh=f"{camera}：{where}{zh}", en=f"{camera}: {en}")


def _sentence(alert: Alert, zone: str, label: Text, min_s: float) -> tuple[str, str]:
    if alert.phase is Phase.ENDED and alert.reason is not None:
        why = REASONS[alert.reason]
        return f"的告警结束（{why.zh}）", f"alert {zone} ended ({why.en})"
    if alert.reason is Reason.REOPENED:
        return f"再次有{label.zh}停留", f"{label.en} {zone} again"
    if alert.phase is Phase.UPDATED:
        return f"仍有{label.zh}停留", f"{label.en} still {zone}"
    if min_s == 0:
        return f"出现{label.zh}", f"{label.en} {zone}"
    return f"有{label.zh}停留超过 {min_s:g} 秒", f"{label.en} {zone} for more than {min_s:g} s"


def camera_text(state: CameraState, fault: Fault | None) -> Text:
    """A camera's state and, where it is not streaming, why: 离线：找不到主机."""
    name = CAMERA_STATES[state]
    if fault is None:
        return name
    why = FAULTS[fault]
    return Text(zh=f"{name.zh}：{why.zh}", en=f"{name.en}: {why.en}")
