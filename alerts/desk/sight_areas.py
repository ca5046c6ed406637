"""Which areas a query is about: the officer's, and of those the ones asked for."""

from __future__ import annotations

from alerts.desk.directory import Directory
from alerts.desk.views import Officer, QueueFilter


def areas_of_query(officer: Officer, wanted: QueueFilter, directory: Directory) -> frozenset[str]:
    """Cases of these areas may be shown, and no others."""
    areas = directory.seen_by(officer)
    return areas if wanted.area_id is None else areas & directory.below(wanted.area_id)
