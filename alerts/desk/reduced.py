"""What an overloaded node still analyses, as it lies in the database."""

from __future__ import annotations

from pydantic import TypeAdapter

from alerts.schema import ReducedClass

_Classes = TypeAdapter(tuple[ReducedClass, ...])


def reduced_json(reduced: tuple[ReducedClass, ...]) -> str | None:
    """For the column; None where nothing is reduced."""
    return _Classes.dump_json(reduced).decode() if reduced else None


def reduced_from(column: str | None) -> tuple[ReducedClass, ...]:
    """What `reduced_json` wrote."""
    return () if column is None else _Classes.validate_json(column)
