"""What an idea is worth is read beside the runs with everything on."""

from __future__ import annotations

import json

import pytest

from deploy.bench.ablation import AblationResult, compared
from deploy.bench.variants import EVERYTHING_ON, VARIANTS
from tests.unit.deploy.bench_runs import MADE_OF, run

RUNS = [(EVERYTHING_ON, run(8, 0.3)), (VARIANTS[0], run(8, 1.2)), (EVERYTHING_ON, run(8, 0.5))]


def result() -> AblationResult:
    return AblationResult(cameras=8, variants=compared(RUNS), made_of=MADE_OF)


def test_a_variant_is_compared_with_the_mean_of_everything_on() -> None:
    more = [each.more_cores_per_camera for each in compared(RUNS)]
    assert more == pytest.approx([-0.0125, 0.1, 0.0125])


def test_json_has_cost_recall_and_lateness_of_each_variant() -> None:
    variants = json.loads(json.dumps(result().as_json()))["variants"]
    assert [each["name"] for each in variants] == ["everything-on", "no-gate", "everything-on"]
    assert {"cores_per_camera", "recall", "p99_ms"} <= set(variants[0]["run"])


def test_the_table_has_a_row_a_variant_and_says_what_was_off() -> None:
    lines = result().table().splitlines()
    cells = ["no-gate", "0.1500", "+0.1000", "1.000", "1.000", "-", "900", "10.00"]
    assert lines[2].split() == cells
    assert lines[4].startswith("no-gate: without the motion gate")
