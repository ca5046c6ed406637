"""The way of one camera's frames to one model."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.frame import Frame, FrameUse
from ingest.mailbox import Mailbox
from ingest.thinning import Thinner, thinned_fps


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrameLane:
    """From the camera's thread through thinner and mailbox to the batcher.

    Attributes:
        camera_class: 1 to 3, who keeps most under overload.
        sample_fps: Frames a second the camera is to have analysed.
    """

    camera_class: int
    sample_fps: float
    thinner: Thinner
    mailbox: Mailbox

    def put(self, frame: Frame) -> None:
        """Hand a sampled frame over; never blocks.

        One that is held back takes the place of an older one that still waits.
        """
        if self.thinner.takes(frame.at):
            self.mailbox.put(frame)
        elif frame.use is FrameUse.LIVE:
            self.mailbox.renew(frame)

    @property
    def fps(self) -> float:
        """Frames a second that the camera hands over while it moves."""
        return thinned_fps(self.sample_fps, self.thinner.share)
