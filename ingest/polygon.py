"""Polygons in picture coordinates 0–1, as masks and zones use them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from shapely import Polygon as ShapelyPolygon
from shapely.validation import explain_validity

Coordinate = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Point = tuple[Coordinate, Coordinate]


def _is_simple(points: tuple[Point, ...]) -> tuple[Point, ...]:
    shape = ShapelyPolygon(points)
    if not shape.is_valid:
        raise ValueError(f"the polygon crosses itself: {explain_validity(shape)}")
    if shape.area == 0.0:
        raise ValueError("the polygon has no area")
    return points


Polygon = Annotated[
    tuple[Point, ...], Field(min_length=3, max_length=64), AfterValidator(_is_simple)
]
"""3 to 64 corners (x, y), fractions of width and height; simple, with an area."""
