"""What may be attached, and what is taken out of it, on bytes as telephones make them."""

from __future__ import annotations

import errno
import io
import struct

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from alerts.desk import attachment_content
from alerts.desk.attachment_content import MAX_PIXELS, clean
from alerts.desk.errors import AttachmentTypeError, EvidenceStoreError
from tests.attached_files import (
    MAKER,
    PDF,
    PLACE,
    encoded,
    film,
    jpeg_of_a_telephone,
    picture,
    png_bomb,
    png_of_a_telephone,
)

LONG_PDF = PDF.replace(b"trailer", b"%" + b"x" * 3000 + b"\ntrailer")
ZIP = b"PK\x03\x04" + b"\0" * 60
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def pixels(content: bytes) -> NDArray[np.uint8]:
    read = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert read is not None
    return np.asarray(read, np.uint8)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (encoded(".jpg"), "image/jpeg"),
        (encoded(".png"), "image/png"),
        (PDF, "application/pdf"),
        (film(), "video/mp4"),
        (film(is_fast=True), "video/mp4"),
    ],
)
def test_what_it_is_is_told_by_its_bytes(content: bytes, media_type: str) -> None:
    assert clean(content).media_type == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"....ftyp",
        b"%PDF-1.4",
        ZIP,
        HTML,
        SVG,
        b"\n" + PDF,
        b"\xff\xd8\xff" + HTML * 10,
        b"\x89PNG\r\n\x1a\n" + HTML * 10,
        encoded(".bmp"),
        encoded(".webp"),
        b"\0\0\0\x18ftypheic" + b"\0" * 100,
        b"\0\0\0\x18ftypavif" + b"\0" * 100,
        b"\0\0\0\x18ftypisom" + b"\0" * 100,
        b"\0\0\0\x08ftyp" + HTML,
        film(with_picture=False),
    ],
)
def test_what_is_none_of_the_four_is_refused(content: bytes) -> None:
    with pytest.raises(AttachmentTypeError):
        clean(content)


@pytest.mark.parametrize(
    "content",
    [encoded(".jpg"), encoded(".png"), LONG_PDF, film(), film(is_fast=True)],
)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_what_was_cut_off_on_the_way_is_refused(content: bytes, share: float) -> None:
    with pytest.raises(AttachmentTypeError):
        clean(content[: int(len(content) * share)])


def test_a_jpeg_stands_upright_and_says_neither_place_nor_telephone() -> None:
    taken = jpeg_of_a_telephone()
    assert MAKER.encode() in taken
    kept = clean(taken).content
    assert not any(word in kept for word in (MAKER.encode(), b"Exif", b"GPS"))
    upright = pixels(kept)
    assert upright.shape == (80, 40, 3)
    assert np.allclose(upright[5, 20], (255, 0, 0), atol=12)
    assert np.allclose(upright[75, 20], (0, 0, 255), atol=12)


def test_a_png_keeps_its_pixels_and_nothing_else() -> None:
    taken = png_of_a_telephone()
    kept = clean(taken).content
    assert MAKER.encode() in taken
    assert not any(word in kept for word in (MAKER.encode(), b"eXIf", b"tEXt"))
    assert np.array_equal(pixels(kept), picture())


def test_what_hides_behind_a_picture_is_gone() -> None:
    for suffix in (".jpg", ".png"):
        assert b"<script>" not in clean(encoded(suffix) + HTML).content


@pytest.mark.parametrize("is_fast", [False, True])
def test_a_film_loses_sound_and_place_but_no_picture(is_fast: bool) -> None:
    taken = film(is_fast=is_fast)
    assert PLACE.encode() in taken
    kept = clean(taken).content
    assert not any(word.encode() in kept for word in (PLACE, MAKER))
    with av.open(io.BytesIO(kept), "r") as container:
        assert [stream.type for stream in container.streams] == ["video"]
        assert not {"location", "make", "title"} & set(container.metadata)
        assert len(list(container.decode(video=0))) == 10
    assert kept.index(b"moov") < kept.index(b"mdat")


def jpeg_head(*markers: bytes, wh: tuple[int, int]) -> bytes:
    frame = struct.pack(">HBHHB", 17, 8, wh[1], wh[0], 3) + b"\1\x11\0\2\x11\0\3\x11\0"
    plain = encoded(".jpg")
    scan = plain.index(b"\xff\xda")
    return b"\xff\xd8" + b"".join(markers) + b"\xff\xc0" + frame + plain[scan:]


SMALL_FRAME = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, 8, 8, 3) + b"\1\x11\0\2\x11\0\3\x11\0"


@pytest.mark.parametrize(
    "bomb",
    [
        png_bomb(10_000, 5_001),
        png_bomb(2**31 - 1, 2**31 - 1),
        png_bomb(0, 10),
        jpeg_head(wh=(10_000, 5_001)),
        jpeg_head(wh=(65_500, 65_500)),
        # `FF01` has no length; whoever takes what follows for one sees only the small frame.
        jpeg_head(b"\xff\x01", wh=(65_500, 65_500)).replace(b"\xff\xda", SMALL_FRAME + b"\xff\xda"),
        jpeg_head(SMALL_FRAME, wh=(65_500, 65_500)),
        b"\xff\xd8\xff\xd0" + jpeg_head(wh=(65_500, 65_500))[2:],
    ],
)
def test_a_picture_of_too_many_pixels_is_never_decoded(
    bomb: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(AttachmentTypeError, match="too many pixels"):
        clean(bomb)


def test_the_biggest_picture_is_that_of_a_telephone() -> None:
    assert MAX_PIXELS >= 8_160 * 6_120


def test_a_full_disk_is_no_broken_film(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> object:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(attachment_content, "TemporaryDirectory", full)
    with pytest.raises(EvidenceStoreError):
        clean(film())
