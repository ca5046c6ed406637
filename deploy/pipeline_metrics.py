"""A pipeline's counters as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from deploy.main_stream_metrics import main_stream_metrics
from deploy.stage_metrics import failing_family, gate_family, stage_family
from detectors.overload import CLASS_POWERS
from ingest.counters import CameraCounters
from ingest.frame import CameraId
from ingest.status import CameraState

if TYPE_CHECKING:
    from deploy.pipeline import Pipeline

CAMERA_COUNTERS = {
    "frames_decoded": "Pictures the decoder gave",
    "frames_analysed": "Frames handed over for analysis",
    "packets": "Video packets read",
    "discarded": "Packets before the first keyframe of a session",
    "bytes": "Bytes of video packets read",
    "decoder_fallbacks": "Connections on which the hardware decoder asked for did not work",
    "decode_errors": "Packets or pictures that were broken",
    "clock_repairs": "Timestamps that were missing or jumped",
    "reconnects": "Attempts to open after the first",
    "stalls": "Sessions ended because nothing arrived",
    "frames_skipped": "Packets never decoded, because the camera was quiet",
    "frames_caught_up": "Frames handed over late, when a quiet camera woke",
    "frames_glanced": "Frames decoded but not analysed: nothing moves, or rules only wait",
    "heartbeats": "Frames of a quiet camera analysed all the same",
    "gate_opened": "Times a quiet camera woke",
    "quiet_s": "Seconds of video while the gate was closed",
    "pauses": "Times packets were let queue up, to be taken together",
    "demux_cpu_s": "CPU seconds reading packets",
    "decode_cpu_s": "CPU seconds decoding",
    "gate_cpu_s": "CPU seconds looking for motion",
}


class PipelineMetrics:
    """Reads the parts' own counters whenever it is asked; counts nothing itself.

    Everything here is joined over the pipelines of a node (`deploy.metrics_page`).
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def collect(self) -> Iterator[Metric]:
        """All families."""
        yield from self._cameras()
        yield from main_stream_metrics(self._pipeline.cameras)
        yield from self._drops()
        yield from self._load()
        yield from self._inference()
        yield stage_family(
            self._pipeline.cameras.values(), self._pipeline.workers, self._pipeline.judge
        )
        yield GaugeMetricFamily(
            "xueliang_rules_waiting",
            "Frames waiting for the rules",
            value=self._pipeline.judge.waiting,
        )
        yield self._evidence()

    def _evidence(self) -> Metric:
        family = CounterMetricFamily(
            "xueliang_evidence_dropped", "Evidence given up because a queue was full", labels=["of"]
        )
        family.add_metric(["maker"], self._pipeline.maker.jobs.dropped)
        cameras = self._pipeline.cameras.values()
        family.add_metric(["packets"], sum(camera.evidence.dropped for camera in cameras))
        return family

    def _cameras(self) -> Iterator[Metric]:
        counters = {camera_id: c.counters for camera_id, c in self._pipeline.cameras.items()}
        for name, words in CAMERA_COUNTERS.items():
            family = CounterMetricFamily(f"xueliang_{name}", words, labels=["camera"])
            for camera_id, counted in counters.items():
                family.add_metric([camera_id], getattr(counted, name))
            yield family
        streaming = GaugeMetricFamily(
            "xueliang_camera_streaming", "Whether frames arrive", labels=["camera"]
        )
        for camera_id, camera in self._pipeline.cameras.items():
            streaming.add_metric([camera_id], float(camera.status.state is CameraState.STREAMING))
        yield streaming
        yield self._decoders(counters)
        yield gate_family(self._pipeline.cameras.values())
        yield failing_family(self._pipeline.cameras.values())

    def _decoders(self, counters: Mapping[CameraId, CameraCounters]) -> Metric:
        family = GaugeMetricFamily(
            "xueliang_camera_decoder", "The decoder in use", labels=["camera", "decoder"]
        )
        for camera_id, counted in counters.items():
            if counted.decoder:
                family.add_metric([camera_id, counted.decoder], 1.0)
        return family

    def _drops(self) -> Iterator[Metric]:
        family = CounterMetricFamily(
            "xueliang_frames_dropped",
            "Frames to be analysed that were not",
            labels=["camera", "model", "reason"],
        )
        stale = {w.model_id: w.batcher.stale for w in list(self._pipeline.workers)}
        for (camera_id, model), lane in dict(self._pipeline.lanes).items():
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
        for model in self._pipeline.load.models:
            for camera_class in CLASS_POWERS:
                share.add_metric([model.model_id, str(camera_class)], model.share(camera_class))
        yield share
        rate = GaugeMetricFamily(
            "xueliang_sample_fps",
            "Frames a second that a camera hands over while it moves",
            labels=["camera", "model"],
        )
        for (camera_id, model_id), lane in dict(self._pipeline.lanes).items():
            rate.add_metric([camera_id, model_id], lane.fps)
        yield rate

    def _inference(self) -> Iterator[Metric]:
        for name, words in (
            ("batches", "Runs of a model"),
            ("inferred", "Frames given to a model"),
            ("inference_seconds", "Wall-clock seconds in detection"),
        ):
            family = CounterMetricFamily(f"xueliang_{name}", words, labels=["model"])
            for worker in list(self._pipeline.workers):
                values = {
                    "batches": worker.batcher.batches,
                    "inferred": worker.frames,
                    "inference_seconds": worker.busy_s,
                }
                family.add_metric([worker.model_id], values[name])
            yield family
