"""New cases go into SQLite's index of words by the desk's own statement, not by a trigger.

FTS5 writes what it has gathered at every savepoint, and SQLite opens one around each row whose
insert sets off a trigger: a thousand new cases became a thousand pieces of the index, merged at
once, in forty times the time of one piece.

Revision ID: word_writes
"""

from __future__ import annotations

from alembic import op

revision = "word_writes"
down_revision = "accepted_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the trigger; `alerts.desk.word_index.first_words` does its work."""
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TRIGGER IF EXISTS case_words_insert")
