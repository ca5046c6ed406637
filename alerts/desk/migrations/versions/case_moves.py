"""What the moves of cases keep: links, what the journal's entries are about, when limits rise.

Revision ID: case_moves
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "case_moves"
down_revision = "case_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns; open cases of before have no limit running."""
    time = sa.DateTime(timezone=True)
    op.add_column("cases", sa.Column("rises_at", time, nullable=True))
    op.add_column("cases", sa.Column("follow_up", sa.String(length=16), nullable=True))
    op.create_index("ix_cases_rises", "cases", ["rises_at"])
    op.create_index("ix_cases_merged_into", "cases", ["merged_into"])
    op.add_column("journal", sa.Column("action", sa.String(length=16), nullable=True))
    op.add_column("journal", sa.Column("facts", sa.JSON(), nullable=True))
    op.create_table(
        "case_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_links"),
        sa.ForeignKeyConstraint(["from_id"], ["cases.id"], name="fk_case_links_from_id"),
        sa.ForeignKeyConstraint(["to_id"], ["cases.id"], name="fk_case_links_to_id"),
        sa.UniqueConstraint("from_id", "to_id", "kind", name="uq_case_links_from_id_to_id_kind"),
    )
    op.create_index("ix_case_links_to_id", "case_links", ["to_id"])
    op.create_table(
        "limit_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ahead_s", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_limit_clock"),
    )
