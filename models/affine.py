"""How an 8-bit integer stands for a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Affine:
    """uint8 q stands for (q - zero) × scale."""

    scale: float
    zero: int

    @classmethod
    def over(cls, low: float, high: float) -> Self:
        """The mapping whose 256 steps cover `low` to `high` and represent 0 exactly.

        The scale has four digits, so that the last bits of another processor's arithmetic
        do not make another model file.
        """
        low, high = min(low, 0.0), max(high, 1e-6)
        scale = float(np.float32(f"{(high - low) / 255:.3e}"))
        return cls(scale=scale, zero=int(np.clip(round(-low / scale), 0, 255)))
