"""A software decoder that lets go of its pictures' memory when its camera comes to rest."""

from __future__ import annotations

from collections.abc import Callable

import av
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

FEW = 4
"""Pictures between two flushes, above which the decoder is opened anew: not for single keyframes.

libav keeps the room of as many pictures as were ever held at once, a camera that woke some twenty:
12 MB at 704x576, until the decoder is closed. Opening one takes 0.1 ms."""


class LeanDecoder:
    """A `PictureDecoder` over one libav context after another.

    Args:
        opened: Makes a context for the stream, with its parameter sets.
        reorder_depth: Pictures that the stream holds back for their order, as far as known.
    """

    def __init__(self, opened: Callable[[], VideoCodecContext], reorder_depth: int) -> None:
        self._opened = opened
        self._context = self._anew(reorder_depth)
        self._given = 0

    def decode(self, packet: av.Packet[VideoStream] | None = None, /) -> list[av.VideoFrame]:
        """The pictures this packet releases; with None all that are held."""
        pictures = self._context.decode(packet)
        self._given += len(pictures)
        return pictures

    def flush_buffers(self) -> None:
        """After a flush, be ready for a keyframe."""
        if self._given > FEW:
            self._context = self._anew(self._context.reorder_depth)
        else:
            self._context.flush_buffers()
        self._given = 0

    def _anew(self, reorder_depth: int) -> VideoCodecContext:
        context = self._opened()
        context.reorder_depth = reorder_depth
        return context
