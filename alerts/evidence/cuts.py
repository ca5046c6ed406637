"""Clips cut but not yet written: their packets are in memory, so they are bounded in bytes."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from alerts.evidence.footage import Footage
from alerts.evidence.jobs import MAX_CLIPS, ClipJob, EvidenceJobs
from alerts.schema import EvidenceKind

MAX_CUT_BYTES = 256_000_000
"""A camera's packets may be 45 MB: a burst of alerts on all cameras of a node must not take
the memory that decoding needs while a slow disk or the coding of masked clips holds the writer."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """A clip's packets, ready to be written."""

    job: ClipJob
    footage: Footage


class CutQueue:
    """For one thread. When full, the oldest is given up: it fails, and `jobs` counts it.

    The newest is always kept, so that a clip larger than the bound is written all the same.
    """

    def __init__(
        self, jobs: EvidenceJobs, *, max_bytes: int = MAX_CUT_BYTES, max_cuts: int = MAX_CLIPS
    ) -> None:
        self._jobs = jobs
        self._max_bytes = max_bytes
        self._max_cuts = max_cuts
        self._cuts: deque[tuple[Cut, int]] = deque()
        self._bytes = 0

    def extend(self, cuts: Iterable[Cut]) -> None:
        """Take more, one by one: the bound holds also within."""
        for cut in cuts:
            size = cut.footage.bytes_held
            self._cuts.append((cut, size))
            self._bytes += size
            while len(self._cuts) > 1 and self._is_too_full():
                self._give_up()

    def next(self) -> Cut | None:
        """The oldest."""
        if not self._cuts:
            return None
        cut, size = self._cuts.popleft()
        self._bytes -= size
        return cut

    def _is_too_full(self) -> bool:
        return self._bytes > self._max_bytes or len(self._cuts) > self._max_cuts

    def _give_up(self) -> None:
        cut, size = self._cuts.popleft()
        self._bytes -= size
        self._jobs.give_up(cut.job.alert_id, EvidenceKind.CLIP)
        logger.error(
            "too many clips wait to be written: that of alert %s is given up",
            cut.job.alert_id,
            extra={"action": "evidence-lost", "camera_id": cut.job.camera_id},
        )
