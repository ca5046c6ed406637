"""Where a camera's evidence comes from: its main stream, or else the one that is analysed.

Two RTSP sessions have unrelated timestamps. What they share is this machine's clock when their
packets arrive: a moment of the analysed session is that of the main one which arrived with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import av

from ingest.errors import FootageGoneError
from ingest.footage import Footage
from ingest.sessions import SessionRings

MAIN_LAG_S = 3.0
"""How much later than the analysed stream the main one may bring a moment before it is not waited
for: less than `CUT_MARGIN_S`, so that the analysed stream's ring still holds it then."""

SAME_SPAN_S = 1.0
"""A clip of the main stream may begin or end this much short of what the other one has."""

STILL_WITHIN_S = 0.5
"""A picture this much before the moment still shows it; streams of 5 frames a second exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aligned:
    """A session of the main stream; its time is the analysed session's plus `ahead_s`."""

    session: str
    ahead_s: float


class EvidenceStreams:
    """Clips and pictures of an analysed session, from the camera's best stream that has them.

    Args:
        analysed: Packets of the stream that is analysed.
        main: Packets of the main stream, where that is another.

    Attributes:
        fallbacks: Clips and pictures that the main stream should have given and did not; written
            by the thread that makes evidence.
    """

    def __init__(self, analysed: SessionRings, main: SessionRings | None) -> None:
        self._analysed = analysed
        self._main = main
        self.fallbacks = 0

    @property
    def dropped(self) -> int:
        """Packets of either stream given up for want of room."""
        return self._analysed.dropped + (0 if self._main is None else self._main.dropped)

    def position(self, session: str) -> float | None:
        """Up to which `time_s` both streams have come, as far as the main one keeps up."""
        own_s = self._analysed.position_s(session)
        if own_s is None:
            return None
        main_s = self._main_position_s(session)
        return own_s if main_s is None else max(min(own_s, main_s), own_s - MAIN_LAG_S)

    def footage(self, session: str, from_s: float, to_s: float) -> Footage:
        """A cut of the main stream, or of the analysed one where that has more of it.

        Raises:
            FootageGoneError: the session expired, or nothing is held of that time.
        """
        own = self._analysed.footage(session, from_s, to_s)
        if self._main is None:
            return own
        for main in self._aligned(session):
            cut = self._main_cut(main, from_s, to_s)
            if cut is None:
                continue
            is_from_begin = cut.start_s - main.ahead_s <= max(own.start_s, from_s) + SAME_SPAN_S
            is_to_end = cut.end_s - main.ahead_s >= min(own.end_s, to_s) - SAME_SPAN_S
            if is_from_begin and is_to_end:
                return cut
        self.fallbacks += 1
        return own

    def is_still_due(self, session: str, time_s: float) -> bool:
        """Whether the main stream is about to bring its picture of this moment."""
        main_s = self._main_position_s(session)
        return main_s is not None and main_s < time_s

    def still(self, session: str, time_s: float) -> av.VideoFrame | None:
        """The main stream's picture of this moment, masks filled in.

        None: the camera has no other stream than the analysed one, or nothing of it.
        """
        if self._main is None:
            return None
        for main in self._aligned(session):
            cut = self._main_cut(main, time_s, time_s)
            if cut is None or cut.end_s - main.ahead_s < time_s - STILL_WITHIN_S:
                continue
            try:
                return cut.picture_at(time_s + main.ahead_s)
            except LookupError:  # broken packets
                continue
        self.fallbacks += 1
        return None

    def _main_cut(self, main: _Aligned, from_s: float, to_s: float) -> Footage | None:
        assert self._main is not None  # else nothing is aligned
        try:
            return self._main.footage(main.session, from_s + main.ahead_s, to_s + main.ahead_s)
        except FootageGoneError:
            return None

    def _main_position_s(self, session: str) -> float | None:
        """Where the main stream's present session is, in the time of the analysed one."""
        for main in self._aligned(session):
            assert self._main is not None  # else nothing is aligned
            position_s = self._main.position_s(main.session)
            if position_s is not None:
                return position_s - main.ahead_s
        return None

    def _aligned(self, session: str) -> list[_Aligned]:
        """Sessions of the main stream, the present one first."""
        if self._main is None:
            return []
        return [
            _Aligned(session=held.session, ahead_s=own.zero_arrived_s - held.zero_arrived_s)
            for own in self._analysed.held()
            if own.session == session
            for held in self._main.held()
        ]
