"""Whether a camera may be watched now: household cameras only within their consent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ingest.config import CameraConfig, Hours, Owner

CHECK_S = 1.0
"""How often consent is looked at; a camera closes at most this long after it ran out."""


class ConsentGate:
    """Whether the camera may be open now; cheap enough to be asked at every packet."""

    def __init__(
        self,
        camera: CameraConfig,
        zone: ZoneInfo,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._camera = camera
        self._zone = zone
        self._now = now
        self._monotonic = monotonic
        self._looked_s = float("-inf")
        self._is_open = False

    def is_open(self) -> bool:
        """Whether the camera was allowed when last looked at, at most `CHECK_S` ago."""
        now_s = self._monotonic()
        if now_s - self._looked_s >= CHECK_S:
            self._looked_s = now_s
            self._is_open = is_allowed(self._camera, self._now(), self._zone)
        return self._is_open


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
