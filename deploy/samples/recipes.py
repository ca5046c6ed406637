"""How each sample clip is cut from its source recording.

A recipe names frames of the source (from 0) in playing order; a clip may begin anywhere. Frames
are repeated, never blended, so that every picture is one a camera really took.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

VTEST = "vtest.avi"
TREE = "tree.avi"

FrameOrder = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A rectangle of the source picture, in its pixels."""

    x: int
    y: int
    width: int
    height: int

    def __post_init__(self) -> None:
        if min(self.x, self.y) < 0 or min(self.width, self.height) <= 0:
            message = f"a crop needs an origin >= 0 and a size > 0, not {self}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One clip.

    Attributes:
        file: name of the clip under `deploy/samples`.
        source: file name of the source recording.
        order: source frames in playing order.
        source_hz: rate at which `order` is played, so that people move at their real speed.
        rate_hz: rate of the clip; a source frame is repeated until its time is over.
        crop: the part of the source picture that this camera sees.
        size_wh: size of the clip in pixels, both even.
        crf: x264's constant rate factor.
    """

    file: str
    source: str
    order: FrameOrder
    source_hz: float
    rate_hz: int
    crop: Crop
    size_wh: tuple[int, int]
    crf: int

    def __post_init__(self) -> None:
        if not self.order:
            message = f"{self.file}: no frames"
            raise ValueError(message)
        if any(side % 2 for side in self.size_wh):
            message = f"{self.file}: yuv420p needs even sides, not {self.size_wh}"
            raise ValueError(message)

    @property
    def duration_s(self) -> float:
        """Length of one loop in seconds."""
        return len(self.order) / self.source_hz

    def frame_at(self, number: int) -> int:
        """Index into `order` shown by clip frame `number`."""
        return int(number * self.source_hz / self.rate_hz)

    @property
    def frame_count(self) -> int:
        """Number of frames of the clip."""
        return int(self.duration_s * self.rate_hz)


def wrapped(first: int, end: int) -> FrameOrder:
    """Frames 0 to `end`, begun at `first`: the jump from `end` to 0 lies inside the clip."""
    return (*range(first, end), *range(first))


def swaying(first: int, last: int, times: int) -> FrameOrder:
    """Frames `first` to `last` and back again, `times` over: movement without a jump."""
    there_and_back = (*range(first, last), *range(last, first, -1))
    return tuple(chain.from_iterable([there_and_back] * times))


def slowed(order: FrameOrder, times: int) -> FrameOrder:
    """Each frame of `order` shown `times` times as long."""
    return tuple(frame for frame in order for _ in range(times))


# vtest was recorded at 10 frames a second and is played so: people walk at their own speed.
# tree.avi was stored at 2 frames a second; at 15 the leaves move as leaves do.
RECIPES: tuple[Recipe, ...] = (
    Recipe(
        file="plaza-east.mp4",
        source=VTEST,
        order=wrapped(470, 795)[:600],
        source_hz=10,
        rate_hz=25,
        crop=Crop(x=48, y=0, width=704, height=576),
        size_wh=(704, 576),
        crf=34,
    ),
    Recipe(
        file="market-crossing.mp4",
        source=VTEST,
        order=tuple(range(240, 740)),
        source_hz=10,
        rate_hz=20,
        crop=Crop(x=96, y=130, width=400, height=300),
        size_wh=(640, 480),
        crf=34,
    ),
    Recipe(
        file="station-road.mp4",
        source=VTEST,
        order=tuple(range(190, 690)),
        source_hz=10,
        rate_hz=10,
        crop=Crop(x=384, y=136, width=384, height=288),
        size_wh=(640, 480),
        crf=34,
    ),
    Recipe(
        # Two people cross this lawn between frames 532 and 610; nobody else comes near before.
        file="courtyard-wang.mp4",
        source=VTEST,
        order=wrapped(440, 612),
        source_hz=10,
        rate_hz=10,
        crop=Crop(x=0, y=321, width=340, height=255),
        size_wh=(640, 480),
        crf=34,
    ),
    Recipe(
        # The van's bay and the windows behind it lie in the upper part, for the privacy mask.
        file="gate-li.mp4",
        source=VTEST,
        order=tuple(range(280, 780)),
        source_hz=10,
        rate_hz=25,
        crop=Crop(x=256, y=40, width=480, height=270),
        size_wh=(640, 360),
        crf=34,
    ),
    Recipe(
        # 21 s of the tree, then the hand comes in (frames 53 to 67), stays 16 s and goes again.
        file="woods-north.mp4",
        source=TREE,
        order=(
            *swaying(0, 45, 3),
            *range(67),
            *slowed(swaying(64, 67, 8), 5),
            *range(67, 52, -1),
        ),
        source_hz=15,
        rate_hz=15,
        crop=Crop(x=96, y=0, width=208, height=156),
        size_wh=(480, 360),
        crf=34,
    ),
)
