"""Lanes of one model: who sees what, and when they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from queue import Queue
from threading import Event
from typing import cast

import pytest

from detectors.batcher import Batcher
from detectors.detections import Detections
from detectors.detector import Detector
from detectors.worker import InferenceWorker
from ingest.arrivals import Arrivals
from ingest.frame import CameraId, Frame, FrameUse
from tests.factories import frame, frame_time


class HeldDetector:
    """Sees live frames only once it is let."""

    model_id = "coco"

    def __init__(self) -> None:
        self.began, self.let = Event(), Event()

    def warm_up(self) -> None:
        pass

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        for each in frames:
            if each.use is FrameUse.LIVE:
                self.began.set()
                assert self.let.wait(5)
        return [cast(Detections, None) for _ in frames]


def unexpected(thread: str, error: BaseException) -> None:
    pytest.fail(f"{thread}: {error}")


def test_what_is_caught_up_on_does_not_wait_for_the_only_lane() -> None:
    batcher, detector, seen = Batcher(Arrivals(), 1), HeldDetector(), Queue[str]()
    boxes = {name: batcher.open_mailbox(CameraId(name)) for name in ("live", "woken")}
    worker = InferenceWorker(
        cast(Detector, detector),
        batcher,
        on_seen=lambda each, _: seen.put(each.at.camera_id),
        on_death=unexpected,
        late_lanes=1,
    )
    worker.start()
    try:
        boxes["live"].put(frame(frame_time(camera="live")))
        assert detector.began.wait(5)
        late = frame(frame_time(camera="woken"))
        boxes["woken"].put(replace(late, use=FrameUse.CAUGHT_UP))
        assert seen.get(timeout=5) == "woken"
        detector.let.set()
        assert seen.get(timeout=5) == "live"
    finally:
        detector.let.set()
        worker.stop()
    assert worker.frames == 2
    assert worker.thread_names == ("infer-coco-0", "infer-coco-late-0")
