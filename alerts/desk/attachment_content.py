"""What an attachment really is, whatever it calls itself, and what is kept of it.

Pictures are encoded anew and films remuxed without their sound, so that no place, device or other
metadata of a telephone stays in them. A PDF is kept as it came, with its author and programs: to
take those out is to write it anew, which no library of a free licence does without risk to what it
says, and a signed one would be none any more. Browsers get it as a download.
"""

from __future__ import annotations

import errno
import io
import struct
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore

import av
import cv2
import numpy as np
from av.container import InputContainer, OutputContainer

from alerts.desk.errors import AttachmentTypeError, EvidenceStoreError

MAX_PIXELS = 50_000_000
"""A telephone's biggest picture; checked before decoding, for a small file can be a huge one."""
JPEG_QUALITY = 90
AT_ONCE = 2
"""Pictures being read: one of the biggest takes 300 MB meanwhile."""
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"IEND\xaeB`\x82"
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length: read as if they had one, they hide the true size from us."""
_JPEG_SCAN, _JPEG_END = 0xDA, b"\xff\xd9"
_PHOTO_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif", b"avis", b"msf1"})
"""Pictures in the container of films; browsers of the desk's PCs cannot show them."""
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS})
_reading = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Clean:
    """What is kept: bytes without metadata, and their true type."""

    content: bytes
    media_type: str


def clean(content: bytes) -> Clean:
    """Find out by its first bytes what it is.

    Raises:
        AttachmentTypeError: It is none of the four, broken, cut off, or of too many pixels.
        EvidenceStoreError: The disk is full.
    """
    if content.startswith(b"\xff\xd8\xff"):
        return Clean(_picture(content, ".jpg", _jpeg_size(content)), "image/jpeg")
    if content.startswith(_PNG):
        return Clean(_picture(content, ".png", _png_size(content)), "image/png")
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise AttachmentTypeError("the PDF is cut off")
        return Clean(content, "application/pdf")
    if content[4:8] == b"ftyp" and content[8:12] not in _PHOTO_BRANDS:
        _refuse_cut_film(content)
        return Clean(_film(content), "video/mp4")
    raise AttachmentTypeError("JPEG, PNG, PDF or MP4 only")


def _png_size(content: bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR" or _PNG_END not in content:
        raise AttachmentTypeError("the picture is cut off")
    width, height = struct.unpack(">II", content[16:24])
    return int(width), int(height)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """As the decoder will find it: by its markers, up to where the picture itself begins."""
    at, size = 2, (0, 0)
    while at + 9 < len(content):
        marker = content[at + 1]
        if content[at] != 0xFF or marker == 0xFF:
            at += 1
        elif marker in _JPEG_BARE:
            at += 2
        elif marker == _JPEG_SCAN:
            if _JPEG_END not in content[at:]:
                raise AttachmentTypeError("the picture is cut off")
            return size
        else:
            if marker in _JPEG_SIZES:
                height, width = struct.unpack(">HH", content[at + 5 : at + 9])
                size = max(size, (int(width), int(height)), key=lambda wh: wh[0] * wh[1])
            at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    raise AttachmentTypeError("the picture cannot be read")


def _refuse_cut_film(content: bytes) -> None:
    """Its boxes say how long it is; players show what is there of one without a word."""
    at = 0
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4])
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16])
        if size == 0:  # to the end of the file
            return
        if size < 8:
            raise AttachmentTypeError("the film cannot be read")
        at += size
    if at > len(content):
        raise AttachmentTypeError("the film is cut off")


def _picture(content: bytes, suffix: str, size: tuple[int, int]) -> bytes:
    """Upright, as its EXIF says, and without it."""
    if not 0 < size[0] * size[1] <= MAX_PIXELS:
        raise AttachmentTypeError("the picture has too many pixels")
    quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if suffix == ".jpg" else []
    with _reading:
        try:
            read = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        except cv2.error as error:
            raise AttachmentTypeError("the picture cannot be read") from error
        if read is None:
            raise AttachmentTypeError("the picture cannot be read")
        _, encoded = cv2.imencode(suffix, read, quality)
        return bytes(encoded.tobytes())


def _film(content: bytes) -> bytes:
    """The picture track alone: sound is never kept."""
    try:
        with TemporaryDirectory() as folder:  # `faststart` needs a real file
            path = Path(folder) / "film.mp4"
            _remux(content, path)
            return path.read_bytes()
    except (av.FFmpegError, ValueError) as error:
        if getattr(error, "errno", None) in _NO_ROOM:
            raise EvidenceStoreError("the attachment cannot be written now") from error
        raise AttachmentTypeError("the film cannot be read") from error
    except OSError as error:
        raise EvidenceStoreError("the attachment cannot be written now") from error


def _remux(content: bytes, path: Path) -> None:
    options = {"movflags": "faststart"}
    with (
        av.open(io.BytesIO(content), "r", format="mp4") as source,
        av.open(str(path), "w", format="mp4", options=options) as target,
    ):
        _copy(source, target)


def _copy(source: InputContainer, target: OutputContainer) -> None:
    if not source.streams.video:
        raise AttachmentTypeError("the film has no picture")
    video = source.streams.video[0]
    stream = target.add_stream_from_template(video)
    for packet in source.demux(video):
        if packet.dts is not None:
            packet.stream = stream
            target.mux(packet)
