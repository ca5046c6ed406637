"""Who opened a case by hand, and the queues of departments and grid workers.

Revision ID: people
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "people"
down_revision = "case_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and partial indexes: most cases are with no department or grid worker."""
    # Alembic's own form is refused for SQLite, which takes a reference only within ADD COLUMN.
    op.execute(
        "ALTER TABLE cases ADD COLUMN opened_by_id INTEGER"
        " CONSTRAINT fk_cases_opened_by_id REFERENCES officers (id)"
    )
    for column in ("department", "handler_id", "opened_by_id"):
        is_set = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_cases_{column}_queue",
            "cases",
            [column, "queued_at", "id"],
            sqlite_where=is_set,
            postgresql_where=is_set,
        )
