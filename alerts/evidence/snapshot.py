"""A frame as a JPEG."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from alerts.errors import EvidenceLostError

JPEG_QUALITY = 85
JPEG_TYPE = "image/jpeg"


def jpeg(picture: NDArray[np.uint8]) -> bytes:
    """`picture`, BGR (height, width, 3), as JPEG; raises EvidenceLostError."""
    try:
        is_done, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    except cv2.error as error:
        raise EvidenceLostError(f"the snapshot cannot be coded: {error.err}") from error
    if not is_done:
        raise EvidenceLostError("the snapshot cannot be coded")
    return coded.tobytes()
