"""How the parts of one picture that matter are shown to the model: scaled, and how costly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from detectors.letterbox import Letterbox, Wh
from detectors.packing import pack
from detectors.regions import Part, parts_of
from ingest.frame import Frame
from models.card import ModelInput

LARGER = (1.0, 0.75)
"""Scales at which parts are shown if that is cheap: small people are then as large as they can be.
Few, because each keeps a scaler in memory."""

LARGER_SHARE = 0.5
"""Of the whole picture's cost that a larger scale may take."""

WORTH_SHARE = 0.85
"""Of it that parts may take at all; else the whole picture tells more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutout:
    """Parts of one scaled picture.

    Attributes:
        source_wh: The picture in pixels.
        scaled_wh: The whole picture as scaled.
        parts: In pixels of the scaled picture; none where nothing needs looking at.
    """

    source_wh: Wh
    scaled_wh: Wh
    parts: tuple[Part, ...]

    @property
    def sizes(self) -> list[Wh]:
        """Width and height of each part."""
        return [(right - left, bottom - top) for left, top, right, bottom in self.parts]

    @classmethod
    def scaled(cls, parts: Sequence[Part], source_wh: Wh, scaled_wh: Wh) -> Cutout:
        """Of `parts` in source pixels, each rounded outwards."""
        across, down = scaled_wh[0] / source_wh[0], scaled_wh[1] / source_wh[1]
        return cls(
            source_wh=source_wh,
            scaled_wh=scaled_wh,
            parts=tuple(
                (
                    math.floor(left * across),
                    math.floor(top * down),
                    min(math.ceil(right * across), scaled_wh[0]),
                    min(math.ceil(bottom * down), scaled_wh[1]),
                )
                for left, top, right, bottom in parts
            ),
        )


def cutout_of(frame: Frame, model_input: ModelInput) -> Cutout | None:
    """What to show of the frame; None: all of it, because nothing else is known or cheaper."""
    if frame.look_at is None:
        return None
    whole = Letterbox.fit(frame.wh, model_input)
    parts = parts_of(frame.look_at, frame.wh)
    if not parts:
        return Cutout(source_wh=frame.wh, scaled_wh=whole.inner_wh, parts=())
    whole_px = whole.input_wh[0] * whole.input_wh[1]
    for scaled_wh, most_px in _choices(frame.wh, whole.inner_wh, whole_px):
        cutout = Cutout.scaled(parts, frame.wh, scaled_wh)
        if _fits(cutout, most_px, model_input):
            return cutout
    return None


def _choices(source_wh: Wh, inner_wh: Wh, whole_px: int) -> list[tuple[Wh, float]]:
    """Sizes of the whole picture, the largest first, and what each may cost."""
    width, height = source_wh
    larger = [(round(width * scale), round(height * scale)) for scale in LARGER]
    return [
        *((each, LARGER_SHARE * whole_px) for each in larger if each > inner_wh),
        (inner_wh, WORTH_SHARE * whole_px),
    ]


def _fits(cutout: Cutout, most_px: float, model_input: ModelInput) -> bool:
    sizes = cutout.sizes
    if sum(width * height for width, height in sizes) > most_px:
        return False
    packing = pack(sizes, model_input)
    return packing is not None and packing.pixels <= most_px
