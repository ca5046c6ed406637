"""An index of the cases that officers have accepted and that are not over.

Revision ID: accepted_cases
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "accepted_cases"
down_revision = "openings"
branch_labels = None
depends_on = None

_OPEN = "assignee_id IS NOT NULL AND status <> 'closed' AND status <> 'followed-up'"


def upgrade() -> None:
    """Make it; there are few such cases at any time."""
    where = sa.text(_OPEN)
    columns = ["assignee_id", "queued_at", "id"]
    op.create_index(
        "ix_cases_assignee_queue", "cases", columns, sqlite_where=where, postgresql_where=where
    )
