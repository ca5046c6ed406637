"""Cores and latency over cameras, drawn from the results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")  # no screen is needed
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from deploy.bench.camera_runs import MOST_P99_MS
from deploy.bench.result_files import read_result

KEYFRAMES_S = (1, 2, 4)
MARK_CORES = 0.02
"""A camera should not cost more."""


def draw(folder: Path) -> Path | None:
    """Draw `cameras.svg` beside the results; None where there are none to draw."""
    found = {s: read_result(folder, f"cameras-{s}s") for s in KEYFRAMES_S}
    results = {seconds: result for seconds, result in found.items() if result is not None}
    if not results:
        return None
    file = folder / "cameras.svg"
    # The salt: the same results draw the same file.
    with mpl.rc_context({"svg.hashsalt": "xueliang", "font.size": 9}):
        figure, (cores, waits) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
        for number, (seconds, result) in enumerate(results.items()):
            _draw_cores(cores, seconds, result, f"C{number}")
            _draw_waits(waits, seconds, result, f"C{number}")
        _finish(cores, "cores of the node", results)
        _finish(waits, "ms to the desk's receipt", results)
        figure.savefig(file, metadata={"Date": None})
        plt.close(figure)
    return file


def _draw_cores(axes: Axes, seconds: int, result: dict[str, Any], colour: str) -> None:
    counts = [run["cameras"] for run in result["runs"]]
    slope = result["runs"][0]["cores_per_camera"]
    label = f"keyframes every {seconds} s: {slope:.4f} a camera"
    axes.plot(counts, [run["cores"] for run in result["runs"]], f"{colour}o")
    line = [result["intercept_cores"] + slope * count for count in counts]
    axes.plot(counts, line, colour, label=label)


def _draw_waits(axes: Axes, seconds: int, result: dict[str, Any], colour: str) -> None:
    for name, style in (("p50_ms", ":"), ("p99_ms", "-")):
        points = [(r["cameras"], r[name]) for r in result["runs"] if r[name] is not None]
        if points:
            label = f"{name[:3]}, {seconds} s"
            axes.plot(*zip(*points, strict=True), f"{colour}o{style}", label=label)


def _finish(axes: Axes, title: str, results: dict[int, dict[str, Any]]) -> None:
    counts = sorted({run["cameras"] for result in results.values() for run in result["runs"]})
    if title.startswith("cores"):
        allowed, label = [MARK_CORES * count for count in counts], f"{MARK_CORES:g} a camera"
    else:
        allowed, label = [MOST_P99_MS] * len(counts), f"most p99: {MOST_P99_MS:g} ms"
    axes.plot(counts, allowed, "grey", linewidth=0.8, linestyle="--", label=label)
    axes.set_title(title)
    axes.set_xlabel("cameras")
    axes.set_xticks(counts)
    axes.set_ylim(bottom=0)  # last: it ends the search for a scale
    axes.legend(frameon=False, fontsize=8)
