"""An index by which retention finds the cases of a file.

Revision ID: evidence_hashes
"""

from __future__ import annotations

from alembic import op

revision = "evidence_hashes"
down_revision = "node_reduced"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_evidence_sha256", "evidence", ["sha256"])
