"""What a detector saw on one frame, column-wise."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ingest.frame import FrameTime


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detections:
    """Boxes of one frame after NMS.

    Attributes:
        at: The frame's times.
        source_wh: Size of the source picture in pixels.
        model_id: Model id of the site file.
        xyxy: (n, 4) float32, pixels of the source picture.
        confidence: (n,) float32 in 0–1.
        class_id: (n,) int64, index into the card's classes.
    """

    at: FrameTime
    source_wh: tuple[int, int]
    model_id: str
    xyxy: NDArray[np.float32]
    confidence: NDArray[np.float32]
    class_id: NDArray[np.int64]

    def __post_init__(self) -> None:
        count = len(self.xyxy)
        expected = ((count, 4), (count,), (count,))
        actual = (self.xyxy.shape, self.confidence.shape, self.class_id.shape)
        if actual != expected:
            raise ValueError(f"shapes of detections: expected {expected}, got {actual}")

    def where(self, kept: NDArray[np.bool_]) -> Detections:
        """Only the rows for which `kept` (n,) is true."""
        return replace(
            self,
            xyxy=self.xyxy[kept],
            confidence=self.confidence[kept],
            class_id=self.class_id[kept],
        )

    def __len__(self) -> int:
        return len(self.xyxy)
