"""Frames of several cameras as one model input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from detectors.letterbox import Letterbox, Wh
from ingest.frame import Frame
from models.card import Letterboxing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrameBatch:
    """Frames, their letterboxes and the filled tensor, of equal length.

    Attributes:
        frames: The frames, in the order of the tensor.
        letterboxes: How each was fitted.
        tensor: uint8 (N, H, W, 3), BGR, letterboxed.
    """

    frames: tuple[Frame, ...]
    letterboxes: tuple[Letterbox, ...]
    tensor: NDArray[np.uint8]

    def __post_init__(self) -> None:
        lengths = (len(self.frames), len(self.letterboxes), len(self.tensor))
        if len(set(lengths)) != 1 or not self.frames:
            raise ValueError(f"a batch needs equal lengths above 0, got {lengths}")

    @classmethod
    def fill(
        cls,
        frames: Sequence[Frame],
        input_wh: Wh,
        pad: int,
        letterboxing: Letterboxing = Letterboxing.CENTRE,
    ) -> Self:
        """Letterbox `frames` into a new tensor."""
        tensor = np.empty((len(frames), input_wh[1], input_wh[0], 3), np.uint8)
        letterboxes = tuple(Letterbox.fit(frame.wh, input_wh, letterboxing) for frame in frames)
        for frame, letterbox, canvas in zip(frames, letterboxes, tensor, strict=True):
            letterbox.place(frame.model_image(letterbox.inner_wh), canvas, pad)
        return cls(frames=tuple(frames), letterboxes=letterboxes, tensor=tensor)
