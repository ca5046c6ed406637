"""Small valid objects for tests; say only what the test is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import av
import numpy as np

from detectors.detections import Detections
from ingest.frame import CameraId, Frame, FrameTime
from ingest.scaler import PictureScaler

START = datetime(2026, 1, 1, tzinfo=UTC)
CAMERA = CameraId("camera-1")


def frame_time(
    time_s: float = 0.0, *, number: int = 1, session: str = "s", camera: str = CAMERA
) -> FrameTime:
    return FrameTime(
        camera_id=CameraId(camera),
        session=session,
        number=number,
        time_s=time_s,
        captured_at=START + timedelta(seconds=time_s),
    )


def frame(at: FrameTime | None = None, *, wh: tuple[int, int] = (64, 48), grey: int = 90) -> Frame:
    pixels = np.full((wh[1], wh[0], 3), grey, np.uint8)
    picture = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="yuv420p")
    return Frame(at=at or frame_time(), picture=picture, scaler=PictureScaler())


def detections(
    *boxes: tuple[float, float, float, float],
    at: FrameTime | None = None,
    confidence: float = 0.9,
    class_id: int = 0,
    source_wh: tuple[int, int] = (640, 480),
) -> Detections:
    count = len(boxes)
    return Detections(
        at=at or frame_time(),
        source_wh=source_wh,
        model_id="coco",
        xyxy=np.array(boxes, np.float32).reshape(count, 4),
        confidence=np.full(count, confidence, np.float32),
        class_id=np.full(count, class_id, np.int64),
    )
