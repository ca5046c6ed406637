"""What was held over time, with the lines through it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")  # no screen is needed
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from tests.acceptance.soak.report import AT_LEAST, BARS, Figure
from tests.acceptance.soak.soak import Sample
from tests.acceptance.soak.trend import trend

TITLES: dict[Figure, str] = {
    "rss_mb": "resident memory, MB",
    "descriptors": "descriptors",
    "threads": "threads",
}


def draw(samples: Sequence[Sample], file: Path) -> None:
    """Write `file` (SVG): every process, every figure."""
    # The salt: the same samples draw the same file.
    with mpl.rc_context({"svg.hashsalt": "xueliang", "font.size": 9}):
        figure, axes = plt.subplots(1, len(BARS), figsize=(11, 3.4), layout="constrained")
        for one, name in zip(axes, BARS, strict=True):
            _draw_figure(one, name, samples)
        figure.savefig(file, metadata={"Date": None})
        plt.close(figure)


def _draw_figure(axes: Axes, figure: Figure, samples: Sequence[Sample]) -> None:
    for number, process in enumerate(samples[-1].of):
        points = [(s.hours, getattr(s.of[process], figure)) for s in samples if process in s.of]
        axes.plot(*zip(*points, strict=True), f"C{number}", linewidth=0.6, alpha=0.6)
        warm = [point for point in points if point[0] >= 0]
        line = trend(*zip(*warm, strict=True), at_least=figure in AT_LEAST)
        ends = (0.0, 1.0)
        label = f"{process}: {line.slope:+.2f} ({line.low:+.2f} to {line.high:+.2f}) an hour"
        axes.plot(ends, [line.at(x) for x in ends], f"C{number}", label=label)
    axes.axvline(0.0, color="grey", linewidth=0.8, linestyle="--")  # the warm-up ends
    axes.set_title(TITLES[figure])
    axes.set_xlabel("compressed hours")
    axes.set_ylim(bottom=0)  # last: it ends the search for a scale
    axes.legend(frameon=False, fontsize=7)
