"""Fit a picture into the model's input without distorting it, and map boxes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.card import Letterboxing, ModelInput

Wh = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterbox:
    """Scale and padding of one picture in one model input.

    Attributes:
        source_wh: The picture in pixels.
        input_wh: The model's input in pixels.
        inner_wh: The scaled picture inside the input.
        left_px: Columns of padding before it.
        top_px: Rows of padding above it.
    """

    source_wh: Wh
    input_wh: Wh
    inner_wh: Wh
    left_px: int
    top_px: int

    @classmethod
    def fit(cls, source_wh: Wh, model_input: ModelInput) -> Self:
        """The largest undistorted picture in the input, where the model's card wants it.

        An input whose sides are free is only as wide and tall as the picture needs.
        """
        most_w, most_h = model_input.size_wh
        scale = min(most_w / source_wh[0], most_h / source_wh[1])
        inner_w = min(most_w, max(1, round(source_wh[0] * scale)))
        inner_h = min(most_h, max(1, round(source_wh[1] * scale)))
        input_w, input_h = _input_wh((inner_w, inner_h), model_input)
        is_centred = model_input.letterbox is Letterboxing.CENTRE
        return cls(
            source_wh=source_wh,
            input_wh=(input_w, input_h),
            inner_wh=(inner_w, inner_h),
            left_px=(input_w - inner_w) // 2 if is_centred else 0,
            top_px=(input_h - inner_h) // 2 if is_centred else 0,
        )

    def place(self, image: NDArray[np.uint8], canvas: NDArray[np.uint8], pad: int) -> None:
        """Write `image` (inner height, inner width, 3) and its padding into `canvas`."""
        width, height = self.inner_wh
        bottom, right = self.top_px + height, self.left_px + width
        canvas[: self.top_px] = pad
        canvas[bottom:] = pad
        canvas[self.top_px : bottom, : self.left_px] = pad
        canvas[self.top_px : bottom, right:] = pad
        canvas[self.top_px : bottom, self.left_px : right] = image

    def to_source(self, xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes (n, 4) of the input as boxes of the source picture, clipped to it."""
        offset = np.array([self.left_px, self.top_px] * 2, np.float32)
        ratio = (self.source_wh[0] / self.inner_wh[0], self.source_wh[1] / self.inner_wh[1])
        scaled = (xyxy - offset) * np.array(ratio * 2, np.float32)
        clipped: NDArray[np.float32] = scaled.clip(0, np.array(self.source_wh * 2, np.float32))
        return clipped


def _input_wh(inner_wh: Wh, model_input: ModelInput) -> Wh:
    stride = model_input.stride
    if stride is None:
        return model_input.size_wh
    width, height = (-(-side // stride) * stride for side in inner_wh)
    if width >= height:
        return width, max(height, _least_side(width, stride, model_input.least_px))
    return max(width, _least_side(height, stride, model_input.least_px)), height


def _least_side(other: int, stride: int, least_px: int) -> int:
    return -(-least_px // (other * stride)) * stride
