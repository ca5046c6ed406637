"""Recorded files as frames, for replay: every frame in order, no clock, nothing dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from ingest.attention import attention_of
from ingest.config import CameraConfig
from ingest.counters import CameraCounters
from ingest.decoding import FrameDecoder
from ingest.frame import Frame, FrameUse
from ingest.gate_hold import GateHold
from ingest.gated_decoding import GatedDecoder
from ingest.motion_gate import MotionGate
from ingest.video_input import VideoInput, open_video


class FileSource:
    """One recorded file as the session of a camera.

    Args:
        camera: Its masks are filled in; its address is not used.
        path: Any container and codec that libav knows.
        start: Aware time of the file's first frame.
        sample_fps: Frames analysed a second; at or above the file's rate every frame.
        hold: Given, the file is gated as a live camera is; else every frame is decoded.
        counters: Counted here.
    """

    def __init__(
        self,
        camera: CameraConfig,
        path: Path,
        *,
        start: datetime,
        sample_fps: float,
        hold: GateHold | None = None,
        counters: CameraCounters | None = None,
    ) -> None:
        self._camera = camera.model_copy(update={"sample_fps": sample_fps})
        self._path = path
        self._start = start
        self._hold = hold
        self.counters = counters or CameraCounters()
        self.declared_frames = 0  # as the container says, once opened; 0 where it does not

    def frames(self) -> Iterator[Frame]:
        """The analysed frames, the same ones on every run.

        `session` is the file's sha256, `number` counts all frames from 1, decoded or not, and
        `captured_at` is `start + time_s`.

        Raises:
            IngestError: the file cannot be opened, has no video or an unknown codec.
        """
        with open_video(str(self._path), camera_id=self._camera.id) as video:
            self.declared_frames = video.stream.frames
            decoder = self._decoder(video)
            for packet in video.packets():
                self.counters.packets += 1
                self.counters.bytes += packet.size
                yield from self._analysed(decoder.decode(packet, decoder.stamp(packet)))
            yield from self._analysed(decoder.flush())

    def _analysed(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        for frame in frames:
            if frame.use is not FrameUse.GLANCE:
                self.counters.frames_analysed += 1
                yield frame

    def _decoder(self, video: VideoInput) -> FrameDecoder | GatedDecoder:
        session = file_session(self._path)
        decoder = FrameDecoder(
            video, self._camera, session=session, counters=self.counters, start=self._start
        )
        if self._hold is None:
            return decoder
        gate = MotionGate(session, self._hold)
        attention = attention_of(self._camera, session, self._hold)
        return GatedDecoder(decoder, gate, self.counters, attention)


def read_frames(
    camera: CameraConfig,
    path: Path,
    *,
    start: datetime,
    sample_fps: float,
    hold: GateHold | None = None,
) -> Iterator[Frame]:
    """The frames of `FileSource`, for those who need no counters."""
    return FileSource(camera, path, start=start, sample_fps=sample_fps, hold=hold).frames()


def file_session(path: Path) -> str:
    """The session of a file: its sha256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_rate(path: Path) -> float | None:
    """The rate the file declares, in frames a second; None where it declares none.

    Raises:
        IngestError: the file cannot be opened, has no video or an unknown codec.
    """
    with open_video(str(path), camera_id=path.name) as video:
        return video.format.fps
