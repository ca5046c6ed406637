"""The decoded frame and its two times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, NewType

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import av

    from ingest.scaler import PictureScaler

CameraId = NewType("CameraId", str)

Wh = tuple[int, int]
"""Width and height in pixels."""

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels of the source picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameTime:
    """When a frame was, on both clocks.

    Attributes:
        camera_id: The camera.
        session: One live connection, or one file (its sha256).
        number: Source frame number in the session, from 1; skipped frames count.
        time_s: Seconds of the session from pts, non-decreasing. Dwell and cooldown use this.
        captured_at: Aware UTC when the packet's last byte was demuxed. Schedules and display.
    """

    camera_id: CameraId
    session: str
    number: int
    time_s: float
    captured_at: datetime

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"frame number {self.number} is below 1")
        if self.captured_at.utcoffset() is None:
            raise ValueError("captured_at has no time zone")


class FrameUse(Enum):
    """What a frame is handed over for."""

    LIVE = auto()  # to be analysed now
    CAUGHT_UP = auto()  # decoded late, on waking: to be analysed after others' live frames
    GLANCE = auto()  # of a quiet camera, or one whose rules only wait: to be shown, not analysed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """A decoded picture, privacy masks already filled in; read-only.

    The picture stays in libav's planes; pixels are converted only when asked for. `look_at` are
    the places that matter on it, any number, overlapping or not; None: all of it does.
    """

    at: FrameTime
    picture: av.VideoFrame
    scaler: PictureScaler
    use: FrameUse = FrameUse.LIVE
    look_at: tuple[Box, ...] | None = None

    @property
    def wh(self) -> Wh:
        """Width and height of the source picture in pixels."""
        return self.picture.width, self.picture.height

    def model_image(self, size_wh: Wh) -> NDArray[np.uint8]:
        """The whole picture scaled to `size_wh`: BGR, (height, width, 3)."""
        return self.scaler.bgr(self.picture, size_wh)

    def full(self) -> NDArray[np.uint8]:
        """The whole picture in its own size: BGR, (height, width, 3)."""
        return self.scaler.bgr(self.picture, self.wh)
