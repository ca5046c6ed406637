"""A node's counters as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from deploy.durability_metrics import durability_metrics
from deploy.stage_metrics import failing_family, gate_family, receipt_family, stage_family
from detectors.overload import CLASS_POWERS
from ingest.status import CameraState

if TYPE_CHECKING:
    from deploy.node import Node

CAMERA_COUNTERS = {
    "frames_decoded": "Pictures the decoder gave",
    "frames_analysed": "Frames handed over for analysis",
    "packets": "Video packets read",
    "discarded": "Packets before the first keyframe of a session",
    "bytes": "Bytes of video packets read",
    "decode_errors": "Packets or pictures that were broken",
    "clock_repairs": "Timestamps that were missing or jumped",
    "reconnects": "Attempts to open after the first",
    "stalls": "Sessions ended because nothing arrived",
    "frames_skipped": "Packets never decoded, because the camera was quiet",
    "frames_caught_up": "Frames handed over late, when a quiet camera woke",
    "frames_glanced": "Keyframes of a quiet camera decoded but not analysed",
    "heartbeats": "Keyframes of a quiet camera analysed all the same",
    "gate_opened": "Times a quiet camera woke",
    "quiet_s": "Seconds of video while the gate was closed",
    "decode_cpu_s": "CPU seconds decoding",
    "gate_cpu_s": "CPU seconds looking for motion",
    "demux_cpu_s": "CPU seconds reading packets",
}


class NodeMetrics(Collector):
    """Reads the parts' own counters whenever it is asked; counts nothing itself."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def text(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """All families."""
        yield from self._cameras()
        yield from self._drops()
        yield from self._load()
        yield from self._inference()
        yield stage_family(self._node.cameras.values(), self._node.workers, self._node.judge)
        yield receipt_family(self._node.receipts)
        yield from durability_metrics(self._node)
        yield GaugeMetricFamily(
            "xueliang_rules_waiting", "Frames waiting for the rules", value=self._node.judge.waiting
        )
        yield self._evidence()
        yield GaugeMetricFamily(
            "xueliang_broker_connected",
            "Whether there is a connection to the broker",
            value=float(self._node.link.connection is not None),
        )

    def _evidence(self) -> Metric:
        family = CounterMetricFamily(
            "xueliang_evidence_dropped", "Evidence given up because a queue was full", labels=["of"]
        )
        family.add_metric(["maker"], self._node.maker.jobs.dropped)
        family.add_metric(["spool"], self._node.keeper.dropped)
        return family

    def _cameras(self) -> Iterator[Metric]:
        counters = {camera_id: c.counters for camera_id, c in self._node.cameras.items()}
        for name, words in CAMERA_COUNTERS.items():
            family = CounterMetricFamily(f"xueliang_{name}", words, labels=["camera"])
            for camera_id, counted in counters.items():
                family.add_metric([camera_id], getattr(counted, name))
            yield family
        streaming = GaugeMetricFamily(
            "xueliang_camera_streaming", "Whether frames arrive", labels=["camera"]
        )
        for camera_id, camera in self._node.cameras.items():
            streaming.add_metric([camera_id], float(camera.status.state is CameraState.STREAMING))
        yield streaming
        yield gate_family(self._node.cameras.values())
        yield failing_family(self._node.cameras.values())

    def _drops(self) -> Iterator[Metric]:
        family = CounterMetricFamily(
            "xueliang_frames_dropped",
            "Frames to be analysed that were not",
            labels=["camera", "model", "reason"],
        )
        stale = {w.model_id: w.batcher.stale for w in list(self._node.workers)}
        for (camera_id, model), lane in dict(self._node.lanes).items():
            family.add_metric([camera_id, model, "mailbox-full"], lane.mailbox.discarded)
            family.add_metric([camera_id, model, "stale"], stale.get(model, {}).get(camera_id, 0))
            family.add_metric([camera_id, model, "reduced"], lane.thinner.held_back)
        yield family

    def _load(self) -> Iterator[Metric]:
        share = GaugeMetricFamily(
            "xueliang_sample_share",
            "Share of their frames that cameras of a class hand over; 1 unless overloaded",
            labels=["model", "class"],
        )
        for model in self._node.load.models:
            for camera_class in CLASS_POWERS:
                share.add_metric([model.model_id, str(camera_class)], model.share(camera_class))
        yield share
        rate = GaugeMetricFamily(
            "xueliang_sample_fps",
            "Frames a second that a camera hands over while it moves",
            labels=["camera", "model"],
        )
        for (camera_id, model_id), lane in dict(self._node.lanes).items():
            rate.add_metric([camera_id, model_id], lane.fps)
        yield rate

    def _inference(self) -> Iterator[Metric]:
        for name, words in (
            ("batches", "Runs of a model"),
            ("inferred", "Frames given to a model"),
            ("inference_seconds", "Wall-clock seconds in detection"),
        ):
            family = CounterMetricFamily(f"xueliang_{name}", words, labels=["model"])
            for worker in list(self._node.workers):
                values = {
                    "batches": worker.batcher.batches,
                    "inferred": worker.frames,
                    "inference_seconds": worker.busy_s,
                }
                family.add_metric([worker.model_id], values[name])
            yield family
