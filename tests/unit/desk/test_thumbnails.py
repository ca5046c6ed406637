"""Small copies of snapshots, made once and kept within bounds."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from alerts.desk.errors import EvidenceMissingError
from alerts.desk.thumbnails import WIDTH_PX, Thumbnails


def picture(path: Path, width: int = 1280, height: int = 720) -> Path:
    noise = np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)
    cv2.imwrite(str(path), noise)
    return path


@pytest.mark.parametrize(("width", "expected"), [(1280, WIDTH_PX), (200, 100), (16, 8)])
def test_a_copy_is_small(tmp_path: Path, width: int, expected: int) -> None:
    copy = Thumbnails(tmp_path / "t").of(picture(tmp_path / "a.jpg", width), "ab")
    read = cv2.imread(str(copy))
    assert read is not None
    assert read.shape[1] == expected


def test_a_copy_is_made_once(tmp_path: Path) -> None:
    thumbnails, snapshot = Thumbnails(tmp_path / "t"), picture(tmp_path / "a.jpg")
    copy = thumbnails.of(snapshot, "ab")
    snapshot.unlink()
    assert thumbnails.of(snapshot, "ab") == copy


def test_what_is_no_picture_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"<html>")
    with pytest.raises(EvidenceMissingError):
        Thumbnails(tmp_path / "t").of(tmp_path / "a.jpg", "ab")


def test_the_oldest_go_when_there_is_no_room(tmp_path: Path) -> None:
    snapshot, folder = picture(tmp_path / "a.jpg"), tmp_path / "t"
    size = Thumbnails(folder).of(snapshot, "0").stat().st_size
    thumbnails = Thumbnails(folder, max_bytes=5 * size)
    for number in range(1, 6):
        os.utime(thumbnails.of(snapshot, str(number)), (number, number))
    kept = {path.stem for path in folder.glob("*.jpg")}
    assert kept == {"0", "3", "4", "5"}


def test_a_forgotten_copy_is_gone(tmp_path: Path) -> None:
    thumbnails = Thumbnails(tmp_path / "t")
    copy = thumbnails.of(picture(tmp_path / "a.jpg"), "ab")
    thumbnails.forget("ab")
    thumbnails.forget("ab")
    assert not copy.exists()
