"""Files as telephones make them, with what must not stay in them; made here, none from outside."""

from __future__ import annotations

import struct
import zlib
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import cv2
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

PLACE = "+38.7786+101.0886/"
"""Where the film says it was taken (ISO 6709)."""
MAKER = "TelephoneOfSomebody"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ROTATED_RIGHT = 6
"""EXIF's orientation of a telephone held upright: turn it clockwise to see it."""


def picture() -> NDArray[np.uint8]:
    """Wide, blue (BGR) on the left and red on the right."""
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:, :40], pixels[:, 40:] = (255, 0, 0), (0, 0, 255)
    return pixels


def encoded(suffix: str, pixels: NDArray[np.uint8] | None = None) -> bytes:
    """A picture as a file."""
    is_done, content = cv2.imencode(suffix, picture() if pixels is None else pixels)
    assert is_done
    return bytes(content.tobytes())


def jpeg_of_a_telephone(orientation: int = ROTATED_RIGHT) -> bytes:
    """A JPEG whose EXIF turns it and says maker and GPS position."""
    exif = b"Exif\0\0" + _tiff(orientation)
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    plain = encoded(".jpg")
    return plain[:2] + segment + plain[2:]


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of_a_telephone() -> bytes:
    """A PNG with a text and EXIF."""
    plain = encoded(".png")
    more = png_chunk(b"tEXt", b"Comment\0" + MAKER.encode()) + png_chunk(b"eXIf", _tiff(1))
    return plain[:33] + more + plain[33:]


def png_bomb(width: int, height: int) -> bytes:
    """A small file of many pixels."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = png_chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + head + body + png_chunk(b"IEND", b"")


def film(*, with_picture: bool = True, is_fast: bool = False) -> bytes:
    """An MP4 of a second with sound, and where and by what it was taken."""
    options = {"movflags": "faststart+use_metadata_tags" if is_fast else "use_metadata_tags"}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        with av.open(str(path), "w", format="mp4", options=options) as container:
            container.metadata.update({"location": PLACE, "make": MAKER, "title": MAKER})
            video = _video(container) if with_picture else None
            sound = container.add_stream("aac", rate=8000)
            assert isinstance(sound, AudioStream)
            if video is not None:
                _film_something(container, video)
            heard = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), "fltp", "mono")
            heard.sample_rate, heard.time_base, heard.pts = 8000, Fraction(1, 8000), 0
            container.mux(sound.encode(heard))
            container.mux(sound.encode(None))
        return path.read_bytes()


def _film_something(container: OutputContainer, video: VideoStream) -> None:
    for number in range(10):
        frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number, np.uint8), "bgr24")
        frame.pts = number
        container.mux(video.encode(frame))
    container.mux(video.encode(None))


def _video(container: OutputContainer) -> VideoStream:
    stream = container.add_stream("libx264", rate=10)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    return stream


def _tiff(orientation: int) -> bytes:
    """Maker, orientation, and a GPS directory with a latitude."""
    maker = MAKER.encode() + b"\0"
    count, first = 3, 8
    after = first + 2 + 12 * count + 4
    gps = after + len(maker) + len(maker) % 2
    entries = struct.pack("<HHII", 0x010F, 2, len(maker), after)
    entries += struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    entries += struct.pack("<HHII", 0x8825, 4, 1, gps)
    head = b"II*\0" + struct.pack("<I", first)
    directory = struct.pack("<H", count) + entries + struct.pack("<I", 0)
    latitude = struct.pack("<H", 1) + struct.pack("<HHI4s", 1, 2, 2, b"N\0\0\0") + b"\0" * 4
    return head + directory + maker.ljust(gps - after, b"\0") + latitude
