"""What an overloaded node still analyses.

Revision ID: node_reduced
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "node_reduced"
down_revision = "first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nodes say their status again within half a minute."""
    op.add_column("node_states", sa.Column("reduced", sa.Text(), nullable=True))
