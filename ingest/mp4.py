"""Write a clip as an ordinary MP4: `faststart`, from 0 s, no audio, whole or not at all."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import OutputContainer
from av.video.stream import VideoStream

from ingest.pictures import TICKS_HZ, TIME_BASE
from ingest.ring import StoredPacket
from ingest.stream_format import START_CODES, StreamFormat

ENCODER_OPTIONS = {"preset": "veryfast", "crf": "23", "bf": "0", "threads": "1"}
"""One thread: a clip may take seconds, and the cores belong to the live cameras."""

HEVC_TAG = "hvc1"
"""Without it Safari does not play H.265 in MP4; libav writes `hev1`."""


def remux(stream: StreamFormat, packets: Sequence[StoredPacket], path: Path) -> None:
    """Write the packets as they are into an MP4 at `path`, which is replaced."""
    with _whole_file(path) as container:
        track = _track(container, stream, _with_parameters(stream, packets[0].payload))
        for packet in _from_zero(stream, packets):
            packet.stream = track
            container.mux(packet)


def encode(pictures: Iterable[tuple[float, av.VideoFrame]], path: Path) -> None:
    """Encode pictures (with their `time_s`) as H.264 into an MP4 at `path`."""
    with _whole_file(path) as container:
        track: VideoStream | None = None
        zero_s, last_ticks = 0.0, -1
        for time_s, picture in pictures:
            if track is None:
                track, zero_s = _encoder(container, picture), time_s
            frame = picture.reformat(track.width, track.height, "yuv420p")
            last_ticks = max(last_ticks + 1, round((time_s - zero_s) * TICKS_HZ))
            frame.pts, frame.time_base = last_ticks, TIME_BASE
            container.mux(track.encode(frame))
        if track is not None:
            container.mux(track.encode(None))


def _encoder(container: OutputContainer, picture: av.VideoFrame) -> VideoStream:
    track = container.add_stream("libx264", rate=25, options=ENCODER_OPTIONS)
    track.width = max(picture.width // 2 * 2, 2)  # yuv420p wants even sizes
    track.height = max(picture.height // 2 * 2, 2)
    track.pix_fmt = "yuv420p"
    track.codec_context.time_base = TIME_BASE
    track.time_base = TIME_BASE
    return track


def _track(container: OutputContainer, stream: StreamFormat, keyframe: bytes) -> VideoStream:
    """A track for packets as they are.

    PyAV copies a track's parameters from a stream only, and the camera's may be closed: so
    the keyframe is opened as a stream of one picture.
    """
    with av.open(io.BytesIO(keyframe), format=stream.codec) as template:
        track = container.add_stream_from_template(template.streams.video[0], opaque=True)
    track.time_base = TIME_BASE
    if stream.codec == "hevc":
        track.codec_tag = HEVC_TAG
    return track


def _from_zero(
    stream: StreamFormat, packets: Iterable[StoredPacket]
) -> Iterator[av.Packet[av.stream.Stream]]:
    """Packets with `pts` from 0 and rising `dts`, parameter sets before the first."""
    zero_s: float | None = None
    last_dts: int | None = None
    for stored in packets:
        is_first = zero_s is None
        zero_s = stored.time_s if zero_s is None else zero_s
        payload = _with_parameters(stream, stored.payload) if is_first else stored.payload
        pts = round((stored.time_s - zero_s) * TICKS_HZ)
        dts = min(pts, round((stored.decode_s - zero_s) * TICKS_HZ))
        dts = dts if last_dts is None else max(dts, last_dts + 1)
        packet: av.Packet[av.stream.Stream] = av.Packet(payload)
        packet.time_base, packet.is_keyframe = TIME_BASE, stored.is_keyframe
        packet.pts, packet.dts = max(pts, dts), dts
        last_dts = dts
        yield packet


def _with_parameters(stream: StreamFormat, payload: bytes) -> bytes:
    """Many cameras give parameter sets in the SDP only; in the MP4 they come from here."""
    if stream.extradata.startswith(START_CODES) and stream.extradata not in payload:
        return stream.extradata + payload
    return payload


@contextmanager
def _whole_file(path: Path) -> Iterator[OutputContainer]:
    """An MP4 that appears at `path` complete and on disk, or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        options = {"movflags": "faststart"}
        with av.open(part, "w", format="mp4", container_options=options) as container:
            yield container
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(path)
        _sync_folder(path.parent)
    except av.FFmpegError as error:
        raise OSError(f"cannot write {path.name}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
