"""Counters of main streams that are kept for evidence beside a sub-stream's analysis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from ingest.camera import Camera
from ingest.frame import CameraId

MAIN_COUNTERS = {
    "packets": "Video packets read of the main stream",
    "bytes": "Bytes of video packets read of the main stream",
    "reconnects": "Attempts to open the main stream after the first",
    "stalls": "Sessions of the main stream ended because nothing arrived",
}


def main_stream_metrics(cameras: Mapping[CameraId, Camera]) -> Iterator[Metric]:
    """Families of the cameras that have two streams."""
    mains = {camera_id: c.main for camera_id, c in cameras.items() if c.main is not None}
    for name, words in MAIN_COUNTERS.items():
        family = CounterMetricFamily(f"xueliang_main_{name}", words, labels=["camera"])
        for camera_id, main in mains.items():
            family.add_metric([camera_id], getattr(main.counters, name))
        yield family
    streaming = GaugeMetricFamily(
        "xueliang_main_streaming", "Whether the main stream is open", labels=["camera"]
    )
    fallbacks = CounterMetricFamily(
        "xueliang_evidence_from_substream",
        "Clips and snapshots that the main stream should have given and did not",
        labels=["camera"],
    )
    for camera_id, main in mains.items():
        streaming.add_metric([camera_id], float(main.is_open))
        fallbacks.add_metric([camera_id], cameras[camera_id].evidence.fallbacks)
    yield streaming
    yield fallbacks
