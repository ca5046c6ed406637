"""What a soak found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

Figure = Literal["rss_mb", "descriptors", "threads"]
BARS: Mapping[Figure, tuple[float, float]] = {
    "rss_mb": (1.0, 10.0),
    "descriptors": (1.0, 4.0),
    "threads": (1.0, 8.0),
}
"""An hour's rise is at most the first, or does not differ from nothing with 95 %; and with 95 % it
is at most the second, or the run was too restless to say."""


AT_LEAST: frozenset[Figure] = frozenset({"rss_mb"})
"""Of these the least in a while says what is held: see `trend`."""


class Growth(BaseModel):
    """One figure of one process after the warm-up; rises are of an hour of the site's life.

    Attributes:
        blocks: Medians of equal parts of that hour; of memory, the least.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    process: str
    figure: Figure
    blocks: tuple[float, ...]
    rise: float
    low: float
    high: float

    @property
    def is_flat(self) -> bool:
        """Whether it keeps to its bars."""
        most, surely_most = BARS[self.figure]
        return (self.rise <= most or self.low <= 0) and self.high <= surely_most

    @property
    def words(self) -> str:
        """One line."""
        return (
            f"{self.process:6} {self.figure:11} {self.blocks[-1]:8.1f}, {self.rise:+.2f} an hour "
            f"({self.low:+.2f} to {self.high:+.2f}){'' if self.is_flat else ' NOT FLAT'}"
        )


class Report(BaseModel):
    """A finished run.

    Attributes:
        wall_s: How long it was measured, after the warm-up.
        compression: How much faster than on a real site cameras drop and time-outs pass.
        drops: By kind, over all of it.
        ended: How often a process ended by itself; it was started again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    cameras: int
    seed: int
    wall_s: int
    compression: float
    drops: Mapping[str, int]
    reconnects: int
    frames: int
    alerts: int
    ended: Mapping[str, int]
    growth: tuple[Growth, ...]

    @property
    def is_flat(self) -> bool:
        """Whether nothing grows and nothing ended."""
        return all(each.is_flat for each in self.growth) and not any(self.ended.values())
