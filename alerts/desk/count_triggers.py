"""The triggers by which the databases themselves count cases, as SQL."""

from __future__ import annotations

from collections.abc import Iterator

_KIND = "area_id, status, severity, category"

_SQLITE_ADD = """
INSERT INTO case_counts ({kind}, slot, cases)
VALUES ({row}.area_id, {row}.status, {row}.severity, {row}.category, 0, {sign}1)
ON CONFLICT ({kind}, slot) DO UPDATE SET cases = cases + excluded.cases;
"""
_SQLITE_WHEN = {
    "INSERT": ("", (("new", "+"),)),
    "DELETE": ("", (("old", "-"),)),
    "UPDATE": (
        "WHEN old.area_id <> new.area_id OR old.status <> new.status"
        " OR old.severity <> new.severity OR old.category <> new.category",
        (("old", "-"), ("new", "+")),
    ),
}
_POSTGRES_FUNCTION = """
CREATE FUNCTION count_cases_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO case_counts AS known ({kind}, slot, cases)
SELECT {kind}, txid_current(), sum(n) FROM ({rows}) AS changed
GROUP BY {kind} HAVING sum(n) <> 0 ORDER BY {kind}
ON CONFLICT ({kind}, slot) DO UPDATE SET cases = known.cases + excluded.cases;
RETURN NULL; END $$
"""
_POSTGRES_TRIGGER = """
CREATE TRIGGER cases_counted_{name} AFTER {action} ON cases REFERENCING {tables}
FOR EACH STATEMENT EXECUTE FUNCTION count_cases_{name}()
"""
_NEW = f"SELECT {_KIND}, 1 AS n FROM new_cases"  # noqa: S608 - our own words
_OLD = f"SELECT {_KIND}, -1 AS n FROM old_cases"  # noqa: S608 - our own words
_POSTGRES = (
    ("INSERT", "NEW TABLE AS new_cases", _NEW),
    ("DELETE", "OLD TABLE AS old_cases", _OLD),
    ("UPDATE", "OLD TABLE AS old_cases NEW TABLE AS new_cases", f"{_NEW} UNION ALL {_OLD}"),
)

FIRST_COUNT = f"""
INSERT INTO case_counts ({_KIND}, slot, cases)
SELECT {_KIND}, 0, count(*) FROM cases GROUP BY {_KIND}
"""  # noqa: S608 - our own words
"""Counts what is there already."""


def count_triggers(dialect: str) -> Iterator[str]:
    """The statements that make them."""
    return _sqlite() if dialect == "sqlite" else _postgres()


def _sqlite() -> Iterator[str]:
    for action, (when, rows) in _SQLITE_WHEN.items():
        added = "".join(_SQLITE_ADD.format(kind=_KIND, row=row, sign=sign) for row, sign in rows)
        name = f"cases_counted_{action.lower()}"
        yield f"CREATE TRIGGER {name} AFTER {action} ON cases {when} BEGIN {added} END"


def _postgres() -> Iterator[str]:
    for action, tables, rows in _POSTGRES:
        name = action.lower()
        yield _POSTGRES_FUNCTION.format(name=name, kind=_KIND, rows=rows)
        yield _POSTGRES_TRIGGER.format(name=name, action=action, tables=tables)
