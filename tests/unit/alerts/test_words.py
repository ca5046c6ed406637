"""Every state an officer can meet has its words, and an alert is a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pytest

from alerts import words
from alerts.alert import Phase, Reason, Severity
from alerts.case import CaseStatus, Verdict
from alerts.schema import EvidenceKind, EvidenceState, NodeState, Text
from ingest.errors import Fault
from ingest.status import CameraState
from tests.unit.alerts.builders import alert

PERSON = Text(zh="人", en="person")


@pytest.mark.parametrize(
    ("named", "kinds"),
    [
        (words.SEVERITIES, Severity),
        (words.PHASES, Phase),
        (words.REASONS, Reason),
        (words.CASE_STATUSES, CaseStatus),
        (words.VERDICTS, Verdict),
        (words.CAMERA_STATES, CameraState),
        (words.NODE_STATES, NodeState),
        (words.FAULTS, Fault),
        (words.EVIDENCE_KINDS, EvidenceKind),
        (words.EVIDENCE_STATES, EvidenceState),
    ],
)
def test_every_member_has_a_chinese_and_an_english_name(
    named: Mapping[str, Text], kinds: type[StrEnum]
) -> None:
    assert set(named) == set(kinds)
    assert all(text.zh and text.en for text in named.values())


@pytest.mark.parametrize(
    ("phase", "reason", "min_s", "zh", "en"),
    [
        (Phase.RAISED, None, 2.0, "有人停留超过 2 秒", "person in zone lawn for more than 2 s"),
        (Phase.RAISED, None, 0.5, "有人停留超过 0.5 秒", "person in zone lawn for more than 0.5 s"),
        (Phase.RAISED, None, 0.0, "出现人", "person in zone lawn"),
        (Phase.UPDATED, Reason.CHANGED, 2.0, "仍有人停留", "person still in zone lawn"),
        (Phase.UPDATED, Reason.REOPENED, 2.0, "再次有人停留", "person in zone lawn again"),
        (
            Phase.ENDED,
            Reason.GONE,
            2.0,
            "的告警结束（目标已离开）",
            "alert in zone lawn ended (gone)",
        ),
    ],
)
def test_an_alert_is_a_sentence(
    phase: Phase, reason: Reason | None, min_s: float, zh: str, en: str
) -> None:
    text = words.alert_text(
        alert(phase, reason=reason), camera="文化广场东", zone="lawn", label=PERSON, min_s=min_s
    )
    assert text.zh == f"文化广场东：防区 lawn 内{zh}"
    assert text.en == f"文化广场东: {en}"


def test_a_zone_is_called_by_its_name() -> None:
    text = words.alert_text(alert(Phase.RAISED), camera="广场", zone="草坪", label=PERSON, min_s=2)
    assert text.zh == "广场：防区“草坪”内有人停留超过 2 秒"


def test_a_camera_that_is_not_streaming_says_why() -> None:
    assert words.camera_text(CameraState.OFFLINE, Fault.HOST).zh == "离线：找不到主机"
    assert words.camera_text(CameraState.STREAMING, None).zh == "正常"
