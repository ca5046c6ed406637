"""What a clip needs of a camera."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import av


class Footage(Protocol):
    """Packets of one session, from a keyframe on."""

    @property
    def start_s(self) -> float:
        """`time_s` of the first picture."""
        ...

    @property
    def end_s(self) -> float:
        """`time_s` of the last picture."""
        ...

    @property
    def bytes_held(self) -> int:
        """Memory its packets take, about."""
        ...

    def write_mp4(self, path: Path) -> None:
        """Write an MP4 that plays in a browser: `faststart`, no audio."""
        ...


class FootageSource(Protocol):
    """A camera's recent past."""

    def position(self, session: str) -> float | None:
        """`time_s` of the newest packet of `session`; None when that session is over."""
        ...

    def footage(self, session: str, from_s: float, to_s: float) -> Footage:
        """What is kept of `session` between these times.

        Raises:
            FootageGoneError: Nothing is.
        """
        ...

    def is_still_due(self, session: str, time_s: float) -> bool:
        """Whether a better picture of this moment than the analysed one is about to come."""
        ...

    def still(self, session: str, time_s: float) -> av.VideoFrame | None:
        """That picture; None: there is none better."""
        ...
