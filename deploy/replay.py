"""Recorded files through the pipeline as fast as it goes, to the same result each time.

Each file has a thread that decodes it, hands batches of consecutive frames to a pool of one
inference thread a core, and takes the results in order through tracker and rules. Nothing
depends on time: batches are formed by counting, and no frame is dropped.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile
from pathlib import Path
from threading import Event

from alerts.alert import Alert, Reason
from alerts.analysis import CameraAnalysis
from deploy.analyses import build_analysis, models_of, open_detectors
from deploy.settings import Site, SiteCamera
from detectors.detections import Detections
from detectors.detector import Detector
from detectors.session import cores
from detectors.track import Track
from detectors.tracker import TrackIds
from ingest.counters import CameraCounters
from ingest.file_source import FileSource, file_rate
from ingest.frame import CameraId, Frame, FrameTime
from ingest.gate_hold import GateHold

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What one analysed frame led to."""

    at: FrameTime
    tracks: tuple[Track, ...]
    alerts: tuple[Alert, ...]


OnReplayed = Callable[[str, Replayed], None]
"""Takes each analysed frame of a camera, in order; cameras come on threads of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """How far detection runs ahead of judgement.

    Attributes:
        batch: Frames of a batch. On a CPU it buys no arithmetic; four make the hand-over cheap.
        batches: Those a file may have under way, so that no inference thread waits for decoding.
    """

    batch: int = 4
    batches: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One model looking at one camera."""

    detector: Detector
    analysis: CameraAnalysis


class Replay:
    """A site whose cameras are files; a context manager, for its threads.

    Attributes:
        detectors: Every model in use, by its id.
        counters: What was read and decoded, by camera.
    """

    def __init__(
        self,
        site: Site,
        videos: Mapping[str, Path],
        *,
        max_frames: int | None = None,
        gate: bool = False,
    ) -> None:
        """Open models, and each file once, so that a bad one is said before an hour's work.

        Args:
            site: Its cameras named in `videos` are replayed.
            videos: File by camera id.
            max_frames: Analysed frames a file; None: all.
            gate: Gate files as live cameras are, frame by frame: slower, to compare alerts.

        Raises:
            IngestError: A file cannot be used.
            CatalogueError, DetectorError: A model cannot be used.
        """
        self._cameras = tuple(c for c in site.cameras if c.id in videos)
        self._site = site
        self._videos = videos
        self._max_frames = max_frames
        self._gate = gate
        for file in videos.values():
            file_rate(file)
        self.counters = {CameraId(camera.id): CameraCounters() for camera in self._cameras}
        # One single-threaded run a core beats one run on all cores: nothing waits for the other.
        self.detectors = open_detectors(site, self._cameras, threads=1)
        self._stop = Event()
        self._inference = ThreadPoolExecutor(cores(), thread_name_prefix="infer")
        self._decoding = ThreadPoolExecutor(2 * cores(), thread_name_prefix="replay")

    def __enter__(self) -> Replay:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._decoding.shutdown(cancel_futures=True)
        self._inference.shutdown(cancel_futures=True)

    def run(self, start: datetime, on_replayed: OnReplayed) -> None:
        """Every analysed frame of every camera; files run side by side.

        Raises:
            IngestError, DetectorError: The first fault of any file; the others are stopped.
        """
        running = [
            self._decoding.submit(self._replay, camera, start, on_replayed)
            for camera in self._cameras
        ]
        done, _ = wait(running, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()

    def _replay(self, camera: SiteCamera, start: datetime, on_replayed: OnReplayed) -> None:
        hold = GateHold() if self._gate and camera.gate == "auto" else None
        source = FileSource(
            camera,
            self._videos[camera.id],
            start=start,
            sample_fps=camera.sample_fps,
            hold=hold,
            counters=self.counters[CameraId(camera.id)],
        )
        lanes = self._lanes(camera)
        # What is judged decides what is decoded next, so a gated file cannot run ahead.
        ahead = Ahead() if hold is None else Ahead(batch=1, batches=1)
        frames = islice(source.frames(), self._max_frames)
        seen = self._detected(frames, [lane.detector for lane in lanes], ahead)
        for replayed in judge(seen, lanes, hold):
            on_replayed(camera.id, replayed)
        if self._max_frames is None and hold is None and not self._stop.is_set():
            _tell_losses(camera.id, source)

    def _detected(
        self, frames: Iterable[Frame], detectors: Sequence[Detector], ahead: Ahead
    ) -> Iterator[tuple[Detections, ...]]:
        return detect_in_order(
            takewhile(lambda _: not self._stop.is_set(), frames), detectors, self._inference, ahead
        )

    def _lanes(self, camera: SiteCamera) -> list[Lane]:
        ids = TrackIds()
        detectors = [self.detectors[model_id] for model_id in models_of(self._site, camera)]
        return [
            Lane(detector=one, analysis=build_analysis(self._site, camera, one, ids))
            for one in detectors
        ]


def _tell_losses(camera_id: str, source: FileSource) -> None:
    """A truncated or damaged recording replays as far as it goes; nobody must mistake it."""
    decoded, errors = source.counters.frames_decoded, source.counters.decode_errors
    if errors or decoded < source.declared_frames:
        logger.warning(
            "camera %s: %d of %d frames decoded, %d broken",
            camera_id,
            decoded,
            source.declared_frames,
            errors,
            extra={"action": "recording-damaged", "camera_id": camera_id},
        )


def detect_in_order(
    frames: Iterable[Frame],
    detectors: Sequence[Detector],
    pool: ThreadPoolExecutor,
    ahead: Ahead,
) -> Iterator[tuple[Detections, ...]]:
    """For each frame what each detector saw, batches running ahead in `pool`."""
    under_way: deque[list[Future[list[Detections]]]] = deque()
    rest = iter(frames)
    while chunk := list(islice(rest, ahead.batch)):
        under_way.append([pool.submit(detector.detect, chunk) for detector in detectors])
        if len(under_way) == ahead.batches:
            yield from _results(under_way.popleft())
    while under_way:
        yield from _results(under_way.popleft())


def _results(batch: list[Future[list[Detections]]]) -> Iterator[tuple[Detections, ...]]:
    return zip(*(future.result() for future in batch), strict=True)


def judge(
    seen: Iterable[tuple[Detections, ...]], lanes: Sequence[Lane], hold: GateHold | None = None
) -> Iterator[Replayed]:
    """Trackers and rules over what was seen; what is open at the end of the file ends with it.

    Frames with somebody on them extend `hold`, as `alerts.judge` does.
    """
    last: Replayed | None = None
    for detections in seen:
        if last is not None:
            yield last
        alerts = [
            a for lane, d in zip(lanes, detections, strict=True) for a in lane.analysis.update(d)
        ]
        if hold is not None and any(lane.analysis.is_following for lane in lanes):
            hold.extend(detections[0].at)
        tracks = tuple(track for lane in lanes for track in lane.analysis.tracks)
        last = Replayed(at=detections[0].at, tracks=tracks, alerts=tuple(alerts))
    if last is not None:
        ended = [a for lane in lanes for a in lane.analysis.end(Reason.STREAM_ENDED)]
        yield Replayed(at=last.at, tracks=last.tracks, alerts=(*last.alerts, *ended))
