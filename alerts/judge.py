"""The rules thread: detections of all cameras, in the order they were made, into alerts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Lock, Thread

from alerts.alert import Alert, Reason
from alerts.analysis import STAGES, CameraAnalysis
from detectors.detections import Detections
from ingest.frame import CameraId, Frame, FrameTime
from ingest.stage_ledger import StageLedger

QUEUE_FRAMES = 64
"""Frames wait here while an alert is being stored; when full, inference waits."""

LOOK_S = 0.2
"""How soon a camera's end is noticed while no frames come."""

JOIN_S = 5.0

RULES_STAGES = (*STAGES, "store")

Raised = Callable[[list[Alert], Frame | None], None]
Judged = Callable[[FrameTime, str, CameraAnalysis], None]
Died = Callable[[str, BaseException], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    frame: Frame
    detections: Detections


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finish:
    """The last item: end what is open, then the thread."""


class Judge:
    """Trackers and rules of all cameras of a node, on one thread.

    `on_alerts` stores them and returns when they are safe; until then everything behind waits, so
    that no alert is lost to a full disk that clears in time. `on_judged` hears of
    each frame, with the model's id and what now follows the camera: it holds the camera's gate.
    """

    def __init__(
        self,
        analyses: Mapping[tuple[CameraId, str], CameraAnalysis],
        *,
        on_alerts: Raised,
        on_judged: Judged,
        on_death: Died,
        stages: StageLedger | None = None,
    ) -> None:
        """Nothing is judged before `start`; `stages` is the one that the analyses write to."""
        self.stages = stages or StageLedger(RULES_STAGES)
        self._analyses = dict(analyses)
        self._on_alerts = on_alerts
        self._on_judged = on_judged
        self._on_death = on_death
        self._queue: Queue[_Seen | _Finish] = Queue(QUEUE_FRAMES)
        self._lock = Lock()
        self._ending: dict[CameraId, str] = {}  # sessions over, not yet ended here
        self._swaps: list[tuple[CameraId, Mapping[str, CameraAnalysis]]] = []
        self._over: dict[CameraId, str] = {}  # the last session that ended, by camera
        self._thread = Thread(target=self._guard, name="rules")
        self._is_stopping = False

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def see(self, frame: Frame, detections: Detections) -> None:
        """Hand over what was seen on `frame`; blocks while the queue is full."""
        self._queue.put(_Seen(frame=frame, detections=detections))

    def session_over(self, camera_id: CameraId, session: str) -> None:
        """The camera's connection is over; its frames that come later no longer count.

        Never blocks: a camera must be able to reconnect while alerts wait for a full disk. Only
        the last session of a camera is kept here; an earlier one ends with the next one's frames.
        """
        with self._lock:
            self._ending[camera_id] = session

    def swap(self, camera_id: CameraId, analyses: Mapping[str, CameraAnalysis]) -> None:
        """From now on judge the camera by `analyses` (by model), or not at all where none are.

        What is open ends as "rule removed". From any thread, never blocks. A camera that is
        judged anew must have stopped before: frames of its last session are not judged.
        """
        with self._lock:
            self._swaps.append((camera_id, analyses))

    @property
    def waiting(self) -> int:
        """Frames in the queue."""
        return self._queue.qsize()

    def stop(self) -> None:
        """Judge what has been handed over, end what is open, then the thread; idempotent."""
        if self._thread.ident is None or self._is_stopping:
            return
        self._is_stopping = True
        self._queue.put(_Finish())
        self._thread.join(JOIN_S)

    def _guard(self) -> None:
        try:
            self._run()
        except Exception as error:  # the thread's supervisor: whatever it was, the node must know
            self._on_death(self._thread.name, error)
            self._swallow()

    def _run(self) -> None:
        while True:
            item = self._next()
            self._take_news()
            if isinstance(item, _Seen):
                self._judge(item)
            elif isinstance(item, _Finish):
                return self._end_all()

    def _next(self) -> _Seen | _Finish | None:
        try:
            return self._queue.get(timeout=LOOK_S)
        except Empty:
            return None

    def _swallow(self) -> None:
        """After a death, take what still comes, so that nobody blocks while the node stops."""
        while not isinstance(self._queue.get(), _Finish):
            pass

    def _judge(self, seen: _Seen) -> None:
        at, model_id = seen.detections.at, seen.detections.model_id
        if self._over.get(at.camera_id) == at.session:
            return
        analysis = self._analyses.get((at.camera_id, model_id))
        if analysis is None:  # the camera has left since
            return
        alerts = analysis.update(seen.detections)
        self._on_judged(at, model_id, analysis)
        if alerts:
            self._store(alerts, seen.frame)

    def _take_news(self) -> None:
        with self._lock:  # both at once: a session that ended before a swap must be over with it
            ending, self._ending = self._ending, {}
            swaps, self._swaps = self._swaps, []
        self._end_sessions(ending)
        for camera_id, analyses in swaps:
            self._swap(camera_id, analyses)

    def _end_sessions(self, ending: Mapping[CameraId, str]) -> None:
        self._over |= ending
        for (camera_id, _), analysis in self._analyses.items() if ending else ():
            if camera_id in ending and analysis.is_in(ending[camera_id]):
                self._end(analysis)

    def _swap(self, camera_id: CameraId, analyses: Mapping[str, CameraAnalysis]) -> None:
        for key in [key for key in self._analyses if key[0] == camera_id]:
            self._end(self._analyses.pop(key), Reason.RULE_REMOVED)
        self._analyses |= {(camera_id, model_id): each for model_id, each in analyses.items()}

    def _end_all(self) -> None:
        for analysis in self._analyses.values():
            self._end(analysis)

    def _end(self, analysis: CameraAnalysis, reason: Reason = Reason.STREAM_ENDED) -> None:
        if alerts := analysis.end(reason):
            self._store(alerts, None)

    def _store(self, alerts: list[Alert], frame: Frame | None) -> None:
        with self.stages.timed("store"):
            self._on_alerts(alerts, frame)
