"""Fixtures of the integration tests."""

from __future__ import annotations

from tests.databases import database_url, postgres

__all__ = ["database_url", "postgres"]
