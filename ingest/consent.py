"""Whether a camera may be watched now: household cameras only within their consent."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ingest.config import CameraConfig, Hours, Owner


def is_allowed(camera: CameraConfig, at: datetime, zone: ZoneInfo) -> bool:
    """Whether the camera may be open at the aware time `at`.

    Department cameras always may; a household camera without consent never. `until` is the
    last allowed local date. Hours that pass midnight belong to the date they begin on.
    """
    if camera.owner is Owner.DEPARTMENT:
        return True
    if camera.consent is None:
        return False
    local = at.astimezone(zone)
    date = local.date()
    hours = camera.consent.hours
    if hours is not None:
        if not _is_within(hours, local):
            return False
        if hours.end <= hours.start and local.time() < hours.end:
            date -= timedelta(days=1)
    return date <= camera.consent.until


def _is_within(hours: Hours, local: datetime) -> bool:
    """From `start` up to but not including `end`; equal ones mean the whole day."""
    now = local.time()
    if hours.start < hours.end:
        return hours.start <= now < hours.end
    return now >= hours.start or now < hours.end
