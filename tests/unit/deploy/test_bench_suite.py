"""`bench all` runs what was chosen, in its order, and leaves a file for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from deploy.bench import suite as module
from deploy.bench.camera_runs import with_slopes
from deploy.bench.plot import draw
from deploy.bench.result_files import read_result, write_result
from deploy.bench.suite import FEW, PARTS, Part, Suite, half_of_held, parts_named, run_suite
from deploy.errors import BenchError
from tests.unit.deploy.bench_runs import MADE_OF, run


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def suite(tmp_path: Path, said: list[str]) -> Suite:
    return Suite(folder=tmp_path, counts=(4, 16, 64), seconds=240, video=None, say=said.append)


def part(result: Mapping[str, Any]) -> Part:
    return Part(run=lambda _: dict(result), takes_s=lambda _: 90)


def test_parts_run_in_their_order_and_the_time_is_said_first(
    suite: Suite, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = {name: part({"name": name}) for name in ("first", "second", "third")}
    monkeypatch.setattr(module, "PARTS", parts)
    run_suite(suite, ["third", "first"])
    assert sorted(file.name for file in suite.folder.iterdir()) == ["first.json", "third.json"]
    begun = [line for line in said if line.startswith("==")]
    assert begun == ["== first", "== third"]
    assert said.index("about 3 minutes; longer where streams are encoded first") < said.index(
        "== first"
    )


def test_what_ran_before_a_fault_is_kept(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Suite) -> dict[str, Any]:
        raise BenchError("no compiler")

    broken = Part(run=fail, takes_s=lambda _: 0)
    monkeypatch.setattr(module, "PARTS", {"first": part({"ratio": 0.9}), "second": broken})
    with pytest.raises(BenchError):
        run_suite(suite, ["first", "second"])
    assert read_result(suite.folder, "first") == {"ratio": 0.9}
    assert read_result(suite.folder, "second") is None


def test_every_part_says_how_long_it_takes(suite: Suite) -> None:
    minutes = {name: part.takes_s(suite) / 60 for name, part in PARTS.items()}
    assert minutes["cameras-1s"] == pytest.approx(15.5)
    assert all(1 < each < 30 for each in minutes.values())


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([], list(PARTS)),
        (["latency", "pipeline"], ["pipeline", "latency"]),
        (["cameras"], ["cameras-1s", "cameras-2s", "cameras-4s"]),
        (["cameras-2s"], ["cameras-2s"]),
        (["desk"], ["desk-sqlite", "desk-postgres"]),
    ],
    ids=["all", "some", "a kind", "one of a kind", "the desk"],
)
def test_words_name_parts(words: list[str], named: list[str]) -> None:
    assert parts_named(words) == named


def test_a_word_that_names_nothing_is_refused_before_anything_runs() -> None:
    with pytest.raises(BenchError, match=r"camera; there are pipeline, cameras-1s"):
        parts_named(["pipeline", "camera"])


@pytest.mark.parametrize(
    ("cameras", "count"),
    [
        (None, FEW),
        ({"largest_held": 64, "line_over": [4, 16, 64]}, 32),
        ({"largest_held": None, "line_over": [4, 16]}, 8),
        ({"largest_held": 1, "line_over": [1]}, 1),
    ],
    ids=["not measured", "held", "none held", "one"],
)
def test_latency_is_measured_with_half_the_cameras_that_are_held(
    cameras: Mapping[str, Any] | None, count: int
) -> None:
    assert half_of_held(cameras)[0] == count


def test_results_name_the_machine_but_no_host_and_no_path(tmp_path: Path) -> None:
    result = asdict(with_slopes([run(4, 0.2)], MADE_OF))
    text = write_result(tmp_path, "cameras-1s", result).read_text(encoding="utf-8")
    assert {"processor", "cores", "onnxruntime", "xueliang"} <= set(json.loads(text)["machine"])
    assert str(Path.home()) not in text
    assert "/tmp" not in text


def test_the_plot_is_the_same_for_the_same_results(tmp_path: Path) -> None:
    assert draw(tmp_path) is None
    result = with_slopes([run(4, 0.2), run(16, 0.5), run(64, 1.2, p99_ms=None)], MADE_OF)
    write_result(tmp_path, "cameras-1s", result.as_json())
    first = draw(tmp_path)
    assert first is not None
    drawn = first.read_bytes()
    assert draw(tmp_path) == first
    assert first.read_bytes() == drawn
    assert b"<svg" in drawn
