"""A column that a condition looks at without asking for its index."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Aside(FunctionElement[Any]):
    """`+column` on SQLite, whose planner else picks an index that leaves a million rows to sort.

    PostgreSQL knows by its statistics; there it is the column. See SQLite's documentation, "The
    Query Planner", 6.2.1.
    """

    inherit_cache = True


def aside(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """The column, aside."""
    wrapped = Aside(column)
    wrapped.type = column.type
    return wrapped


@compiles(Aside)
def _plain(element: Aside, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return compiler.process(element.clauses, **options)


@compiles(Aside, "sqlite")
def _marked(element: Aside, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"+{compiler.process(element.clauses, **options)}"
