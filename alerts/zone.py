"""Zones of a camera's picture and the point of a box that counts."""

from __future__ import annotations

from typing import Annotated

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from ingest.config import Identifier
from ingest.polygon import Polygon


class ZoneConfig(BaseModel):
    """A polygon, corners as fractions of width and height; officers read `name`, or the id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Identifier
    name: Annotated[str, Field(max_length=100)] = ""
    polygon: Polygon


def bottom_centre(xyxy: tuple[float, float, float, float]) -> tuple[float, float]:
    """Where an upright object touches the ground: the anchor of a box."""
    x1, _, x2, y2 = xyxy
    return (x1 + x2) / 2, y2


class Zone:
    """A polygon to ask whether a point lies in it; the border belongs to it."""

    def __init__(self, config: ZoneConfig) -> None:
        self.id = config.id
        self._contour: NDArray[np.float32] = np.asarray(config.polygon, np.float32)

    def contains(self, point: tuple[float, float]) -> bool:
        """Whether `point` (x, y in 0–1) lies in the zone."""
        return cv2.pointPolygonTest(self._contour, point, measureDist=False) >= 0
