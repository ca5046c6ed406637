"""A camera's state as the node knows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ingest.errors import Fault
from ingest.frame import CameraId


class CameraState(StrEnum):
    """What the topic of a camera's status says."""

    STREAMING = "streaming"
    STALLED = "stalled"  # open, but nothing arrives
    OFFLINE = "offline"  # cannot be opened, or broke off; being retried
    DISABLED = "disabled"  # not watched, or not before the site file changes
    CLOSED_BY_CONSENT = "closed-by-consent"  # the household has not agreed to now


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraStatus:
    """State of one camera since `since` (aware UTC); `fault` says why it is not streaming."""

    camera_id: CameraId
    state: CameraState
    since: datetime
    fault: Fault | None = None
