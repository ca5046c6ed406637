"""Parts of several pictures in one model input, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.cutout import Cutout
from detectors.letterbox import Wh
from detectors.nms import Boxes
from detectors.packing import Packing, pack
from detectors.regions import Part
from models.card import ModelInput

EDGE_PX = 0.5
"""A box that comes so near to where its part was cut may be of somebody cut in two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One part in the canvas.

    Attributes:
        place: Its frame, counted in the batch.
        part: Where it is in the scaled picture.
        corner: Its left top in the canvas.
        scaled_wh: The whole picture as scaled.
        source_wh: The whole picture as it came.
    """

    place: int
    part: Part
    corner: tuple[int, int]
    scaled_wh: Wh
    source_wh: Wh

    def own(self, xyxy: NDArray[np.float32]) -> NDArray[np.bool_]:
        """(n,) which boxes of the canvas lie in this piece, and do not reach over a cut."""
        left, top, right, bottom = self.part
        width, height = self.scaled_wh
        is_cut = np.array([left > 0, top > 0, right < width, bottom < height])
        x, y = self.corner
        edges = np.array([x, y, x + right - left, y + bottom - top], np.float32)
        low, high = edges[:2], edges[2:]
        middle = (xyxy[:, :2] + xyxy[:, 2:]) / 2
        is_here = ((middle >= low) & (middle < high)).all(axis=1)
        room = np.hstack([xyxy[:, :2] - low, high - xyxy[:, 2:]])
        own: NDArray[np.bool_] = is_here & ((room >= EDGE_PX) | ~is_cut).all(axis=1)
        return own

    def to_source(self, xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes (n, 4) of the canvas as boxes of the source picture, clipped to it."""
        moved = np.array([self.part[0] - self.corner[0], self.part[1] - self.corner[1]] * 2)
        ratio = (
            self.source_wh[0] / self.scaled_wh[0],
            self.source_wh[1] / self.scaled_wh[1],
        )
        boxes = (xyxy + moved) * np.array(ratio * 2)
        boxes = boxes.clip(0, np.array(self.source_wh * 2))
        return np.asarray(boxes, np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """Pieces side by side, seams between them."""

    wh: Wh
    pieces: tuple[Piece, ...]

    @property
    def places(self) -> set[int]:
        """Frames of the batch with a part here."""
        return {piece.place for piece in self.pieces}

    def fill(self, images: Mapping[int, NDArray[np.uint8]], pad: int) -> NDArray[np.uint8]:
        """The tensor (1, height, width, 3) from whole scaled pictures, by place."""
        tensor = np.full((1, self.wh[1], self.wh[0], 3), pad, np.uint8)
        for piece in self.pieces:
            left, top, right, bottom = piece.part
            x, y = piece.corner
            image = images[piece.place][top:bottom, left:right]
            tensor[0, y : y + bottom - top, x : x + right - left] = image
        return tensor

    def split(self, found: Boxes) -> dict[int, Boxes]:
        """What was found, in source pixels, by place; what lies over a seam is of nobody."""
        rows: dict[int, list[NDArray[np.int64]]] = {}
        boxes: dict[int, list[NDArray[np.float32]]] = {}
        for piece in self.pieces:
            own = np.flatnonzero(piece.own(found.xyxy))
            rows.setdefault(piece.place, []).append(own)
            boxes.setdefault(piece.place, []).append(piece.to_source(found.xyxy[own]))
        return {place: _joined(found, rows[place], boxes[place]) for place in rows}


def _joined(found: Boxes, rows: list[NDArray[np.int64]], boxes: list[NDArray[np.float32]]) -> Boxes:
    """One picture's boxes, in the order in which they were found: most confident first."""
    row, xyxy = np.concatenate(rows), np.concatenate(boxes)
    order = np.argsort(row)
    row = row[order]
    return Boxes(xyxy=xyxy[order], confidence=found.confidence[row], class_id=found.class_id[row])


def canvases(cutouts: Mapping[int, Cutout], model_input: ModelInput) -> Iterator[Canvas]:
    """As few inputs as hold all parts; those of one picture, by its place, stay together."""
    together: dict[int, Cutout] = {}
    for place, cutout in cutouts.items():
        joined = together | {place: cutout}
        if together and not _is_cheaper(joined, together, cutout, model_input):
            yield _canvas(together, model_input)
            joined = {place: cutout}
        together = joined
    if together:
        yield _canvas(together, model_input)


def _is_cheaper(
    joined: Mapping[int, Cutout],
    together: Mapping[int, Cutout],
    cutout: Cutout,
    model_input: ModelInput,
) -> bool:
    one = _packed(joined, model_input)
    if one is None:
        return False
    apart = [_packed(together, model_input), _packed({0: cutout}, model_input)]
    return one.pixels <= sum(each.pixels for each in apart if each is not None)


def _packed(cutouts: Mapping[int, Cutout], model_input: ModelInput) -> Packing | None:
    return pack([size for cutout in cutouts.values() for size in cutout.sizes], model_input)


def _canvas(cutouts: Mapping[int, Cutout], model_input: ModelInput) -> Canvas:
    packing = _packed(cutouts, model_input)
    if packing is None:
        raise ValueError("a cutout that fits no input of the model cannot be shown")
    parts = [(place, one, part) for place, one in cutouts.items() for part in one.parts]
    pieces = [
        Piece(
            place=place,
            part=part,
            corner=corner,
            scaled_wh=cutout.scaled_wh,
            source_wh=cutout.source_wh,
        )
        for (place, cutout, part), corner in zip(parts, packing.corners, strict=True)
    ]
    return Canvas(wh=packing.wh, pieces=tuple(pieces))
