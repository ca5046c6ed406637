"""What finds one case among a million: wider indexes, words, and counts.

Revision ID: case_search
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from alerts.desk.count_triggers import FIRST_COUNT, count_triggers
from alerts.desk.word_backfill import index_all

revision = "case_search"
down_revision = "log_ins"
branch_labels = None
depends_on = None

_TAIL = ["queued_at", "id"]
_KIND = ["area_id", "status", "severity", "category"]
_INDEXES = {
    "ix_cases_queue": [*_TAIL, "status", "severity", "category", "verdict", "area_id"],
    "ix_cases_area_queue": ["area_id", *_TAIL, "status", "severity", "category", "verdict"],
    "ix_cases_status_queue": ["status", *_TAIL, "area_id", "severity", "category", "verdict"],
    "ix_cases_category_queue": ["category", *_TAIL, "area_id", "status", "severity", "verdict"],
    "ix_cases_rule_queue": ["rule_id", *_TAIL, "area_id", "status", "severity", "category"],
    "ix_cases_verdict_queue": ["verdict", *_TAIL, *_KIND],
    "ix_cases_department_queue": ["department", *_TAIL, *_KIND],
    "ix_cases_handler_queue": ["handler_id", *_TAIL],
    "ix_cases_opened_by_queue": ["opened_by_id", *_TAIL],
    "ix_cases_origin_queue": ["origin", *_TAIL],
}
_PARTIAL = {
    "ix_cases_verdict_queue": "verdict IS NOT NULL",
    "ix_cases_department_queue": "department IS NOT NULL",
    "ix_cases_handler_queue": "handler_id IS NOT NULL",
    "ix_cases_opened_by_queue": "opened_by_id IS NOT NULL",
    "ix_cases_origin_queue": "origin <> 'alert'",
}
_FORGET = (
    "INSERT INTO case_index(case_index, rowid, words) VALUES ('delete', old.case_id, old.words);"
)
_KEEP = "INSERT INTO case_index(rowid, words) VALUES (new.case_id, new.words);"
_WORD_TRIGGERS = {"DELETE": _FORGET, "UPDATE": _FORGET + _KEEP}
"""None for INSERT: see `word_writes`."""


def upgrade() -> None:
    """Cases of before are indexed and counted, too: about a minute for a million."""
    _rules()
    _indexes()
    is_sqlite = op.get_context().dialect.name == "sqlite"
    op.create_table(
        "case_words",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.Text() if is_sqlite else TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_words_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_words"),
    )
    index_all(op.get_bind())
    if is_sqlite:
        _sqlite_index()
    else:
        op.create_index("ix_case_words_words", "case_words", ["words"], postgresql_using="gin")
    _counts()


def _rules() -> None:
    rule = sa.Column("rule_id", sa.String(length=64), nullable=False, server_default="")
    op.add_column("cases", rule)
    op.execute(
        "UPDATE cases SET rule_id = coalesce((SELECT min(rule_id) FROM alerts"
        " WHERE alerts.case_id = cases.id), '')"
    )


def _indexes() -> None:
    for name in ("queue", "area_queue", "status_queue"):
        op.drop_index(f"ix_cases_{name}", "cases")
    for name, columns in _INDEXES.items():
        where = sa.text(_PARTIAL[name]) if name in _PARTIAL else None
        op.create_index(name, "cases", columns, sqlite_where=where, postgresql_where=where)


def _sqlite_index() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE case_index USING fts5(words, content='case_words',"
        " content_rowid='case_id', detail=none, columnsize=0,"
        " tokenize=\"ascii tokenchars '-_.'\")"
    )
    op.execute("INSERT INTO case_index(case_index) VALUES ('rebuild')")
    for action, statement in _WORD_TRIGGERS.items():
        op.execute(
            f"CREATE TRIGGER case_words_{action.lower()} AFTER {action} ON case_words"
            f" BEGIN {statement} END"
        )


def _counts() -> None:
    op.create_table(
        "case_counts",
        sa.Column("area_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=False),
        sa.Column("slot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cases", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            *("area_id", "status", "severity", "category", "slot"), name="pk_case_counts"
        ),
    )
    op.execute(FIRST_COUNT)
    for statement in count_triggers(op.get_context().dialect.name):
        op.execute(statement)
