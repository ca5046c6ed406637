from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from alerts.analysis import CameraAnalysis
from alerts.watch import CameraWatch
from deploy.replay_file import MOST_WAITING, Lane, Replayed, ReplayFile, Sees
from deploy.replay_turns import Turns
from detectors.detections import Detections
from detectors.tracker import Tracker
from ingest.frame import CameraId, Frame
from ingest.gate_hold import GateHold
from tests.factories import detections, frame, frame_time

THREADS = 4
SOON_S = 10.0


class BrokenError(Exception):
    """What a fake model fails with."""


class Model:
    """Sees nothing; holds the first batch of a file back until `release`, or breaks at a frame."""

    def __init__(self, *, release: Event | None = None, breaks_at: int = 0) -> None:
        self._release = release
        self._breaks_at = breaks_at
        self.seen: list[int] = []

    def detect(self, frames: Sequence[Frame]) -> list[Detections]:
        numbers = [each.at.number for each in frames]
        if self._breaks_at in numbers:
            raise BrokenError
        if self._release is not None and 1 in numbers:
            assert self._release.wait(SOON_S)
        self.seen += numbers
        if self._release is not None and len(self.seen) >= MOST_WAITING:
            self._release.set()
        return [detections(at=each.at) for each in frames]


def frames(camera: str, count: int) -> Iterator[Frame]:
    for number in range(1, count + 1):
        yield frame(frame_time(number / 25, number=number, camera=camera))


def file(
    model: Sees, told: list[Replayed], *, count: int, camera: str = "c", batch: int = 1
) -> ReplayFile:
    tracker = Tracker(CameraId(camera), ("person",))
    analysis = CameraAnalysis([0], tracker, CameraWatch([]))
    lanes = [Lane(detector=model, analysis=analysis)]
    return ReplayFile(frames(camera, count), lanes, told.append, batch=batch)


def work(files: Sequence[ReplayFile]) -> None:
    turns, stop = Turns(files), Event()
    with ThreadPoolExecutor(THREADS) as threads:
        running = [threads.submit(turns.work, stop) for _ in range(THREADS)]
    for future in running:
        future.result()
    for each in files:
        each.finish()


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("counts", [(), (0,), (1,), (50,), (7, 0, 23)])
def test_every_frame_of_every_file_is_told_once_and_in_order(
    counts: tuple[int, ...], batch: int
) -> None:
    told: list[list[Replayed]] = [[] for _ in counts]
    work(
        [
            file(Model(), told[n], count=count, camera=f"c{n}", batch=batch)
            for n, count in enumerate(counts)
        ]
    )
    assert [[each.at.number for each in one] for one in told] == [
        [*range(1, count + 1)] for count in counts
    ]


def test_a_batch_that_takes_long_is_still_judged_first() -> None:
    told: list[Replayed] = []
    model = Model(release=Event())
    work([file(model, told, count=3 * MOST_WAITING)])
    assert model.seen.index(1) >= MOST_WAITING - 1
    assert [each.at.number for each in told] == [*range(1, 3 * MOST_WAITING + 1)]


def test_a_fault_ends_all_threads_and_is_told() -> None:
    told: list[Replayed] = []
    files = [
        file(Model(breaks_at=3), told, count=1000),
        file(Model(), [], count=100_000, camera="other"),
    ]
    with pytest.raises(BrokenError):
        work(files)
    assert [each.at.number for each in told] in ([], [1])  # told once the next is judged


def test_a_gated_file_is_judged_before_it_is_read_on() -> None:
    told: list[Replayed] = []
    judged_when_read: list[int] = []

    def watched() -> Iterator[Frame]:
        for each in frames("c", 5):
            judged_when_read.append(len(told))
            yield each

    analysis = CameraAnalysis([0], Tracker(CameraId("c"), ("person",)), CameraWatch([]))
    lanes = [Lane(detector=Model(), analysis=analysis)]
    work([ReplayFile(watched(), lanes, told.append, batch=1, hold=GateHold())])
    assert judged_when_read == [0, 0, 1, 2, 3]  # the last judged is told with the next
