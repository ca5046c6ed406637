"""A decoder that may not work, and those that take over from it.

What a hardware decoder promises is known only when the first pictures come: `h264_qsv` opens on a
machine without such hardware, and fails at the first packet. So the packets are kept until then,
and the next decoder begins where the stream began: nothing is lost by trying.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass

import av
from av.codec.codec import UnknownCodecError

from ingest.faults import explain
from ingest.video_input import PictureDecoder, VideoPacket

PATIENCE = 50
"""Packets in a row without a picture, 2 s at 25 a second: hardware holds back some ten."""

MOST_STAMPS = 100
"""Packets whose picture may still come; of those that never give one, the oldest are forgotten."""

ON_DEVICE = "nv12"
"""What pictures that lie in the hardware's own memory are fetched as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A decoder to try.

    Attributes:
        name: libav's.
        open: Opens it; raises `av.FFmpegError` or `UnknownCodecError`.
        is_resettable: Whether it can go on after it was drained, or must be opened anew.
    """

    name: str
    open: Callable[[], PictureDecoder]
    is_resettable: bool = True


class FallbackDecoder:
    """The first of several decoders that gives pictures; a `PictureDecoder`.

    Args:
        candidates: In the order to try; the last is the one that always works.
        on_use: Hears the name of each that is tried.
        on_last: Hears why the others do not work, when only the last is left.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        *,
        on_use: Callable[[str], None],
        on_last: Callable[[list[str]], None],
    ) -> None:
        self._left = deque(candidates)
        self._on_use = on_use
        self._on_last = on_last
        self._reasons: list[str] = []
        self._kept: list[VideoPacket | None] = []  # all, until the first picture
        self._is_proven = False
        self._silent = 0
        self._stamps: dict[int, object] = {}
        self._present, self._decoder = self._next()

    def decode(self, packet: VideoPacket | None = None, /) -> list[av.VideoFrame]:
        """The pictures this packet releases; what a decoder could not do, the next one does."""
        if not self._left:
            return self._decoder.decode(packet)
        if not self._is_proven:
            self._kept.append(packet)
        try:
            pictures = self._tried(packet)
        except av.FFmpegError as error:
            if self._is_proven and self._silent < PATIENCE:
                raise  # one broken packet is the reader's to count
            return self._give_up(explain(error))
        if pictures:
            self._is_proven, self._silent = True, 0
            self._kept.clear()
        elif self._silent >= PATIENCE or (packet is None and not self._is_proven):
            return self._give_up(f"no picture of {self._silent} packets")
        return pictures

    def flush_buffers(self) -> None:
        """After a flush, be ready for a keyframe."""
        self._stamps.clear()
        if self._present.is_resettable:
            self._decoder.flush_buffers()
            return
        try:
            self._decoder = self._present.open()
        except av.FFmpegError as error:
            self._give_up(explain(error))

    def _tried(self, packet: VideoPacket | None) -> list[av.VideoFrame]:
        if packet is not None:
            self._silent += 1
            self._note(packet)
        return [self._fetched(picture) for picture in self._decoder.decode(packet)]

    def _note(self, packet: VideoPacket) -> None:
        """Hardware hands on `pts`, but some of it not what else a packet carries."""
        if packet.pts is not None:
            self._stamps[packet.pts] = packet.opaque
        while len(self._stamps) > MOST_STAMPS:
            del self._stamps[next(iter(self._stamps))]

    def _fetched(self, picture: av.VideoFrame) -> av.VideoFrame:
        here = picture if picture.format.components else picture.reformat(format=ON_DEVICE)
        stamp = None if picture.pts is None else self._stamps.pop(picture.pts, None)
        if stamp is not None:
            # PyAV knows it by its address, and forgets it when the packet that has it is freed.
            here.opaque = copy(stamp)
        return here

    def _give_up(self, reason: str) -> list[av.VideoFrame]:
        """Hand what is kept to the next decoder."""
        self._reasons.append(f"{self._present.name}: {reason}")
        kept, self._kept = self._kept, []
        self._is_proven, self._silent = False, 0
        self._stamps.clear()
        self._present, self._decoder = self._next()
        pictures: list[av.VideoFrame] = []
        for packet in kept:
            with suppress(av.FFmpegError):  # a broken one is passed over
                pictures += self.decode(packet)
        return pictures

    def _next(self) -> tuple[Candidate, PictureDecoder]:
        while len(self._left) > 1:
            candidate = self._left.popleft()
            try:
                opened = candidate.open()
            except (av.FFmpegError, UnknownCodecError) as error:
                said = explain(error) if isinstance(error, av.FFmpegError) else "not offered"
                self._reasons.append(f"{candidate.name}: {said}")
            else:
                self._on_use(candidate.name)
                return candidate, opened
        last = self._left.popleft()
        self._on_use(last.name)
        self._on_last(self._reasons)
        return last, last.open()
