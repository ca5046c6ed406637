"""What a camera is given by the composition root."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from ingest.config import CameraConfig
from ingest.counters import CameraCounters
from ingest.frame import CameraId, Frame, FrameTime
from ingest.source import FrameSource
from ingest.status import CameraStatus

MOST_BYTES_A_SECOND = 3_000_000
"""Of packets kept for clips: more than a 4K camera sends (16 Mbit/s), so that only a broken one is
short of its pre-roll."""

CUT_MARGIN_S = 5.0
"""Kept beyond pre-roll and post-roll: the evidence thread may be busy with another clip."""


class SourceFactory(Protocol):
    """Makes the source of one connection."""

    def __call__(
        self, camera: CameraConfig, *, session: str, counters: CameraCounters
    ) -> FrameSource:
        """A source for `session`, not yet open, that counts into `counters`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraCallbacks:
    """Whom a camera tells; called in the camera's thread, must not block.

    Attributes:
        on_frame: Each frame to analyse.
        on_status: Each change of the camera's state or fault.
        on_session_end: Camera, session and the time of its last frame, when a session that
            was opened is over.
    """

    on_frame: Callable[[Frame], None]
    on_status: Callable[[CameraStatus], None]
    on_session_end: Callable[[CameraId, str, FrameTime | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraClocks:
    """Where a camera takes time and chance from; tests give their own."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    random: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSettings:
    """What all cameras of a node share.

    Attributes:
        zone: Time zone of consent's dates and hours.
        pre_roll_s: Seconds a clip begins before its alert.
        post_roll_s: Seconds a clip goes on after it.
    """

    zone: ZoneInfo
    pre_roll_s: float = 5.0
    post_roll_s: float = 5.0

    @property
    def span_s(self) -> float:
        """Seconds of packets kept."""
        return self.pre_roll_s + self.post_roll_s + CUT_MARGIN_S

    @property
    def max_bytes(self) -> int:
        """Bytes of packets kept for one session, at the most."""
        return round(MOST_BYTES_A_SECOND * self.span_s)
