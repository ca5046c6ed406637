"""An H.264 copy of an H.265 clip, made when somebody first looks: many browsers play no H.265."""

from __future__ import annotations

import logging
import os
from fractions import Fraction
from pathlib import Path
from threading import Lock
from uuid import uuid4

import av
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from alerts.desk.errors import EvidenceMissingError, EvidenceStoreError
from alerts.evidence.spool import sync

MAX_COPIES = 200
"""The copies looked at longest ago go first; they can be made again."""
PLAYS_EVERYWHERE = frozenset({"h264"})

_DRAFT = ".draft.mp4"
_CLOCK = Fraction(1, 90_000)  # MPEG's: holds the times of any camera
logger = logging.getLogger(__name__)


class Clips:
    """Keeps the copies; makes one at a time, because one takes a core for seconds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()

    def playable(self, clip: Path, sha256: str) -> Path:
        """`clip` itself, or its H.264 copy.

        Raises:
            EvidenceMissingError: It is no clip that can be played.
            EvidenceStoreError: The disk is full, or cannot be read or written.
        """
        copy = self._folder / f"{sha256}.mp4"
        try:
            if _touched(copy):
                return copy
            if _codec(clip) in PLAYS_EVERYWHERE:
                return clip
            with self._lock:
                if not _touched(copy):
                    self._make(clip, copy)
        except OSError as error:  # FFmpeg's errors of the disk are of this kind, too
            logger.warning("a clip was not converted: %s", error, extra={"action": "clip-failed"})
            raise EvidenceStoreError("the clip cannot be read or converted now") from error
        except av.FFmpegError as error:
            logger.warning("a clip was not converted: %s", error, extra={"action": "clip-failed"})
            raise EvidenceMissingError("what was stored is no clip that can be played") from error
        return copy

    def forget(self, sha256: str) -> None:
        """Remove the copy of a clip that is deleted."""
        (self._folder / f"{sha256}.mp4").unlink(missing_ok=True)

    def _make(self, clip: Path, copy: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f"{uuid4().hex}{_DRAFT}"
        try:
            convert(clip, draft)
            sync(draft)
            draft.rename(copy)
        finally:
            draft.unlink(missing_ok=True)
        logger.info("made an H.264 copy of a clip", extra={"action": "clip-converted"})
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        copies = sorted(self._folder.glob("*.mp4"), key=lambda path: path.stat().st_mtime)
        for path in copies[:-MAX_COPIES]:
            path.unlink(missing_ok=True)


def _touched(copy: Path) -> bool:
    """Whether there is a copy; it counts as looked at now."""
    try:
        os.utime(copy)
    except FileNotFoundError:
        return False
    return True


def convert(source: Path, target: Path) -> None:
    """Write the video of `source` as H.264 in an MP4 that starts playing at once; no audio."""
    with (
        av.open(str(source)) as clip,
        av.open(str(target), "w", format="mp4", options={"movflags": "faststart"}) as copy,
    ):
        _encode(clip, copy)


def _encode(clip: InputContainer, copy: OutputContainer) -> None:
    video = clip.streams.video[0]
    encoder = _encoder(copy, video)
    for frame in clip.decode(video):
        frame.pict_type = av.video.frame.PictureType.NONE  # the encoder's choice, not the camera's
        even = frame.reformat(encoder.width, encoder.height, format="yuv420p")
        copy.mux(encoder.encode(even))
    copy.mux(encoder.encode(None))


def _encoder(copy: OutputContainer, video: VideoStream) -> VideoStream:
    encoder = copy.add_stream("libx264", rate=video.average_rate or 25)
    encoder.width, encoder.height = video.width // 2 * 2, video.height // 2 * 2
    encoder.pix_fmt = "yuv420p"
    encoder.codec_context.time_base = _CLOCK
    encoder.options = {"preset": "veryfast", "crf": "23"}
    return encoder


def _codec(clip: Path) -> str:
    with av.open(str(clip)) as container:
        if not container.streams.video:
            raise EvidenceMissingError("the clip has no video")
        return container.streams.video[0].codec_context.name
