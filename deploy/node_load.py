"""Honest overload: a node analyses what it can, evenly and by class, and says so."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean
from threading import Event, Thread
from time import monotonic

from alerts.schema import NodeState, ReducedClass
from detectors.lane import FrameLane
from detectors.model_load import Inference, ModelLoad
from ingest.frame import CameraId

INTERVAL_S = 1.0
JOIN_S = 2.0

Lanes = Mapping[tuple[CameraId, str], FrameLane]
Become = Callable[[NodeState, tuple[ReducedClass, ...]], None]
Died = Callable[[str, BaseException], None]

logger = logging.getLogger(__name__)


class NodeLoad:
    """Steps the overload control of every model, on a thread of its own.

    Args:
        lanes: By camera and model; those of now, which come and go while it runs.
        workers: All inference of the node, likewise.
        on_change: Told what is reduced, whenever that changes.
        on_death: Told when the thread broke.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        lanes: Lanes,
        workers: Sequence[Inference],
        *,
        on_change: Become,
        on_death: Died,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.lanes = lanes
        self._workers = workers
        self._clock = clock
        self.models: list[ModelLoad] = []
        self._keep_up()
        self._on_change = on_change
        self._on_death = on_death
        self._said: tuple[ReducedClass, ...] = ()
        self._is_reduced = False
        self._stop = Event()
        self._thread = Thread(target=self._guard, name="overload")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; idempotent."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(JOIN_S)

    def step(self) -> None:
        """One interval is over."""
        self._keep_up()
        for model in self.models:
            model.step()
        is_reduced = any(model.level < 1 for model in self.models)
        reduced = reduced_classes(dict(self.lanes)) if is_reduced else ()
        if (is_reduced, reduced) != (self._is_reduced, self._said):
            if is_reduced is not self._is_reduced:
                _log(is_reduced=is_reduced, reduced=reduced)
            self._is_reduced, self._said = is_reduced, reduced
            self._on_change(NodeState.REDUCED if is_reduced else NodeState.ONLINE, reduced)

    def _keep_up(self) -> None:
        """Take up cameras and models that came, and forget those that went."""
        lanes, workers = dict(self.lanes), tuple(self._workers)
        model_ids = dict.fromkeys(worker.model_id for worker in workers)
        self.models = [self._load_of(model_id, lanes, workers) for model_id in model_ids]

    def _load_of(self, model_id: str, lanes: Lanes, workers: Sequence[Inference]) -> ModelLoad:
        """The one there is, while its cameras are the same; else one at the same level."""
        of_model = tuple(lane for (_, model), lane in lanes.items() if model == model_id)
        its_workers = tuple(worker for worker in workers if worker.model_id == model_id)
        before = next((load for load in self.models if load.model_id == model_id), None)
        if before is not None and before.is_of(of_model, its_workers):
            return before
        level = 1.0 if before is None else before.level
        return ModelLoad(model_id, of_model, its_workers, self._clock, level=level)

    def _guard(self) -> None:
        try:
            while not self._stop.wait(INTERVAL_S):
                self.step()
        except Exception as error:  # the thread's supervisor: whatever it was, the node must know
            self._on_death(self._thread.name, error)


def reduced_classes(lanes: Lanes) -> tuple[ReducedClass, ...]:
    """What the cameras of each class that are held back hand over, class 1 first.

    A camera that several models look at counts once, with the model that sees least of it.
    """
    rates: dict[int, dict[CameraId, tuple[float, float]]] = {}
    for (camera_id, _), lane in lanes.items():
        if lane.fps < lane.sample_fps:
            of_class = rates.setdefault(lane.camera_class, {})
            rate = lane.fps, lane.sample_fps
            of_class[camera_id] = min(rate, of_class.get(camera_id, rate))
    return tuple(
        ReducedClass(
            camera_class=camera_class,
            cameras=len(of_class),
            fps=_mean(fps for fps, _ in of_class.values()),
            of_fps=_mean(of_fps for _, of_fps in of_class.values()),
        )
        for camera_class, of_class in sorted(rates.items())
    )


def _mean(rates: Iterable[float]) -> float:
    return round(fmean(rates), 1)


def _log(*, is_reduced: bool, reduced: tuple[ReducedClass, ...]) -> None:
    if not is_reduced:
        logger.info("every frame is analysed again", extra={"action": "load-online"})
        return
    rates = ", ".join(f"class {r.camera_class}: {r.fps:g} of {r.of_fps:g}" for r in reduced)
    logger.warning(
        "more frames than inference can follow; frames a second now, %s",
        rates,
        extra={"action": "load-reduced"},
    )
