"""Make an MP4 that the RTSP server can serve: one video track, packets in showing order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import PictureType
from numpy.typing import NDArray

from deploy.video_probe import PAUSE_MAX_S, Probe

TIME_BASE = Fraction(1, 90_000)
SIDE_MAX_PX = 1280  # a demo decodes it in real time beside five other cameras
KEYFRAME_EVERY_S = 1
REPORT_EVERY = 25  # pictures between two calls of `progress`
CRF = 23


def remux(found: Probe, target: Path, progress: Callable[[float], None]) -> None:
    """Copy the video packets into an MP4 of their own.

    Raises:
        av.FFmpegError: libav cannot read or write them.
    """
    with (
        av.open(str(found.path)) as source,
        av.open(str(target), "w", format="mp4") as container,
    ):
        stream = container.add_stream_from_template(source.streams.video[0])
        for number, packet in enumerate(source.demux(video=0)):
            _report(progress, number, found.packets)
            if packet.size:
                packet.stream = stream
                container.mux(packet)


def encode(found: Probe, target: Path, progress: Callable[[float], None]) -> None:
    """Decode, turn upright, fit into `SIDE_MAX_PX` and encode as H.264, a keyframe a second.

    Raises:
        av.FFmpegError: libav cannot read or write it.
    """
    clock, next_keyframe = _Clock(1 / found.rate_hz), 0
    with (
        av.open(str(found.path)) as source,
        av.open(str(target), "w", format="mp4") as container,
    ):
        source.streams.video[0].thread_type = "AUTO"
        stream = _add_stream(container, found)
        for number, frame in enumerate(_pictures(source)):
            _report(progress, number, found.packets)
            upright = _upright(frame, found.rotation).reformat(
                width=stream.width, height=stream.height, format="yuv420p"
            )
            upright.pts, upright.time_base = clock.next(frame.time), TIME_BASE
            upright.pict_type = PictureType.NONE
            if upright.pts >= next_keyframe:  # by time: some recordings have two pictures a second
                upright.pict_type = PictureType.I
                next_keyframe = upright.pts + KEYFRAME_EVERY_S * TIME_BASE.denominator
            container.mux(stream.encode(upright))
        container.mux(stream.encode(None))


def _report(progress: Callable[[float], None], done: int, total: int) -> None:
    if done % REPORT_EVERY == 0:
        progress(min(1.0, done / total))


def _add_stream(container: av.container.OutputContainer, found: Probe) -> av.VideoStream:
    stream = container.add_stream("libx264", rate=max(1, round(found.rate_hz)))
    stream.width, stream.height = fitted_wh(found)
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = TIME_BASE
    # No B frames: the server sends packets with the time at which they come up in the file.
    stream.options = {"crf": str(CRF), "preset": "veryfast", "bf": "0"}
    return stream


def fitted_wh(found: Probe) -> tuple[int, int]:
    """Size of the upright picture, at most `SIDE_MAX_PX` a side, both sides even."""
    width, height = found.width, found.height
    if found.rotation % 180:
        width, height = height, width
    scale = min(1.0, SIDE_MAX_PX / max(width, height))
    return max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2)


def _pictures(source: av.container.InputContainer) -> Iterator[av.VideoFrame]:
    for packet in source.demux(video=0):
        try:
            yield from packet.decode()
        except av.InvalidDataError:
            continue  # a damaged packet costs a picture, not the recording


def _upright(frame: av.VideoFrame, rotation: int) -> av.VideoFrame:
    turns = round(rotation / 90) % 4
    if not turns:
        return frame
    picture: NDArray[np.uint8] = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    turned = np.ascontiguousarray(np.rot90(picture, turns))
    return av.VideoFrame.from_ndarray(turned, format="bgr24")


class _Clock:
    """Timestamps from 0 that rise, whatever the recording's own do.

    It follows the recording's clock as long as that is plausible, so that the length stays right:
    a picture that comes too early (old AVI files with B frames) is put just behind its forerunner,
    and only a jump or a missing time makes it count frames instead.
    """

    def __init__(self, step_s: float) -> None:
        self._step_s = step_s
        self._last_s: float | None = None
        self._offset_s = 0.0

    def next(self, seen_s: float | None) -> int:
        """Timestamp, in `TIME_BASE`, of a picture that the recording puts at `seen_s`."""
        self._last_s = self._time_of(seen_s)
        return round(self._last_s / TIME_BASE)

    def _time_of(self, seen_s: float | None) -> float:
        if self._last_s is None:
            self._offset_s = -(seen_s or 0.0)
            return 0.0
        counted_s = self._last_s + self._step_s
        if seen_s is None:
            return counted_s
        if abs(seen_s + self._offset_s - self._last_s) > PAUSE_MAX_S:
            self._offset_s = counted_s - seen_s
        return max(seen_s + self._offset_s, self._last_s + self._step_s / 10)
