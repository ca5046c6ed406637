"""The benchmark's walkers are vtest wherever it can be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.bench import walkers as module
from deploy.bench.walkers import SAMPLE, Walkers, walkers


def test_the_one_chosen_comes_first(tmp_path: Path) -> None:
    assert walkers(tmp_path / "yard.mp4") == Walkers(file=tmp_path / "yard.mp4")


def test_vtest_itself_is_taken_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = tmp_path / "vtest.avi"
    there.touch()
    monkeypatch.setattr(module, "WHOLE", there)
    assert walkers() == Walkers(file=there)


def test_else_the_sample_is_played_without_its_repeated_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WHOLE", tmp_path / "absent.avi")
    assert walkers() == Walkers(file=SAMPLE, repeats=2.5)
    assert SAMPLE.is_file()
