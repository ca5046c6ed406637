"""The register of who watched, exported or searched what and why.

Revision ID: look_register
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "look_register"
down_revision = "integrations"
branch_labels = None
depends_on = None

_SQLITE_TRIGGER = """
CREATE TRIGGER register_no_{action} BEFORE {action} ON register
BEGIN SELECT RAISE(ABORT, 'the register is append-only'); END
"""
_SQLITE_IN_ORDER = """
CREATE TRIGGER register_in_order BEFORE INSERT ON register
WHEN NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM register)
BEGIN SELECT RAISE(ABORT, 'the register is append-only'); END
"""
_POSTGRES_FUNCTION = """
CREATE FUNCTION register_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the register is append-only'; END $$
"""
_POSTGRES_TRIGGER = """
CREATE TRIGGER register_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON register
FOR EACH STATEMENT EXECUTE FUNCTION register_refuse()
"""


def upgrade() -> None:
    """Make table and triggers; nothing of before can be registered."""
    words = {"case_code": 64, "camera_id": 64, "area_id": 32, "owner": 16}
    op.create_table(
        "register",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.String(length=n), nullable=False) for name, n in words.items()),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_register"),
        sa.UniqueConstraint("previous", name="uq_register_previous"),
    )
    op.create_index("ix_register_at", "register", ["at"])
    for name, column in (
        ("area", "area_id"),
        ("actor", "actor"),
        ("camera", "camera_id"),
        ("case", "case_code"),
    ):
        op.create_index(f"ix_register_{name}", "register", [column, "number"])
    _protect()


def _protect() -> None:
    if op.get_context().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(_SQLITE_TRIGGER.format(action=action))
        op.execute(_SQLITE_IN_ORDER)  # REPLACE deletes without asking the trigger of DELETE
        return
    op.execute(_POSTGRES_FUNCTION)
    op.execute(_POSTGRES_TRIGGER)
