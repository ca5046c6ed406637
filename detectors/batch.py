"""Frames of several cameras as one model input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from detectors.letterbox import Letterbox
from ingest.frame import Frame
from models.card import ModelInput


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
    def fill(cls, frames: Sequence[Frame], model_input: ModelInput) -> Self:
        """Letterbox `frames`, whose inputs must be of one size, into a new tensor."""
        letterboxes = tuple(Letterbox.fit(frame.wh, model_input) for frame in frames)
        width, height = letterboxes[0].input_wh
        tensor = np.empty((len(frames), height, width, 3), np.uint8)
        for frame, letterbox, canvas in zip(frames, letterboxes, tensor, strict=True):
            letterbox.place(frame.model_image(letterbox.inner_wh), canvas, model_input.pad)
        return cls(frames=tuple(frames), letterboxes=letterboxes, tensor=tensor)
