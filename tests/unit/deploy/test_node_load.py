from __future__ import annotations

from dataclasses import dataclass

import pytest

from alerts.schema import NodeState, ReducedClass
from deploy.node_load import NodeLoad, reduced_classes
from detectors.batcher import Batcher
from detectors.lane import FrameLane
from ingest.arrivals import Arrivals
from ingest.frame import CameraId
from ingest.mailbox import Mailbox
from ingest.thinning import Thinner


def lane(camera_class: int, *, share: float = 1.0, sample_fps: float = 5) -> FrameLane:
    thinner = Thinner()
    thinner.share = share
    return FrameLane(
        camera_class=camera_class,
        sample_fps=sample_fps,
        thinner=thinner,
        mailbox=Mailbox(CameraId("any"), Arrivals()),
    )


def key(camera: str, model: str = "coco") -> tuple[CameraId, str]:
    return CameraId(camera), model


def test_what_is_reduced_is_said_by_class_with_the_mean_of_its_cameras() -> None:
    lanes = {
        key("a"): lane(3, share=0.5),
        key("b"): lane(3, share=0.5, sample_fps=10),
        key("c"): lane(1, share=0.8),
        key("d"): lane(2),
    }
    assert reduced_classes(lanes) == (
        ReducedClass(camera_class=1, cameras=1, fps=4.0, of_fps=5.0),
        ReducedClass(camera_class=3, cameras=2, fps=3.8, of_fps=7.5),
    )


def test_a_camera_of_two_models_counts_once_with_the_lower_rate() -> None:
    lanes = {key("a", "coco"): lane(2, share=0.5), key("a", "fire"): lane(2, share=0.9)}
    assert reduced_classes(lanes) == (ReducedClass(camera_class=2, cameras=1, fps=2.5, of_fps=5.0),)


def test_a_camera_at_the_least_rate_anyway_is_not_reduced() -> None:
    assert reduced_classes({key("a"): lane(3, share=0.1, sample_fps=1)}) == ()


class Model:
    """A model's load whose level a test sets."""

    model_id = "coco"
    level = 1.0

    def __init__(self, lanes: dict[tuple[CameraId, str], FrameLane]) -> None:
        self._lanes = lanes

    def step(self) -> None:
        for each in self._lanes.values():
            each.thinner.share = self.level


def test_every_change_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = {key("a"): lane(2)}
    told: list[tuple[NodeState, list[float]]] = []
    load = NodeLoad(
        lanes,
        [],
        on_change=lambda state, reduced: told.append((state, [each.fps for each in reduced])),
        on_death=lambda *_: None,
    )
    model = Model(lanes)
    monkeypatch.setattr(load, "models", [model])
    monkeypatch.setattr(load, "_keep_up", lambda: None)
    for level in (1.0, 0.5, 0.5, 0.8, 1.0, 1.0):
        model.level = level
        load.step()
    assert told == [
        (NodeState.REDUCED, [2.5]),
        (NodeState.REDUCED, [4.0]),
        (NodeState.ONLINE, []),
    ]


@dataclass(slots=True)
class Worker:
    """Inference that analyses nothing."""

    model_id: str
    batcher: Batcher
    frames: int = 0


def test_a_camera_that_comes_under_overload_is_held_back_as_the_others_are() -> None:
    lanes = {key("a"): lane(2)}
    workers = [Worker("coco", Batcher(Arrivals(), 4))]
    load = NodeLoad(lanes, workers, on_change=lambda *_: None, on_death=lambda *_: None)
    (before,) = load.models
    before._controller.level = 0.5  # as if it had had too much to do
    load.step()
    assert load.models == [before]
    lanes[key("b")] = lane(2)
    load.step()
    assert [each.thinner.share for each in lanes.values()] == [0.5, 0.5]
    workers.append(Worker("fire", Batcher(Arrivals(), 4)))
    load.step()
    assert [(each.model_id, each.level) for each in load.models] == [("coco", 0.5), ("fire", 1.0)]
    workers.clear()
    load.step()
    assert load.models == []


def test_stopping_twice_or_before_the_start_does_no_harm() -> None:
    load = NodeLoad({}, [], on_change=lambda *_: None, on_death=lambda *_: None)
    load.stop()
    load.stop()
