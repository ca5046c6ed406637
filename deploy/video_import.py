"""A visitor's own recordings, made ready for the demo's RTSP server.

The server takes MP4 or MKV with H.264 or H.265 whose packets come in showing order, without sound.
What is already so is linked into the folder that it serves; what only has the wrong wrapping, or
sound, is wrapped anew without touching a picture; all else is encoded once. Results are named by
the recording's content, so that a second demo finds them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import av

from deploy.video_convert import encode, remux
from deploy.video_probe import Probe, VideoImportError, probe

Progress = Callable[[float], None]
"""Called with the share done, 0-1, not decreasing, and with 1 at the end."""

CODECS = frozenset({"h264", "hevc"})
SUFFIXES = frozenset({".mp4", ".mkv"})
VERSION = 1  # of what is made from a recording; raise it to make cached files again


def prepare_video(path: Path, folder: Path, progress: Progress) -> Path:
    """Put `path`, in a form the RTSP server can serve, into `folder`; returns the file there.

    Raises:
        VideoImportError: the recording is missing, empty, unreadable or without video, or the
            folder cannot be written.
    """
    found = probe(path)
    try:
        ready = _prepare(found, folder, progress)
    except OSError as error:
        raise VideoImportError(path, f"cannot be prepared: {error.strerror or error}") from error
    progress(1.0)
    return ready


def _prepare(found: Probe, folder: Path, progress: Progress) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    as_is = is_servable(found)
    suffix = found.path.suffix.lower() if as_is else ".mp4"
    target = folder / f"{_content_key(found.path)}-{VERSION}{suffix}"
    if target.exists():
        return target
    part = target.with_suffix(".part")
    try:
        if as_is:
            _link(found.path, part)
        else:
            _convert(found, part, progress)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def is_servable(found: Probe) -> bool:
    """Whether the RTSP server can serve the recording untouched."""
    has_suffix = found.path.suffix.lower() in SUFFIXES
    return has_suffix and not found.has_audio and _is_picture_servable(found)


def _is_picture_servable(found: Probe) -> bool:
    is_even = found.width % 2 == 0 and found.height % 2 == 0
    return found.codec in CODECS and is_even and found.is_in_order and found.rotation == 0


def _convert(found: Probe, part: Path, progress: Progress) -> None:
    try:
        if _is_picture_servable(found):
            remux(found, part, progress)
        else:
            encode(found, part, progress)
    except av.FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise VideoImportError(found.path, f"cannot be converted: {error.strerror}") from error


def _content_key(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:24]


def _link(source: Path, target: Path) -> None:
    """A hard link, or a copy where the folders lie on two disks.

    No symbolic link: the server refuses what leads out of its folder.
    """
    try:
        os.link(source.resolve(), target)
    except OSError:
        shutil.copyfile(source, target)
