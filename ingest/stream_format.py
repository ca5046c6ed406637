"""What is needed to decode or mux a stream's packets after its container was closed."""

from __future__ import annotations

from dataclasses import dataclass, field

import av
from av.video.codeccontext import VideoCodecContext

from ingest.frame import Wh

START_CODES = (b"\x00\x00\x01", b"\x00\x00\x00\x01")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamFormat:
    """Codec (libav's name), size, parameter sets and declared rate of a video stream."""

    codec: str
    wh: Wh
    extradata: bytes = field(default=b"", repr=False)
    fps: float | None = None

    @property
    def is_remuxable(self) -> bool:
        """Whether the packets can go into an MP4 as they are, and a browser may play them.

        Cameras send H.264 and H.265 with start codes; packets from an MP4 have lengths
        instead, which only their own extradata explains.
        """
        return self.codec in ("h264", "hevc") and self.extradata.startswith(START_CODES)

    def decoder(self, name: str | None = None) -> VideoCodecContext:
        """A new decoder of one thread: cameras share the cores, not a picture.

        Args:
            name: libav's name of one of several for the codec; by default its first choice.
        """
        context = av.CodecContext.create(name or self.codec, "r")
        assert isinstance(context, VideoCodecContext)
        context.extradata = self.extradata or None
        context.width, context.height = self.wh
        context.thread_count = 1
        context.copy_opaque = True
        return context
