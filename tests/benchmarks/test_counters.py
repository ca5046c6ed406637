"""The pipeline does no more work than it is known to need: counts, which no other load changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from deploy.samples.cameras import CAMERAS, SampleCamera
from tests.benchmarks.sample_counts import sample_counts

FILE = Path(__file__).with_name("budgets.json")
BUDGETS = json.loads(FILE.read_text(encoding="utf-8"))
HOW = """\
If this is meant, say in the commit why, and accept the new counts with
    python -m tests.benchmarks.sample_counts > tests/benchmarks/budgets.json"""


def faults(counts: Mapping[str, int], budget: Mapping[str, int], slack: float) -> list[str]:
    """What is off by more than `slack`; far less is a fault too, lest the budget grow stale."""
    return [
        f"{name}: {counts[name]}, budget {allowed} ({counts[name] / allowed - 1:+.1%})"
        for name, allowed in budget.items()
        if abs(counts[name] - allowed) > slack * allowed
    ]


@pytest.mark.parametrize("sample", CAMERAS, ids=lambda sample: sample.camera_id)
def test_a_sample_costs_what_it_is_known_to_cost(sample: SampleCamera) -> None:
    counts = asdict(sample_counts(sample))
    found = faults(counts, BUDGETS["samples"][sample.camera_id], BUDGETS["slack"])
    assert not found, "\n".join([*found, HOW])


@pytest.mark.parametrize(
    ("counted", "is_fault"), [(100, False), (105, False), (106, True), (94, True)]
)
def test_more_and_far_less_than_the_budget_are_faults(counted: int, is_fault: bool) -> None:
    assert bool(faults({"inferences": counted}, {"inferences": 100}, slack=0.05)) is is_fault
