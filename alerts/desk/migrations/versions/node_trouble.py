"""What a node suffers from, in words.

Revision ID: node_trouble
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "node_trouble"
down_revision = "case_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nodes say their status again within half a minute."""
    for name in ("text_zh", "text_en"):
        op.add_column("node_states", sa.Column(name, sa.Text(), nullable=True))
