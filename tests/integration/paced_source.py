"""Sources that hand over made pictures at a steady rate, for a node without cameras."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import av
import numpy as np

from ingest.config import CameraConfig
from ingest.counters import CameraCounters
from ingest.frame import CameraId, Frame, FrameTime
from ingest.gate_hold import GateHold
from ingest.scaler import PictureScaler
from ingest.source import Sink
from ingest.stream_format import StreamFormat

FORMAT = StreamFormat(codec="h264", wh=(64, 48), extradata=b"\x00\x00\x00\x01")


class PacedSource:
    """In the place of `RtspSource`: `sample_fps` frames a second until stopped."""

    def __init__(
        self,
        camera: CameraConfig,
        *,
        session: str,
        counters: CameraCounters,
        hold: GateHold | None = None,
    ) -> None:
        del hold
        self._camera, self._session, self._counters = camera, session, counters

    def run(self, should_stop: Callable[[], bool], sink: Sink) -> None:
        sink.opened(FORMAT)
        pixels = np.full((48, 64, 3), 90, np.uint8)
        picture = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="yuv420p")
        scaler, began_s, number = PictureScaler(), time.monotonic(), 0
        while not should_stop():
            time_s = number / self._camera.sample_fps
            time.sleep(max(0.0, began_s + time_s - time.monotonic()))
            number += 1
            self._counters.frames_decoded += 1
            self._counters.frames_analysed += 1
            at = FrameTime(
                camera_id=CameraId(self._camera.id),
                session=self._session,
                number=number,
                time_s=time_s,
                captured_at=datetime.now(UTC),
            )
            sink.frame(Frame(at=at, picture=picture, scaler=scaler))
