from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.errors import EvaluationError
from models.evaluate import Evaluation, Found, evaluate

WIDTH, HEIGHT = 100, 50
TRUTH = [[10.0, 10.0, 40.0, 40.0], [50.0, 5.0, 90.0, 45.0]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One picture with two boxes: class 0 and class 2."""
    (tmp_path / "images").mkdir()
    (tmp_path / "labels").mkdir()
    cv2.imwrite(str(tmp_path / "images" / "a.png"), np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    lines = []
    for label, (x1, y1, x2, y2) in zip((0, 2), TRUTH, strict=True):
        centre = ((x1 + x2) / 2 / WIDTH, (y1 + y2) / 2 / HEIGHT)
        lines.append(f"{label} {centre[0]} {centre[1]} {(x2 - x1) / WIDTH} {(y2 - y1) / HEIGHT}")
    (tmp_path / "labels" / "a.txt").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def _seeing(boxes: Sequence[Sequence[float]], labels: Sequence[int]) -> Found:
    return Found(
        xyxy=np.array(boxes, np.float32).reshape(-1, 4),
        confidence=np.full(len(boxes), 0.9, np.float32),
        class_id=np.array(labels, np.int64),
    )


@pytest.mark.parametrize(
    ("boxes", "labels", "expected"),
    [
        (TRUTH, [0, 2], 1.0),
        (TRUTH[:1], [0], 0.5),
        (TRUTH, [2, 0], 0.0),
        ([], [], 0.0),
    ],
    ids=["all found", "one of two classes", "classes swapped", "nothing found"],
)
def test_precision_follows_what_was_found(
    folder: Path, boxes: list[list[float]], labels: list[int], expected: float
) -> None:
    def detect(image: NDArray[np.uint8]) -> Found:
        assert image.shape == (HEIGHT, WIDTH, 3)
        return _seeing(boxes, labels)

    result = evaluate(detect, folder)
    assert result.map == pytest.approx(expected, abs=1e-6)
    assert result.map50 == pytest.approx(expected, abs=1e-6)
    assert result.ms > 0


def test_nothing_is_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate(lambda _: _seeing(TRUTH, [0, 2]), folder)
    assert capsys.readouterr() == ("", "")


def test_figures_are_rounded_for_printing() -> None:
    result = Evaluation(map=0.123456, map50=0.5, ms=10.0049)
    assert result.rounded() == {"map": 0.1235, "map50": 0.5, "ms": 10.0}


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("images/b.png", b"no picture", r"b\.png cannot be read as a picture"),
        ("labels/a.txt", b"0 0.5 0.5", r"a\.txt: not 'class x y width height'"),
        ("labels/a.txt", b"person 0 0 1 1", r"a\.txt: not 'class x y width height'"),
    ],
)
def test_an_unusable_file_is_named(folder: Path, file: str, content: bytes, message: str) -> None:
    (folder / file).write_bytes(content)
    with pytest.raises(EvaluationError, match=message):
        evaluate(lambda _: _seeing([], []), folder)


def test_a_folder_without_pictures_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="holds no pictures"):
        evaluate(lambda _: _seeing([], []), tmp_path)
