"""A node's time stage by stage, the gates of its cameras, and its receipts, for Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from ingest.status import CameraState

if TYPE_CHECKING:  # a parent of shards, which looks at no picture, asks for receipts only
    from alerts.judge import Judge
    from alerts.receipts import ReceiptTray
    from detectors.worker import InferenceWorker
    from ingest.camera import Camera
    from ingest.stage_ledger import StageLedger

CAMERA_STAGES = {"demux": "demux_cpu_s", "decode": "decode_cpu_s", "gate": "gate_cpu_s"}
"""Stages of the cameras' threads, in CPU seconds: these threads mostly wait."""


def stage_family(
    cameras: Iterable[Camera], workers: Iterable[InferenceWorker], judge: Judge
) -> Metric:
    """Seconds by stage; `clock` says whether of CPU (summed over cameras) or of the wall."""
    family = CounterMetricFamily(
        "xueliang_stage_seconds",
        "Seconds spent in each stage, from stream to outbox",
        labels=["stage", "clock"],
    )
    counted = [camera.counters for camera in cameras]
    for stage, name in CAMERA_STAGES.items():
        family.add_metric([stage, "cpu"], sum(getattr(each, name) for each in counted))
    for stage, seconds in _summed(w.stages for w in workers).items():
        family.add_metric([stage, "wall"], seconds)
    for stage, seconds in _summed([judge.stages]).items():
        family.add_metric([stage, "wall"], seconds)
    return family


def gate_family(cameras: Iterable[Camera]) -> Metric:
    """Whether each camera's frames are all decoded; 0 while it rests or does not stream."""
    family = GaugeMetricFamily(
        "xueliang_gate_open", "Whether a camera is decoded in full", labels=["camera"]
    )
    for camera in cameras:
        is_streaming = camera.status.state is CameraState.STREAMING
        family.add_metric(
            [camera.camera_id], float(is_streaming and not camera.counters.is_resting)
        )
    return family


def failing_family(cameras: Iterable[Camera]) -> Metric:
    """Whether each camera should be watched and cannot be; consent that ended is no fault."""
    family = GaugeMetricFamily(
        "xueliang_camera_failing", "Whether a camera is stalled or offline", labels=["camera"]
    )
    for camera in cameras:
        is_failing = camera.status.state in {CameraState.STALLED, CameraState.OFFLINE}
        family.add_metric([camera.camera_id], float(is_failing))
    return family


def receipt_family(tray: ReceiptTray) -> Metric:
    """Receipts of the desk by what became of them."""
    family = CounterMetricFamily("xueliang_receipts", "Receipts of the desk", labels=["result"])
    for result in ("taken", "dropped", "refused"):
        family.add_metric([result], getattr(tray, result))
    return family


def _summed(ledgers: Iterable[StageLedger]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for ledger in ledgers:
        for stage, timer in ledger.timers.items():
            totals[stage] += timer.seconds  # type: ignore[assignment]  # Counter sums floats as well
    return totals
