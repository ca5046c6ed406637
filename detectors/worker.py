"""The inference thread of one model."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
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
    """Batches of one model, from mailboxes to detections, on a thread of its own.

    `on_seen` may block: the pressure ends at the mailboxes, which drop. A failed run is fatal to
    the model: `on_death` tells the node, which stops and is restarted.
    """

    def __init__(
        self, detector: Detector, batcher: Batcher, *, on_seen: Seen, on_death: Died
    ) -> None:
        self._detector = detector
        self.batcher = batcher
        self.model_id = detector.model_id
        self._on_seen = on_seen
        self._on_death = on_death
        self._thread = Thread(target=self._guard, name=f"infer-{detector.model_id}")
        self.frames = 0
        self.busy_s = 0.0

    @property
    def stages(self) -> StageLedger:
        """Where the detector's time went."""
        return self._detector.stages

    def start(self) -> None:
        """Warm the model up, then begin."""
        self._detector.warm_up()
        self._thread.start()

    def stop(self) -> None:
        """End after the batch in hand; idempotent."""
        self.batcher.close()
        if self._thread.ident is not None:
            self._thread.join(JOIN_S)

    def _guard(self) -> None:
        try:
            self.run()
        except Exception as error:  # the thread's supervisor: whatever it was, the node must know
            self._on_death(self._thread.name, error)

    def run(self) -> None:
        """Work until the batcher is closed."""
        while frames := self.batcher.next_batch():
            began = perf_counter()
            detections = self._detector.detect(frames)
            self.busy_s += perf_counter() - began
            self.frames += len(frames)
            for frame, found in zip(frames, detections, strict=True):
                self._on_seen(frame, found)
