"""Tokens of integrators, failed log-ins that outlive a restart, and when a session was last used.

Revision ID: log_ins
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "log_ins"
down_revision = "people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; sessions of before count as used from their next use on."""
    time = sa.DateTime(timezone=True)
    op.add_column("sessions", sa.Column("used_at", time, nullable=True))
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=16), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", time, nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("expires_at", time, nullable=True),
        sa.Column("revoked_at", time, nullable=True),
        sa.Column("used_at", time, nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name="fk_api_tokens_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_api_tokens_token_hash"),
    )
    op.create_index("ix_api_tokens_officer_id", "api_tokens", ["officer_id"])
    op.create_table(
        "lockouts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("last_at", time, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("locked_until", time, nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_lockouts"),
    )
    op.create_index("ix_lockouts_last_at", "lockouts", ["last_at"])
