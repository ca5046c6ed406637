"""An opened container and its one video stream; nothing else of it is read."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, TypeAlias

import av
from av.container import InputContainer
from av.stream import Discard
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from ingest.errors import Fault, IngestError, SourceFormatError
from ingest.faults import open_error
from ingest.lean_decoding import LeanDecoder
from ingest.stream_format import StreamFormat

VideoPacket: TypeAlias = "av.Packet[VideoStream]"

HIGHEST_FPS = 120.0
"""Declared rates above this are a time base taken for a rate."""

UNFILTERED = frozenset({"h264"})
"""Codecs decoded without their deblocking filter, which is a quarter of the decoder's time. The
samples' luma, a keyframe every second, lies 41 to 45 dB from the filtered; a model cannot tell."""


class PictureDecoder(Protocol):
    """What turns packets into pictures; libav's codec contexts are such."""

    def decode(self, packet: VideoPacket | None = None, /) -> list[av.VideoFrame]:
        """The pictures this packet releases; with None all that are held.

        Raises:
            av.FFmpegError: the packet cannot be decoded.
        """
        ...

    def flush_buffers(self) -> None:
        """Forget what is held; after a flush, be ready for a keyframe."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VideoInput:
    """The video stream of an open container, with what is known of its packets.

    Attributes:
        decoder: In software unless another was put in its place.
    """

    container: InputContainer
    stream: VideoStream
    format: StreamFormat
    decoder: PictureDecoder

    def packets(self) -> Iterator[VideoPacket]:
        """The video packets in decoding order.

        Empty ones are left out: to the decoder they would mean the end. PyAV adds one as
        the last, and AVI has some in the middle.
        """
        return (packet for packet in self.container.demux(self.stream) if packet.size)

    def close(self) -> None:
        """Close the container; only in the thread that reads it, never while it reads."""
        self.container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_video(
    address: str,
    *,
    camera_id: str,
    options: Mapping[str, str] | None = None,
    timeout: tuple[float, float] | None = None,
) -> VideoInput:
    """Open an address or a file; the caller closes it.

    Args:
        address: URL or path, with its credentials.
        camera_id: Named in errors.
        options: libav's options for the demuxer.
        timeout: Seconds to open and to wait for a packet; None waits for ever.

    Raises:
        SourceOpenError: it cannot be opened.
        SourceFormatError: it has no video, or a codec that is not known here.
    """
    container = _open(address, camera_id, dict(options or {}), timeout)
    try:
        return _video(container, camera_id)
    except IngestError:
        container.close()
        raise


def _open(
    address: str, camera_id: str, options: dict[str, str], timeout: tuple[float, float] | None
) -> InputContainer:
    asked_s = time.monotonic()
    try:
        return av.open(address, options=options, timeout=timeout)
    except av.FFmpegError as error:
        is_late = timeout is not None and time.monotonic() - asked_s >= timeout[0]
        failure: IngestError = open_error(error, camera_id, address, is_late=is_late)
    try:
        raise failure  # outside of `except`: the context would carry libav's text with the password
    finally:
        del failure  # it knows this frame: in a circle both would wait for a collection


def _video(container: InputContainer, camera_id: str) -> VideoInput:
    streams = container.streams.video
    if not streams:
        raise SourceFormatError(
            "the stream has no video", camera_id=camera_id, fault=Fault.NO_VIDEO
        )
    stream = streams[0]
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all  # audio is not even read from the file
    if stream.codec_context is None:
        raise SourceFormatError(
            "the video's codec is not supported", camera_id=camera_id, fault=Fault.CODEC
        )
    return VideoInput(
        container=container, stream=stream, format=_format(stream), decoder=_decoder(stream)
    )


def _decoder(stream: VideoStream) -> PictureDecoder:
    """The stream's own where parameter sets are known from its packets alone."""
    own = stream.codec_context
    if not own.extradata:
        return _for_analysis(own)
    opened = _format(stream).decoder
    return LeanDecoder(lambda: _for_analysis(opened()), own.reorder_depth)


def _for_analysis(context: VideoCodecContext) -> VideoCodecContext:
    context.thread_count = 1  # cameras share the cores, not a picture
    context.copy_opaque = True  # a picture brings its packet's times along
    if context.codec.canonical_name in UNFILTERED:
        context.options = {"skip_loop_filter": "all"}
    return context


def _format(stream: VideoStream) -> StreamFormat:
    context = stream.codec_context
    return StreamFormat(
        codec=context.codec.canonical_name,
        wh=(context.width, context.height),
        extradata=context.extradata or b"",
        fps=declared_fps(stream),
    )


def declared_fps(stream: VideoStream) -> float | None:
    """The rate the stream declares, where it is one."""
    rate = stream.average_rate or stream.guessed_rate
    return float(rate) if rate is not None and 0 < rate <= HIGHEST_FPS else None
