"""The desk's clock, so that tests can hold it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns aware UTC."""


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)
