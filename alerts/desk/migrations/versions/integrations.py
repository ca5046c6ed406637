"""Commands of other platforms with their replies, and webhooks with their deliveries.

Revision ID: integrations
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "integrations"
down_revision = "case_moves"
branch_labels = None
depends_on = None

_INSERT = "INSERT INTO webhook_moves (payload) VALUES (NEW.payload)"
_ANY = "EXISTS (SELECT 1 FROM webhooks WHERE disabled_at IS NULL)"
_SQLITE_TRIGGER = f"""
CREATE TRIGGER due_moves_to_webhooks AFTER INSERT ON due_moves WHEN {_ANY}
BEGIN {_INSERT}; END
"""
_POSTGRES_FUNCTION = f"""
CREATE FUNCTION due_moves_to_webhooks() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF {_ANY} THEN {_INSERT}; END IF; RETURN NULL; END $$
"""
_POSTGRES_TRIGGER = """
CREATE TRIGGER due_moves_to_webhooks AFTER INSERT ON due_moves
FOR EACH ROW EXECUTE FUNCTION due_moves_to_webhooks()
"""


def upgrade() -> None:
    """Make the tables; every move that is announced reaches webhooks by a trigger.

    By a trigger, so that no way of making a move, now or later, can forget them.
    """
    _commands()
    _webhooks()
    _deliveries()
    op.create_table(
        "webhook_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_moves"),
    )
    if op.get_context().dialect.name == "sqlite":
        op.execute(_SQLITE_TRIGGER)
        return
    op.execute(_POSTGRES_FUNCTION)
    op.execute(_POSTGRES_TRIGGER)


def _time() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _commands() -> None:
    op.create_table(
        "commands",
        sa.Column("integrator", sa.String(length=64), nullable=False),
        sa.Column("command_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("at", _time(), nullable=False),
        sa.PrimaryKeyConstraint("integrator", "command_id", name="pk_commands"),
    )
    op.create_index("ix_commands_at", "commands", ["at"])


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(length=100), nullable=False),
        sa.Column("area_id", sa.String(length=32), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", _time(), nullable=False),
        sa.Column("disabled_at", _time(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("not_before", _time(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
    )


def _deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", _time(), nullable=False),
        sa.Column("next_at", _time(), nullable=False),
        sa.Column("done_at", _time(), nullable=True),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name="fk_webhook_deliveries_webhook_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_deliveries"),
    )
    order = ["state", "webhook_id", "code", "id"]
    op.create_index("ix_webhook_deliveries_order", "webhook_deliveries", order)
    op.create_index("ix_webhook_deliveries_list", "webhook_deliveries", ["webhook_id", "id"])
