from __future__ import annotations

import pytest

from detectors.arrangement import GPU_BATCH, MOST_LANES, Arrangement
from detectors.config import ModelConfig, Provider


def config(
    *providers: Provider, threads: int | None = None, batch: int | None = None
) -> ModelConfig:
    return ModelConfig(
        id="coco",
        card="c",
        providers=providers or (Provider.CPU,),
        threads=threads,
        max_batch=batch,
    )


@pytest.mark.parametrize(
    ("given", "cores", "lanes", "late_lanes", "threads", "batch"),
    [
        (config(), 1, 1, 0, 1, 1),
        (config(), 2, 2, 0, 1, 1),
        (config(), 32, MOST_LANES, 0, 8, 1),
        (config(threads=1), 8, 1, 1, 1, 1),
        (config(batch=4), 2, 2, 0, 1, 4),
        (config(Provider.CUDA, Provider.CPU), 8, 1, 0, 8, GPU_BATCH),
        (config(Provider.CUDA, batch=32), 8, 1, 0, 8, 32),
    ],
)
def test_runs_are_spread_as_suits_the_machine(
    given: ModelConfig, cores: int, lanes: int, late_lanes: int, threads: int, batch: int
) -> None:
    expected = Arrangement(lanes=lanes, late_lanes=late_lanes, threads=threads, max_batch=batch)
    assert Arrangement.of(given, cores) == expected
