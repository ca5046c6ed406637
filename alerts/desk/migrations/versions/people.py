"""Who opened a case by hand.

Revision ID: people
"""

from __future__ import annotations

from alembic import op

revision = "people"
down_revision = "node_trouble"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; its index comes with those of the queue."""
    # Alembic's own form is refused for SQLite, which takes a reference only within ADD COLUMN.
    op.execute(
        "ALTER TABLE cases ADD COLUMN opened_by_id INTEGER"
        " CONSTRAINT fk_cases_opened_by_id REFERENCES officers (id)"
    )
