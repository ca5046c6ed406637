"""What a recording is, found out by reading its packets and one picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av

# A longer step between two pictures is a fault of the recording's clock.
PAUSE_MAX_S = 2.0


class VideoImportError(Exception):
    """A recording that cannot be used; the message names the file and why, in one line."""

    retryable = False

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A readable recording with at least two pictures.

    Attributes:
        codec: libav's name of the video codec.
        rate_hz: frames a second, as the file says or 25.
        packets: number of video packets.
        is_in_order: every packet has a timestamp, and they rise by at most `PAUSE_MAX_S`: no
            picture is shown before one that is stored ahead of it, and none is waited for.
        rotation: degrees counterclockwise by which a player turns the picture.
    """

    path: Path
    codec: str
    width: int
    height: int
    rate_hz: float
    packets: int
    is_in_order: bool
    has_audio: bool
    rotation: int


def probe(path: Path) -> Probe:
    """Read through the recording.

    Raises:
        VideoImportError: it is missing, empty, unreadable, or holds no video.
    """
    try:
        if path.stat().st_size == 0:
            raise VideoImportError(path, "the file is empty")
        with av.open(str(path)) as container:
            return _probe(path, container)
    except (av.FFmpegError, OSError) as error:
        raise VideoImportError(path, f"not a readable video: {error.strerror}") from error


def _probe(path: Path, container: av.container.InputContainer) -> Probe:
    if not container.streams.video:
        raise VideoImportError(path, "no video in it")
    stream = container.streams.video[0]
    packets, is_in_order = _scan(container, stream)
    if packets < 2:
        raise VideoImportError(path, "a recording needs at least two pictures")
    picture = _first_picture(path)
    return Probe(
        path=path,
        codec=stream.codec_context.name,
        width=picture.width,
        height=picture.height,
        rate_hz=float(stream.average_rate or stream.guessed_rate or 25),
        packets=packets,
        is_in_order=is_in_order,
        has_audio=bool(container.streams.audio),
        rotation=picture.rotation,
    )


def _scan(container: av.container.InputContainer, stream: av.VideoStream) -> tuple[int, bool]:
    """Number of packets, and whether their timestamps are there and rise."""
    count, is_in_order = 0, True
    last: int | None = None
    for packet in container.demux(stream):
        if packet.size == 0:
            continue  # libav's mark of the end
        count += 1
        is_in_order = is_in_order and _follows(last, packet)
        last = packet.pts
    return count, is_in_order


def _follows(last: int | None, packet: av.Packet[av.VideoStream]) -> bool:
    if packet.pts is None or packet.time_base is None:
        return False
    return last is None or 0 < (packet.pts - last) * packet.time_base <= PAUSE_MAX_S


def _first_picture(path: Path) -> av.VideoFrame:
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            try:
                frames = packet.decode()
            except av.InvalidDataError:
                continue  # a recording may begin in the middle of a group of pictures
            if frames:
                return frames[0]
    raise VideoImportError(path, "no picture in it can be decoded")
