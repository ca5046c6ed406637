"""Alembic's way in: it runs this file and nothing else of ours."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from alerts.desk import (  # noqa: F401 - importing them fills the metadata
    attachment_tables,
    bus_tables,
    command_tables,
    move_tables,
    opened_once,
    people_tables,
    register_table,
    search_tables,
    tables,
    webhook_tables,
)
from alerts.desk.columns import Base

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
context.run_migrations()
