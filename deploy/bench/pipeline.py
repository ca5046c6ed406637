"""`bench pipeline`: recorded files through the whole path to rules, beside the limit.

`limit_fps` = cores ÷ (CPU seconds of bare libav decode + CPU seconds of bare ONNX Runtime, per
analysed frame), both single-threaded with spinning off, on the same frames, interleaved with the
measured runs; medians over the rounds. The limit is measured before and after each run, on every
core at once: a core beside a busy one has less cache and a lower clock than one alone, and that
is the machine the run has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import mean, median
from time import perf_counter

from deploy.analyses import open_detectors
from deploy.bench.limit import Bare, bare_cpu_s, tensors_of
from deploy.bench.machine import machine
from deploy.errors import BenchError
from deploy.replay import Replay
from deploy.replay_file import Replayed
from deploy.samples.cameras import CAMERAS
from deploy.settings import Site, SiteCamera
from detectors.session import cores
from ingest.file_source import read_frames
from ingest.frame import Frame

START = datetime(2026, 1, 1, tzinfo=UTC)
ANALYSED_FRAMES = 480
"""Frames analysed a file and run, where it has as many: some six seconds on two cores, so that a
core without work at the very end is no figure of the pipeline."""

LIMIT_FRAMES = 40
SAMPLED_FPS = 5.0
EVERY_FPS = 60.0
BENCH_SAMPLES = ("plaza-east", "gate-li")  # those of 25 frames a second
DEFAULT_CARD = "nanodet-g-int8"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One way of sampling: what was measured, and the limit beside it (medians)."""

    ratio: float
    analysed_fps: float
    limit_fps: float
    decode_ms: float
    inference_ms: float
    decoded_per_analysed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineResult:
    """`ratio`, `analysed_fps`, `limit_fps` are of the way of sampling with the lower ratio."""

    ratio: float
    analysed_fps: float
    limit_fps: float
    every_frame: Figure
    five_fps: Figure
    files: tuple[str, ...]
    rounds: int
    machine: Mapping[str, str | int] = field(default_factory=machine)

    def table(self) -> str:
        """For a person."""
        head = f"{'':14}{'ratio':>8}{'analysed/s':>12}{'limit/s':>10}{'decode ms':>11}{'ORT ms':>9}"
        rows = [
            f"{name:14}{f.ratio:8.3f}{f.analysed_fps:12.1f}{f.limit_fps:10.1f}"
            f"{f.decode_ms * f.decoded_per_analysed:11.2f}{f.inference_ms:9.2f}"
            for name, f in (("every frame", self.every_frame), ("5 a second", self.five_fps))
        ]
        return "\n".join([head, *rows, str(dict(self.machine))])


def run_pipeline_bench(videos: tuple[Path, ...], *, rounds: int, say: Say) -> PipelineResult:
    """Measure both ways of sampling over `videos`, by default two of the demo's samples."""
    files = videos or tuple(c.path for c in CAMERAS if c.camera_id in BENCH_SAMPLES)
    every = _measure(files, EVERY_FPS, rounds, lambda line: say(f"every frame, {line}"))
    five = _measure(files, SAMPLED_FPS, rounds, lambda line: say(f"5 a second, {line}"))
    worst = min((every, five), key=lambda figure: figure.ratio)
    return PipelineResult(
        ratio=worst.ratio,
        analysed_fps=worst.analysed_fps,
        limit_fps=worst.limit_fps,
        every_frame=every,
        five_fps=five,
        files=tuple(file.name for file in files),
        rounds=rounds,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    bare: Bare
    analysed_fps: float


def _measure(files: tuple[Path, ...], fps: float, rounds: int, say: Say) -> Figure:
    site = bench_site(files, fps)
    detector = open_detectors(site, site.cameras, threads=1)[site.models[0].id]
    samples = [_sample(camera, file) for camera, file in zip(site.cameras, files, strict=True)]
    tensors = tensors_of(detector, [frame for sample in samples for frame in sample])
    spread = mean(_spread(sample) for sample in samples)
    decoded = round(ANALYSED_FRAMES * spread)
    measured = list[_Round]()
    for number in range(rounds + 1):  # the first warms caches and is not counted
        before = bare_cpu_s(files, decoded, detector, tensors)
        analysed_fps = _analysed_fps(site, files)
        after = bare_cpu_s(files, decoded, detector, tensors)
        if number:
            measured.append(_Round(bare=before.mean(after), analysed_fps=analysed_fps))
            say(f"round {number} of {rounds}: {analysed_fps:.1f} frames/s analysed")
    return _figure(measured, spread)


def _figure(measured: list[_Round], spread: float) -> Figure:
    """Medians; the ratio is the median of the rounds' own, whose parts were measured together."""
    limits = [cores() / (one.bare.decode_s * spread + one.bare.inference_s) for one in measured]
    ratios = [one.analysed_fps / limit for one, limit in zip(measured, limits, strict=True)]
    return Figure(
        ratio=median(ratios),
        analysed_fps=median(one.analysed_fps for one in measured),
        limit_fps=median(limits),
        decode_ms=median(one.bare.decode_s for one in measured) * 1000,
        inference_ms=median(one.bare.inference_s for one in measured) * 1000,
        decoded_per_analysed=spread,
    )


def _sample(camera: SiteCamera, file: Path) -> list[Frame]:
    frames = read_frames(camera, file, start=START, sample_fps=camera.sample_fps)
    return list(islice(frames, LIMIT_FRAMES))


def _spread(sample: list[Frame]) -> float:
    """Source frames for each analysed one."""
    if len(sample) < 2:
        raise BenchError("a recording for the benchmark needs at least two analysed frames")
    return (sample[-1].at.number - sample[0].at.number) / (len(sample) - 1)


def _analysed_fps(site: Site, files: tuple[Path, ...]) -> float:
    videos = {camera.id: file for camera, file in zip(site.cameras, files, strict=True)}
    count: Counter[str] = Counter()

    def take(camera_id: str, _: Replayed) -> None:
        count[camera_id] += 1  # frames of a camera come one at a time

    with Replay(site, videos, max_frames=ANALYSED_FRAMES) as replay:
        began = perf_counter()
        replay.run(START, take)
        return count.total() / (perf_counter() - began)


def bench_site(files: tuple[Path, ...], sample_fps: float) -> Site:
    """A site with one camera a file, each with one `presence` rule over the whole picture."""
    zone = {"id": "all", "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]]}
    rule = {"id": "anybody", "kind": "presence", "labels": ["person"], "zone": "all"}
    cameras = [
        {
            "id": f"camera-{number}",
            "area": "0",
            "url": str(file),
            "sample_fps": sample_fps,
            "zones": [zone],
            "rules": [rule],
        }
        for number, file in enumerate(files)
    ]
    return Site.model_validate(
        {
            "site": "bench",
            "areas": [{"id": "0", "name": "bench", "level": "village"}],
            "mqtt": {"host": "127.0.0.1"},
            "models": [{"id": "coco", "card": DEFAULT_CARD}],
            "cameras": cameras,
        }
    )
