from __future__ import annotations

from dataclasses import dataclass

from detectors.batcher import Batcher
from detectors.lane import FrameLane
from detectors.model_load import ModelLoad
from detectors.overload import HOT_INTERVALS
from ingest.arrivals import Arrivals
from ingest.frame import CameraId
from ingest.mailbox import Mailbox
from ingest.thinning import Thinner
from tests.factories import frame, frame_time

FPS = 5


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Worker:
    batcher: Batcher
    model_id: str = "coco"
    frames: int = 0


class Rig:
    """Lanes of three classes to one model that nobody works for but the test."""

    def __init__(self) -> None:
        self.clock, arrivals = Clock(), Arrivals()
        self.lanes = [
            FrameLane(
                camera_class=camera_class,
                sample_fps=FPS,
                thinner=Thinner(),
                mailbox=Mailbox(CameraId(f"c{camera_class}"), arrivals, clock=self.clock),
            )
            for camera_class in (1, 2, 3)
        ]
        self.worker = Worker(Batcher(arrivals, max_batch=1, clock=self.clock))
        self.load = ModelLoad("coco", self.lanes, [self.worker], self.clock)

    def second(self, analysed_each_round: int) -> None:
        """Five frames of each camera; after each round so many are taken, without a pause."""
        for _ in range(FPS):
            self.clock.now += 1 / FPS
            for lane in self.lanes:
                lane.put(frame(frame_time(self.clock.now, camera=lane.mailbox.camera_id)))
            waiting = sum(len(lane.mailbox) for lane in self.lanes)
            for _ in range(min(analysed_each_round, waiting)):
                frames = self.worker.batcher.next_batch()
                self.worker.batcher.done(frames)
                self.worker.frames += len(frames)
        self.load.step()


def test_lanes_keep_less_while_frames_are_lost_and_inference_has_no_pause() -> None:
    rig = Rig()
    for _ in range(HOT_INTERVALS + 1):
        rig.second(analysed_each_round=1)
    shares = [lane.thinner.share for lane in rig.lanes]
    assert 1 > shares[0] > shares[1] > shares[2]
    assert shares == [rig.load.share(camera_class) for camera_class in (1, 2, 3)]
    assert rig.load.level < 1


def test_lanes_are_left_alone_while_inference_follows() -> None:
    rig = Rig()
    for _ in range(5):
        rig.second(analysed_each_round=3)
    assert [lane.fps for lane in rig.lanes] == [FPS] * 3


def test_an_interval_of_no_length_is_passed_over() -> None:
    rig = Rig()
    rig.load.step()
    rig.load.step()
    assert rig.load.level == 1.0
