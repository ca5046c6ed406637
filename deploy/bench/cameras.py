"""`bench cameras`: live cameras, mostly quiet; what each costs and what is not missed.

Recall and precision compare with the replay of the same files, every frame analysed and nothing
gated. The stream server says when it began, and each picture leaves at its time whatever happens,
so the time at which a file position was sent needs no mark in the picture.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from deploy.bench.camera_counts import next_count
from deploy.bench.camera_part import Part, made_of, raised_in, run_part
from deploy.bench.camera_runs import CameraRun, CamerasResult, with_slopes
from deploy.bench.streams import Streams
from deploy.bench.variants import SHARDS

SEARCHES = 2
"""Runs beyond those asked for."""

Say = Callable[[str], None]


def run_cameras_bench(
    streams: Streams, counts: Sequence[int], *, seconds: float, data: Path | None, say: Say
) -> CamerasResult:
    """Measure each number of cameras for `seconds`, best a whole number of loops."""
    raised = raised_in(streams, say)
    runs: list[CameraRun] = []
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xueliang-")))
        for count in _counts(counts, runs):
            part = Part(cameras=count, raised=raised, data=folder / str(count))
            runs.append(run_part(streams, part, seconds, say))
    return with_slopes(sorted(runs, key=lambda run: run.cameras), made_of(streams, shards=SHARDS))


def _counts(asked: Sequence[int], runs: Sequence[CameraRun]) -> Iterator[int]:
    """Those asked for; then, where they fill the machine, the most that should not."""
    yield from sorted(set(asked))
    for _ in range(SEARCHES):
        count = next_count(runs)
        if count is None:
            return
        yield count
