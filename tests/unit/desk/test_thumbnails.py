from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from alerts.desk.errors import EvidenceMissingError
from alerts.desk.thumbnails import HEIGHT, MOST, WIDTH, Thumbnails, thumbnail


def picture(path: Path, height: int, width: int) -> Path:
    noise = np.random.default_rng(1).integers(0, 255, (height, width, 3), np.uint8)
    assert cv2.imwrite(str(path), noise)
    return path


@pytest.mark.parametrize(
    ("height", "width", "wanted"),
    [
        (1080, 1920, (122, 216)),
        (576, 704, (140, 171)),
        (1600, 400, (140, 35)),
        (100, 160, (100, 160)),
        (1, 2000, (1, 216)),
    ],
)
def test_a_picture_fits_and_keeps_its_shape(
    tmp_path: Path, height: int, width: int, wanted: tuple[int, int]
) -> None:
    small = thumbnail(picture(tmp_path / "a.jpg", height, width))
    decoded = cv2.imdecode(np.frombuffer(small, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape[:2] == wanted
    assert decoded.shape[0] <= HEIGHT
    assert decoded.shape[1] <= WIDTH


def test_what_is_no_picture_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8 words")
    for path in (tmp_path / "a.jpg", tmp_path / "gone.jpg"):
        with pytest.raises(EvidenceMissingError):
            thumbnail(path)


def test_a_thumbnail_is_made_once_and_no_more_than_so_many_are_kept(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.jpg", 40, 40)
    kept = Thumbnails()
    first = kept.of(path, "0")
    for number in range(MOST):
        assert kept.of(path, str(number)) == first
    path.unlink()
    assert kept.of(path, "0") == first  # it is there still
    kept._kept[str(MOST)] = first
    picture(tmp_path / "b.jpg", 40, 40)
    kept.of(tmp_path / "b.jpg", "b")
    assert len(kept._kept) == MOST
    with pytest.raises(EvidenceMissingError):
        kept.of(path, "1")  # looked at longest ago, so gone
