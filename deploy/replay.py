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
from itertools import islice
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
from ingest.file_source import FileSource, file_rate
from ingest.frame import Frame, FrameTime

BATCH = 4
"""On a CPU a batch buys no arithmetic; four frames make the hand-over cheap."""

AHEAD = 4
"""Batches a file may have under way, so that no inference thread waits for its decoder."""

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
class Lane:
    """One model looking at one camera."""

    detector: Detector
    analysis: CameraAnalysis


class Replay:
    """A site whose cameras are files; a context manager, for its threads."""

    def __init__(
        self, site: Site, videos: Mapping[str, Path], *, max_frames: int | None = None
    ) -> None:
        """Open models, and each file once, so that a bad one is said before an hour's work.

        Args:
            site: Its cameras named in `videos` are replayed.
            videos: File by camera id.
            max_frames: Analysed frames a file; None: all.

        Raises:
            IngestError: A file cannot be used.
            CatalogueError, DetectorError: A model cannot be used.
        """
        self._cameras = tuple(c for c in site.cameras if c.id in videos)
        self._site = site
        self._videos = videos
        self._max_frames = max_frames
        for file in videos.values():
            file_rate(file)
        # One single-threaded run a core beats one run on all cores: nothing waits for the other.
        self._detectors = open_detectors(site, self._cameras, threads=1)
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
        source = FileSource(
            camera, self._videos[camera.id], start=start, sample_fps=camera.sample_fps
        )
        lanes = self._lanes(camera)
        frames = islice(source.frames(), self._max_frames)
        detectors = [lane.detector for lane in lanes]
        seen = detect_in_order(frames, detectors, self._inference, self._stop.is_set)
        for replayed in judge(seen, lanes):
            on_replayed(camera.id, replayed)
        if self._max_frames is None and not self._stop.is_set():
            _tell_losses(camera.id, source)

    def _lanes(self, camera: SiteCamera) -> list[Lane]:
        ids = TrackIds()
        detectors = [self._detectors[model_id] for model_id in models_of(self._site, camera)]
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
    should_stop: Callable[[], bool],
) -> Iterator[tuple[Detections, ...]]:
    """For each frame what each detector saw, batches of `BATCH` running ahead in `pool`."""
    under_way: deque[list[Future[list[Detections]]]] = deque()
    rest = iter(frames)
    while not should_stop() and (chunk := list(islice(rest, BATCH))):
        under_way.append([pool.submit(detector.detect, chunk) for detector in detectors])
        if len(under_way) == AHEAD:
            yield from _results(under_way.popleft())
    while under_way and not should_stop():
        yield from _results(under_way.popleft())


def _results(batch: list[Future[list[Detections]]]) -> Iterator[tuple[Detections, ...]]:
    return zip(*(future.result() for future in batch), strict=True)


def judge(seen: Iterable[tuple[Detections, ...]], lanes: Sequence[Lane]) -> Iterator[Replayed]:
    """Trackers and rules over what was seen; what is open at the end of the file ends with it."""
    last: Replayed | None = None
    for detections in seen:
        if last is not None:
            yield last
        alerts = [
            a for lane, d in zip(lanes, detections, strict=True) for a in lane.analysis.update(d)
        ]
        tracks = tuple(track for lane in lanes for track in lane.analysis.tracks)
        last = Replayed(at=detections[0].at, tracks=tracks, alerts=tuple(alerts))
    if last is not None:
        ended = [a for lane in lanes for a in lane.analysis.end(Reason.STREAM_ENDED)]
        yield Replayed(at=last.at, tracks=last.tracks, alerts=(*last.alerts, *ended))
