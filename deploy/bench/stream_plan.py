"""What the benchmark's cameras send, and when each of them is busy.

A few files are played again and again by a few *lanes*, each lane begun at another place of its
file; camera k watches lane k modulo the number of lanes. Every quiet and busy stretch lies inside
its file, so a loop begins as the one before ended: in quiet.
"""

from __future__ import annotations

from dataclasses import dataclass

FPS = 25
SIZE_WH = (704, 576)
LANES = 16
"""Enough that few cameras are in step, few enough that the server stays small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One file, played from `offset_s` on."""

    file: int
    offset_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPlan:
    """The streams of one benchmark.

    Attributes:
        loop_s: Length of each file.
        busy_share: Share of each file in which people walk; 1: always.
        keyframe_s: Seconds from keyframe to keyframe.
        files: How many files; each has its own walkers, wind and noise.
        seed: Of wind and noise.
    """

    loop_s: int = 60
    busy_share: float = 0.1
    keyframe_s: int = 1
    files: int = 4
    seed: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.busy_share <= 1:
            raise ValueError(f"busy_share {self.busy_share} is not within 0-1")
        if self.loop_s % self.keyframe_s:
            raise ValueError(f"{self.loop_s} s are no whole number of {self.keyframe_s} s")

    @property
    def frame_count(self) -> int:
        """Pictures of a file."""
        return self.loop_s * FPS

    @property
    def busy_frames(self) -> int:
        """Pictures of a file with people."""
        return round(self.frame_count * self.busy_share)

    def busy_from(self, file: int) -> int:
        """Number of the first busy picture: the files spread over the middle of the loop."""
        quiet = self.frame_count - self.busy_frames
        return round(quiet * (file + 1) / (self.files + 1))

    def is_busy(self, file: int, number: int) -> bool:
        """Whether people walk in picture `number` of `file`."""
        return 0 <= number - self.busy_from(file) < self.busy_frames

    def lanes(self) -> list[Lane]:
        """All lanes: the first 4, 8 and 16 of them are busy evenly over the loop."""
        return [Lane(file=i % self.files, offset_s=self._offset_s(i)) for i in range(LANES)]

    def _offset_s(self, index: int) -> float:
        # So far into its loop that the lane is busy `turn` loops later; then a sixteenth of a
        # keyframe interval and of a picture apart, so that neither comes from all cameras at once.
        turn = _bits_reversed(index) / LANES
        busy_s = self.busy_from(index % self.files) / FPS - turn * self.loop_s
        whole_s = busy_s % self.loop_s // self.keyframe_s * self.keyframe_s
        apart_frames = index * self.keyframe_s * FPS // LANES + index / LANES
        return round(whole_s + apart_frames / FPS, 6)


def _bits_reversed(index: int) -> int:
    """0, 8, 4, 12, 2 …: each next one in the widest gap so far."""
    return int(f"{index:04b}"[::-1], 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Playing:
    """A plan being played: where in its file a camera is at any time.

    Attributes:
        epoch_s: Unix time at which every lane was at its `offset_s`.
    """

    plan: StreamPlan
    epoch_s: float

    def lane(self, camera: int) -> Lane:
        """What camera number `camera` watches."""
        return self.plan.lanes()[camera % LANES]

    def wall_times(self, camera: int, file_s: float, from_s: float, to_s: float) -> list[float]:
        """Unix times within `from_s`-`to_s` at which `camera` sends file position `file_s`."""
        loop_s = self.plan.loop_s
        first = self.epoch_s + file_s - self.lane(camera).offset_s
        skipped = -((first - from_s) // loop_s)  # loops until `from_s`
        count = max(0, int((to_s - first) // loop_s - skipped) + 1)
        return [first + (skipped + n) * loop_s for n in range(count)]
