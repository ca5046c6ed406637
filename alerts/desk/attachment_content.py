"""What an attachment really is, whatever it calls itself, and what is kept of it.

Pictures are encoded anew and films remuxed without their sound, so that no place, device or other
metadata of a telephone stays in them. A PDF is kept as it came: browsers get it as a download.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import cv2
import numpy as np
from av.container import InputContainer, OutputContainer

from alerts.desk.errors import AttachmentTypeError

MAX_PIXELS = 50_000_000
"""A telephone's biggest picture; checked before decoding, for a small file can be a huge one."""
JPEG_QUALITY = 90
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Clean:
    """What is kept: bytes without metadata, and their true type."""

    content: bytes
    media_type: str


def clean(content: bytes) -> Clean:
    """Find out by its first bytes what it is. Raises AttachmentTypeError."""
    if content.startswith(b"\xff\xd8\xff"):
        return Clean(_picture(content, ".jpg", _jpeg_size(content)), "image/jpeg")
    if content.startswith(_PNG):
        return Clean(_picture(content, ".png", _png_size(content)), "image/png")
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise AttachmentTypeError("the PDF is cut off")
        return Clean(content, "application/pdf")
    if content[4:8] == b"ftyp":
        return Clean(_film(content), "video/mp4")
    raise AttachmentTypeError("JPEG, PNG, PDF or MP4 only")


def _png_size(content: bytes) -> tuple[int, int]:
    if len(content) < 24:
        raise AttachmentTypeError("the picture is cut off")
    width, height = struct.unpack(">II", content[16:24])
    return int(width), int(height)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(content):
        if content[at] != 0xFF:
            at += 1
        elif content[at + 1] in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width), int(height)
        elif content[at + 1] == 0xFF:
            at += 1
        else:
            at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    raise AttachmentTypeError("the picture cannot be read")


def _picture(content: bytes, suffix: str, size: tuple[int, int]) -> bytes:
    """Upright, as its EXIF says, and without it."""
    if not 0 < size[0] * size[1] <= MAX_PIXELS:
        raise AttachmentTypeError("the picture has too many pixels")
    try:
        read = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise AttachmentTypeError("the picture cannot be read") from error
    if read is None:
        raise AttachmentTypeError("the picture cannot be read")
    quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if suffix == ".jpg" else []
    _, encoded = cv2.imencode(suffix, read, quality)
    return bytes(encoded.tobytes())


def _film(content: bytes) -> bytes:
    """The picture track alone: sound is never kept."""
    with TemporaryDirectory() as folder:  # `faststart` needs a real file
        path = Path(folder) / "film.mp4"
        try:
            with av.open(io.BytesIO(content), "r", format="mp4") as source:
                options = {"movflags": "faststart"}
                with av.open(str(path), "w", format="mp4", options=options) as target:
                    _copy(source, target)
        except (av.FFmpegError, ValueError) as error:
            raise AttachmentTypeError("the film cannot be read") from error
        return path.read_bytes()


def _copy(source: InputContainer, target: OutputContainer) -> None:
    if not source.streams.video:
        raise AttachmentTypeError("the film has no picture")
    video = source.streams.video[0]
    stream = target.add_stream_from_template(video)
    for packet in source.demux(video):
        if packet.dts is not None:
            packet.stream = stream
            target.mux(packet)
