"""What every rule is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from alerts.alert import Alert, Reason
from detectors.track import Track
from ingest.frame import FrameTime, Wh


class Rule(Protocol):
    """Judges the tracks of one camera frame by frame; reads no clock and does no I/O."""

    @property
    def is_settled(self) -> bool:
        """Whether it only waits for the end of its open alert: then it is asked less often."""
        ...

    def update(self, tracks: Sequence[Track], at: FrameTime, source_wh: Wh) -> list[Alert]:
        """What changes on this frame; `tracks` in pixels of a picture of `source_wh`."""
        ...

    def end(self, reason: Reason) -> list[Alert]:
        """End what is open, at the last frame seen: no more frames of this session follow."""
        ...

    def reset(self) -> None:
        """Forget everything, without a message."""
        ...
