"""What a walk over many cases sees on its way, and indexes of few cases that hold only those.

The rule stands in the indexes of areas and statuses. What most cases have not (a limit, a main
case) is no longer in an index for all: SQLite's statistics told its planner that a million cases
have the same main case, and it read them all.

Revision ID: case_walks
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "case_walks"
down_revision = "word_writes"
branch_labels = None
depends_on = None

_ALSO = ["severity", "category", "verdict", "rule_id"]
_WALKS = {
    "ix_cases_area_queue": ["area_id", "queued_at", "id", "status", *_ALSO],
    "ix_cases_status_queue": ["status", "queued_at", "id", "area_id", *_ALSO],
}
_FEW = {
    "ix_cases_due": "due_at",
    "ix_cases_rises": "rises_at",
    "ix_cases_merged_into": "merged_into",
}


def upgrade() -> None:
    """Make them anew: some seconds for a million cases."""
    for name, columns in _WALKS.items():
        op.drop_index(name, "cases")
        op.create_index(name, "cases", columns)
    for name, column in _FEW.items():
        where = sa.text(f"{column} IS NOT NULL")
        op.drop_index(name, "cases")
        op.create_index(name, "cases", [column], sqlite_where=where, postgresql_where=where)
