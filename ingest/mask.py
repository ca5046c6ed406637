"""Privacy masks, filled into the picture before anything else sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.polygon import Polygon

Box = tuple[slice, slice]

DILATION_PX = 4
"""Luma pixels added around a polygon: corners are rounded to whole pixels, a chroma sample
covers 2×2 of them, and a scaler's kernel or a coder's block mixes neighbours."""

PLANAR = {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p"}
"""8-bit formats with one sample a byte and plane; all others are converted to `yuv420p`."""

FLAT = (16, 128, 128)
"""What masked samples become: black, in Y, Cb and Cr."""


@dataclass(frozen=True, slots=True, eq=False)
class _PlaneMask:
    """The masked samples of one plane: within `box`, where `inside` is true."""

    box: Box
    inside: NDArray[np.bool_]


class MaskFiller:
    """Fills polygons with black in a copy of the picture; rasterised once a size.

    Not safe for several threads at once: each camera or footage has its own.
    """

    def __init__(self, polygons: Sequence[Polygon]) -> None:
        if not polygons:
            raise ValueError("a mask filler needs at least one polygon")
        self._polygons = tuple(polygons)
        self._masks: dict[tuple[str, int, int], tuple[_PlaneMask, ...]] = {}

    def apply(self, picture: av.VideoFrame) -> av.VideoFrame:
        """A masked copy with the same size, `pts` and `time_base`.

        The planes given are left alone: the decoder still predicts from them.
        """
        copy = _copy(picture)
        for plane, mask, flat in zip(copy.planes, self._planes(copy), FLAT, strict=True):
            samples = _samples(plane)[mask.box]
            np.copyto(samples, np.uint8(flat), where=mask.inside)
        return copy

    def _planes(self, picture: av.VideoFrame) -> tuple[_PlaneMask, ...]:
        key = (picture.format.name, picture.width, picture.height)
        masks = self._masks.get(key)
        if masks is None:
            self._masks.clear()  # a stream that changes its size does so for good
            luma = rasterise(self._polygons, (picture.width, picture.height))
            masks = tuple(_plane_mask(luma, plane) for plane in picture.planes)
            self._masks[key] = masks
        return masks


def rasterise(polygons: Sequence[Polygon], size_wh: tuple[int, int]) -> NDArray[np.uint8]:
    """Luma samples under the polygons, dilated, as 1 in an array (height, width).

    However small a polygon and wherever it lies, at least one pixel of it is drawn.
    """
    width, height = size_wh
    luma = np.zeros((height, width), np.uint8)
    for polygon in polygons:  # one by one: together, overlaps would be left out
        corners = np.rint(np.array(polygon) * size_wh)
        # A corner at 1.0 is drawn on the last pixel, not beyond it: no mask may vanish.
        inside = np.clip(corners, 0, (width - 1, height - 1)).astype(np.int32)
        cv2.fillPoly(luma, [inside], (1,))
    kernel = np.ones((2 * DILATION_PX + 1, 2 * DILATION_PX + 1), np.uint8)
    return np.asarray(cv2.dilate(luma, kernel), np.uint8)


def _plane_mask(luma: NDArray[np.uint8], plane: av.video.plane.VideoPlane) -> _PlaneMask:
    """A plane's mask: a sample is masked when any luma sample it covers is."""
    height, width = luma.shape
    columns, rows = -(-width // plane.width), -(-height // plane.height)
    padded = np.zeros((plane.height * rows, plane.width * columns), np.bool_)
    padded[:height, :width] = luma
    blocks = padded.reshape(plane.height, rows, plane.width, columns)
    inside: NDArray[np.bool_] = np.any(blocks, axis=(1, 3))
    ys, xs = np.nonzero(inside)
    box = np.s_[int(ys.min()) : int(ys.max()) + 1, int(xs.min()) : int(xs.max()) + 1]
    return _PlaneMask(box, np.ascontiguousarray(inside[box]))


def _copy(picture: av.VideoFrame) -> av.VideoFrame:
    name = picture.format.name
    if name not in PLANAR or any(plane.line_size <= 0 for plane in picture.planes):
        copy = picture.reformat(format="yuv420p")
        if copy is picture:
            raise ValueError(f"cannot copy a picture of format {name}")
    else:
        copy = av.VideoFrame(picture.width, picture.height, name)
        for target, source in zip(copy.planes, picture.planes, strict=True):
            np.copyto(_samples(target), _samples(source))
        copy.colorspace, copy.color_range = picture.colorspace, picture.color_range
    copy.pts = picture.pts
    if picture.time_base is not None:
        copy.time_base = picture.time_base
    return copy


def _samples(plane: av.video.plane.VideoPlane) -> NDArray[np.uint8]:
    """The plane's samples, without copying, (height, width)."""
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]
