"""The inference threads of one model."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Thread
from time import perf_counter

from detectors.batcher import Batcher
from detectors.detections import Detections
from detectors.detector import Detector
from ingest.frame import Frame
from ingest.stage_ledger import StageLedger

Seen = Callable[[Frame, Detections], None]
Died = Callable[[str, BaseException], None]

JOIN_S = 5.0


class InferenceWorker:
    """Batches of one model, from mailboxes to detections, on one thread for each lane.

    Late lanes see only what cameras that woke have to catch up on.

    `on_seen` may block: the pressure ends at the mailboxes, which drop. Frames of one camera come
    to it in order: the batcher gives no lane a camera that another still has. A failed run is
    fatal to the model: `on_death` tells the node, which stops and is restarted.
    """

    def __init__(
        self,
        detector: Detector,
        batcher: Batcher,
        *,
        on_seen: Seen,
        on_death: Died,
        lanes: int = 1,
        late_lanes: int = 0,
    ) -> None:
        self._detector = detector
        self.batcher = batcher
        self.model_id = detector.model_id
        self._on_seen = on_seen
        self._on_death = on_death
        self._threads = [
            *(self._thread(f"{lane}", batcher.next_batch) for lane in range(lanes)),
            *(self._thread(f"late-{lane}", batcher.next_late) for lane in range(late_lanes)),
        ]
        self._lock = Lock()
        self.frames = 0
        self.busy_s = 0.0

    @property
    def thread_names(self) -> tuple[str, ...]:
        """Of the threads that run from `start` to `stop`."""
        return tuple(thread.name for thread in self._threads)

    @property
    def stages(self) -> StageLedger:
        """Where the detector's time went."""
        return self._detector.stages

    def start(self) -> None:
        """Warm the model up, then begin."""
        self._detector.warm_up()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after the batches in hand; idempotent."""
        self.batcher.close()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(JOIN_S)

    def _thread(self, name: str, take: Callable[[], list[Frame]]) -> Thread:
        name = f"infer-{self.model_id}-{name}"
        return Thread(target=self._guard, name=name, args=(name, take))

    def _guard(self, name: str, take: Callable[[], list[Frame]]) -> None:
        try:
            self._run(take)
        except Exception as error:  # the thread's supervisor: whatever it was, the node must know
            self._on_death(name, error)

    def _run(self, take: Callable[[], list[Frame]]) -> None:
        """Work until the batcher is closed."""
        while frames := take():
            began = perf_counter()
            detections = self._detector.detect(frames)
            self._count(len(frames), perf_counter() - began)
            for frame, found in zip(frames, detections, strict=True):
                self._on_seen(frame, found)
            self.batcher.done(frames)

    def _count(self, frames: int, busy_s: float) -> None:
        with self._lock:
            self.frames += frames
            self.busy_s += busy_s
