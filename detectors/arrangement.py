"""How the inference of one model is spread over cores and batches."""

from __future__ import annotations

from dataclasses import dataclass

from detectors.config import ModelConfig, Provider

MOST_LANES = 4
"""More would wait for each other between runs; further cores go into the runs themselves."""

LATE_LANES = 1
"""Where a single lane would have to do all, and the machine has more cores."""

GPU_BATCH = 16
"""What waits together there is one launch; on a CPU a batch buys no arithmetic, only waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Of one model on this machine.

    Attributes:
        lanes: Batches under way at once, each on a thread of its own.
        late_lanes: More of them, of frames that cameras which woke have to catch up on.
        threads: Of each run.
        max_batch: Frames of a batch.
    """

    lanes: int
    late_lanes: int
    threads: int
    max_batch: int

    @classmethod
    def of(cls, config: ModelConfig, cores: int) -> Arrangement:
        """What the site file says, and else what suits provider and `cores`.

        On a CPU single-threaded runs side by side beat one run on all cores: nothing waits for
        the slowest thread of each layer. A GPU is kept busy by one lane of large batches.
        """
        usable = config.threads or cores
        if set(config.providers) <= {Provider.CPU, Provider.OPENVINO}:
            lanes, max_batch = min(usable, MOST_LANES), 1
        else:
            lanes, max_batch = 1, GPU_BATCH
        return cls(
            lanes=lanes,
            late_lanes=LATE_LANES if lanes == 1 < cores and max_batch == 1 else 0,
            threads=max(1, usable // lanes),
            max_batch=config.max_batch or max_batch,
        )
